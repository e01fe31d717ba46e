"""Exit codes, and what a command does in an unusual environment."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.projects import CLOCK, CONFIG, Project, clean_environment, command

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., Project]

BROKEN = CLOCK.replace("type: datetime", "type: datetme")


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["generat"],
        ["generate", "--no-such-option"],
        ["check", "--format", "xml"],
        ["peek"],
        ["peek", "--stage", "nothing"],
        ["explain", "no-such-rule"],
        ["generate", "--target"],
    ],
    ids=" ".join,
)
def test_wrong_use_is_told_apart_from_findings(project: Make, arguments: list[str]) -> None:
    """A command that cannot be understood ends with 2 and says why on standard error."""
    made = project()
    done = made.run(*arguments)
    assert done.code == 2
    assert (done.out, done.err != "") == ("", True)
    assert not (made.folder / "generated").exists()


def test_a_project_without_mistakes_ends_with_zero(project: Make) -> None:
    """Zero says that nothing was found."""
    made = project()
    assert (made.run("generate").code, made.run("check").code) == (0, 0)


def test_findings_end_with_one(project: Make) -> None:
    """One says that something was found, whatever command found it."""
    made = project({"clock": BROKEN})
    assert (made.run("generate").code, made.run("check").code) == (1, 1)


def test_a_folder_without_a_project_file_is_a_finding(project: Make) -> None:
    """The commands say what is missing and how to name another folder."""
    made = project()
    (made.folder / "dagstack-idl.yaml").unlink()
    done = made.run("generate")
    assert done.code == 1
    assert "dagstack-idl.yaml:1:1: error[no-project-file]" in done.err
    assert "--project" in done.err


def test_a_target_that_the_project_does_not_have_is_a_finding(project: Make) -> None:
    """A misspelt `--target` generates nothing, and the nearest name is offered."""
    made = project()
    done = made.run("generate", "--target", "pyton")
    assert done.code == 1
    assert "no target is called `pyton`" in done.err
    assert "did you mean `python`?" in done.err
    assert not (made.folder / "generated").exists()


def test_a_misspelt_key_of_the_project_file_is_a_finding(project: Make) -> None:
    """The project file is read as strictly as a spec."""
    done = project(None, CONFIG.replace("specs:", "spec:")).run("generate")
    assert done.code == 1
    assert "unknown key `spec`" in done.err
    assert "did you mean `specs`?" in done.err


def test_explain_shows_the_page_of_a_rule(project: Make) -> None:
    """A rule's page goes to standard output, so that it can be piped."""
    done = project().run("explain", "unknown-type")
    assert done.code == 0
    assert "A type is built in, declared in the file, or imported by it." in done.out


def test_explain_lists_the_rules(project: Make) -> None:
    """Without a name, every rule is listed."""
    done = project().run("explain")
    assert done.code == 0
    assert "unknown-type" in done.out


@pytest.mark.parametrize("stage", ["syntax", "model", "view"])
def test_peek_shows_what_a_stage_made(project: Make, stage: str) -> None:
    """The data of each stage can be looked at, whole or by name."""
    made = project()
    whole = made.run("peek", "--stage", stage)
    part = made.run("peek", "--stage", stage, "--only", "Clock")
    assert (whole.code, part.code) == (0, 0)
    assert "Return the current instant." in whole.out
    assert len(part.out) < len(whole.out)


@pytest.mark.parametrize(
    ("environment", "coloured"),
    [
        ({}, False),
        ({"FORCE_COLOR": "1"}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, False),
    ],
    ids=str,
)
def test_colour_is_for_terminals(
    project: Make, environment: dict[str, str], *, coloured: bool
) -> None:
    """Text that is not on a terminal has no colour unless it is asked for; `NO_COLOR` wins."""
    done = project({"clock": BROKEN}).spawn("check", **environment)
    assert ("\x1b[" in done.err) is coloured


def test_colour_leaves_out_formats_for_programs(project: Make) -> None:
    """JSON has no colour, even where colour is forced."""
    done = project({"clock": BROKEN}).spawn("check", "--format", "json", FORCE_COLOR="1")
    assert "\x1b[" not in done.out


@pytest.mark.parametrize("arguments", [["explain"], ["peek", "--stage", "view"]], ids=" ".join)
def test_a_reader_that_goes_away_is_no_failure(project: Make, arguments: list[str]) -> None:
    """`dagstack-idl explain | head -1` ends without a complaint."""
    made = project()
    read, write = os.pipe()
    os.close(read)
    try:
        done = subprocess.run(
            command(*arguments),
            cwd=made.folder,
            env=clean_environment(),
            stdout=write,
            stderr=subprocess.PIPE,
            check=False,
        )
    finally:
        os.close(write)
    assert (done.returncode, done.stderr) == (0, b"")


def test_an_error_stream_that_is_closed_does_not_hide_the_exit_code(project: Make) -> None:
    """Findings fail a build even where nobody reads them."""
    made = project({"clock": BROKEN})
    script = '"$@" 2>&-'
    done = subprocess.run(
        ["bash", "-c", script, "bash", *command("check")],
        cwd=made.folder,
        env=clean_environment(),
        capture_output=True,
        check=False,
    )
    assert done.returncode == 1


def test_output_in_an_old_locale_is_printed(project: Make) -> None:
    """A finding about text outside of ASCII can be shown anywhere, if need be with escapes."""
    text = CLOCK.replace("Clock:", "Clöck:")
    done = project({"clock": text}).spawn("check", LC_ALL="C", PYTHONIOENCODING="ascii")
    assert done.code == 1
    assert "Traceback" not in done.err
    assert "error[name-is-not-ascii]" in done.err


def test_the_module_and_the_command_are_the_same(project: Make) -> None:
    """`python -m dagstack.idl` is `dagstack-idl`."""
    made = project()
    installed = Path(sys.executable).with_name("dagstack-idl")
    done = subprocess.run(
        [installed, "--help"], cwd=made.folder, capture_output=True, check=True, text=True
    )
    assert made.spawn("--help").out == done.stdout


def test_a_pipe_among_the_specs_is_a_finding(project: Make) -> None:
    """Nothing waits for somebody to write into it."""
    made = project()
    os.mkfifo(made.folder / "spec/stream.yaml")
    done = made.run("check")
    assert "spec/stream.yaml:1:1: error[file-cannot-be-read]: this is a pipe" in done.err


def test_peek_says_that_a_name_is_not_there(project: Make) -> None:
    """A misspelt `--only` or `--target` is told apart from a stage that made nothing."""
    made = project()
    absent = made.run("peek", "--stage", "model", "--only", "Clok")
    assert (absent.code, absent.err) == (2, "the model has nothing called `Clok`\n")
    unknown = made.run("peek", "--stage", "view", "--target", "pyton")
    assert (unknown.code, "did you mean `python`?" in unknown.err) == (1, True)
    assert '"name": "StubClock"' in made.run("peek", "--stage", "view", "--only", "StubClock").out


def test_the_version_is_told(project: Make) -> None:
    """For reports of bugs."""
    done = project().run("--version")
    assert (done.code, done.out.startswith("dagstack-idl 0.")) == (0, True)

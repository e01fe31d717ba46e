"""The same findings in four formats: all of them, in one run, each at its line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.projects import Project

    Make = Callable[..., Project]

SPECS = {
    # A mistake of shape, one of meaning, one of YAML: three stages find them.
    "a_shape": """\
idl: 1
library: a_shape
version: 1.0
summary: Shapes.
""",
    "b_meaning": """\
idl: 1
library: b_meaning
version: "1.0.0"
summary: Shapes.
records:
  Size:
    summary: A size, with an ü before the mistake.
    fields:
      größe: {type: int, doc: The width.}
      width: {type: integer, doc: The width.}
""",
    "c_yaml": """\
idl: 1
library: c_yaml
version: "1.0.0"
summary: [Shapes.
""",
}
EXPECTED = [
    ("spec/a_shape.yaml", 3, 10, "wrong-kind-of-value"),
    ("spec/b_meaning.yaml", 9, 7, "name-is-not-ascii"),
    ("spec/b_meaning.yaml", 10, 21, "unknown-type"),
    ("spec/c_yaml.yaml", 5, 1, "yaml-syntax"),
]


def places(out: str, err: str, form: str) -> list[tuple[str, int, int, str]]:
    """File, line, column and rule of each finding."""
    if form == "json":
        return [
            (f["file"], f["start"]["line"], f["start"]["column"], f["rule"])
            for f in json.loads(out)["findings"]
        ]
    if form == "sarif":
        found = []
        for result in json.loads(out)["runs"][0]["results"]:
            place = result["locations"][0]["physicalLocation"]
            region = place["region"]
            uri = place["artifactLocation"]["uri"]
            found.append((uri, region["startLine"], region["startColumn"], result["ruleId"]))
        return found
    if form == "github":
        commands = [line for line in out.splitlines() if line.startswith("::error ")]
        return [_command(line) for line in commands]
    heads = [line for line in err.splitlines() if ": error[" in line]
    return [_head(line) for line in heads]


def _command(line: str) -> tuple[str, int, int, str]:
    fields = dict(pair.split("=", 1) for pair in line[8:].partition("::")[0].split(","))
    rule = fields["title"].partition("[")[2].rstrip("]")
    return fields["file"], int(fields["line"]), int(fields["col"]), rule


def _head(line: str) -> tuple[str, int, int, str]:
    file, number, column, rest = line.split(":", 3)
    return file, int(number), int(column), rest.partition("[")[2].partition("]")[0]


@pytest.mark.parametrize("command", ["generate", "check"])
@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
def test_all_mistakes_show_in_one_run(project: Make, form: str, command: str) -> None:
    """Mistakes of YAML, of shape and of meaning are all found at once, each where it stands."""
    done = project(SPECS).run(command, "--format", form)
    assert done.code == 1
    assert places(done.out, done.err, form) == EXPECTED


@pytest.mark.parametrize("form", ["json", "sarif", "github"])
def test_a_format_for_programs_has_its_stream_alone(project: Make, form: str) -> None:
    """Nothing but the format is on standard output."""
    done = project(SPECS).run("generate", "--format", form)
    assert done.out != ""
    assert "nothing was written" not in done.out
    assert done.err == "nothing was written\n"


def test_nothing_is_printed_where_nothing_is_found(project: Make) -> None:
    """A check without findings says nothing in the formats for people."""
    made = project()
    made.run("generate")
    assert [made.run("check", "--format", form).out for form in ("text", "github")] == ["", ""]
    assert json.loads(made.run("check", "--format", "json").out)["findings"] == []
    assert json.loads(made.run("check", "--format", "sarif").out)["runs"][0]["results"] == []


def test_every_finding_is_printed_once(project: Make) -> None:
    """No finding shows twice, however many stages come upon it."""
    done = project(SPECS).run("check")
    heads = [line for line in done.err.splitlines() if "error[" in line]
    assert len(heads) == len({*heads})


def test_paths_are_shown_from_where_the_command_runs(project: Make) -> None:
    """With `--project`, a place can be clicked in the terminal that shows it."""
    made = project(SPECS)
    done = made.run("check", "--project", "project", cwd=made.folder.parent)
    assert done.code == 1
    assert "project/spec/a_shape.yaml:3:10: error[wrong-kind-of-value]" in done.err
    assert "project/project" not in done.err


def test_no_absolute_path_is_printed(project: Make) -> None:
    """What is printed does not depend on where the checkout is."""
    made = project(SPECS)
    for form in ("text", "json", "sarif", "github"):
        done = made.run("check", "--format", form)
        assert str(made.folder) not in done.out + done.err

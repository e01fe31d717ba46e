"""`check` finds every difference between the specs and the disk, in all formats."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from tests.projects import ROOT, SHAPES, Project, Run

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., Project]

COMMAND = "dagstack-idl generate"
FILE = "generated/go/clock.go"


def edit(project: Project) -> str:
    """Change a line of a generated file."""
    project.write(FILE, project.read(FILE).replace("package", "package // mine"))
    return FILE


def delete(project: Project) -> str:
    """Delete a generated file."""
    (project.folder / FILE).unlink()
    return FILE


def add(project: Project) -> str:
    """Put a file of one's own among the generated ones."""
    project.write("generated/go/mine.go", "package mine\n")
    return "generated/go/mine.go"


def stale(project: Project) -> str:
    """Delete a spec and not what was made of it."""
    project.write("spec/shapes.yaml", SHAPES)
    project.run("generate")
    (project.folder / "spec/shapes.yaml").unlink()
    return "generated/go/shapes.go"


def change_line_ends(project: Project) -> str:
    """Check a file out with the line ends of another system."""
    text = (project.folder / FILE).read_bytes()
    project.write(FILE, text.replace(b"\n", b"\r\n"))
    return FILE


RULES: dict[Callable[[Project], str], str] = {
    edit: "output-changed",
    delete: "output-missing",
    add: "output-stray",
    stale: "output-stale",
    change_line_ends: "output-changed",
}


def findings(done: Run, form: str) -> list[tuple[str, str, str]]:
    """Rule, file and help of each finding in any format."""
    if form == "json":
        return [(f["rule"], f["file"], f["help"]) for f in json.loads(done.out)["findings"]]
    if form == "sarif":
        return [
            (
                result["ruleId"],
                result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"],
                result["message"]["text"],
            )
            for result in json.loads(done.out)["runs"][0]["results"]
        ]
    if form == "github":
        lines = [line for line in done.out.splitlines() if line.startswith("::error ")]
        return [
            (line.partition("[")[2].partition("]")[0], _between(line, "file=", ","), line)
            for line in lines
        ]
    blocks = [block for block in done.err.split("\n\n") if "error[" in block]
    return [(_between(block, "error[", "]"), block.partition(":")[0], block) for block in blocks]


def _between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]


@pytest.mark.parametrize("form", ["text", "json", "sarif", "github"])
@pytest.mark.parametrize("tamper", RULES, ids=lambda tamper: tamper.__name__)
def test_a_difference_is_found_and_named(
    project: Make, tamper: Callable[[Project], str], form: str
) -> None:
    """One file that is not as the specs make it is one finding, with what mends it."""
    made = project()
    made.run("generate")
    assert made.run("check", "--format", form).code == 0
    file = tamper(made)
    done = made.run("check", "--format", form)
    found = [each for each in findings(done, form) if each[1] == file]
    assert done.code == 1
    assert [rule for rule, _, _ in found] == [RULES[tamper]]
    assert (f"rm {file}" if tamper is add else COMMAND) in found[0][2]


def test_check_writes_nothing(project: Make) -> None:
    """Looking for differences makes none."""
    made = project()
    assert made.run("check").code == 1
    assert not (made.folder / "generated").exists()


def test_a_short_diff_is_shown(project: Make) -> None:
    """The first lines that differ are part of the finding, at the line where they begin."""
    made = project()
    made.run("generate")
    edit(made)
    done = made.run("check")
    line = made.read(FILE).splitlines().index("package // mine acme") + 1
    assert f"{FILE}:{line}:1: error[output-changed]" in done.err
    assert "-package // mine acme" in done.err
    assert "+package acme" in done.err


def test_the_command_of_the_project_is_named(project: Make) -> None:
    """What mends a difference is the command that the project file gives."""
    made = project()
    config = made.read("dagstack-idl.yaml") + "command: make bindings\n"
    made.write("dagstack-idl.yaml", config)
    assert "run `make bindings`" in made.run("check").err


def test_an_inner_difference_of_one_target_is_not_looked_for_in_another(project: Make) -> None:
    """`--target` limits what is compared."""
    made = project()
    made.run("generate")
    edit(made)
    assert made.run("check", "--target", "python").code == 0
    assert made.run("check", "--target", "go").code == 1


def test_warnings_alone_fail_a_check_but_not_generate(project: Make) -> None:
    """What CI runs is stricter than what a developer runs."""
    spec = {"shapes": SHAPES.replace(", doc: The width in pixels.", "")}
    made = project(spec)
    done = made.run("generate")
    assert done.code == 0
    assert "warning[missing-doc]" in done.err
    assert made.run("check").code == 1


def test_what_is_committed_is_up_to_date() -> None:
    """The generated folders of this repository are what its specs make."""
    done = Project(ROOT).run("check")
    assert (done.code, done.err) == (0, "")

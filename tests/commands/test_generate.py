"""`generate` makes the output what the specs say, and touches nothing else."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import pytest

from tests.projects import CLOCK, CONFIG, SHAPES, Project

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    Make = Callable[..., Project]

BROKEN = CLOCK.replace("type: datetime", "type: datetme")


def stamps(project: Project) -> dict[str, int]:
    """When each generated file was last written, and by which inode."""
    folder = project.folder / "generated"
    return {
        str(place): place.stat().st_mtime_ns ^ place.stat().st_ino
        for place in folder.rglob("*")
        if place.is_file()
    }


def test_the_second_run_changes_nothing(project: Make) -> None:
    """A run on output that is up to date writes no file at all."""
    made = project()
    first = made.run("generate")
    before = stamps(made)
    second = made.run("generate")
    assert (first.code, second.code) == (0, 0)
    assert second.err == f"{len(before) - 3} unchanged\n"
    assert stamps(made) == before


def test_only_changed_files_are_written(project: Make) -> None:
    """A change in one spec leaves the files of the others as they were, time stamps and all."""
    made = project({"clock": CLOCK, "shapes": SHAPES})
    made.run("generate")
    before = stamps(made)
    made.write("spec/shapes.yaml", SHAPES.replace("in pixels", "in inches"))
    done = made.run("generate")
    changed = {name for name, stamp in stamps(made).items() if before[name] != stamp}
    assert done.code == 0
    assert changed != set()
    assert {name for name in changed if "shapes" not in name} == set()


def test_it_says_what_it_did(project: Make) -> None:
    """Each file that was added, changed or removed is named, and the rest is counted."""
    made = project({"clock": CLOCK, "shapes": SHAPES})
    assert "added generated/go/shapes.go" in made.run("generate").err.splitlines()
    (made.folder / "spec/shapes.yaml").unlink()
    made.write("spec/clock.yaml", CLOCK.replace("current instant", "present instant"))
    lines = made.run("generate").err.splitlines()
    assert "removed generated/go/shapes.go" in lines
    assert "changed generated/go/clock.go" in lines


def test_stale_files_are_removed(project: Make) -> None:
    """What the specs no longer make goes, with the folders that it leaves empty."""
    only_clock = project()
    only_clock.run("generate")
    expected = only_clock.files("generated")
    only_clock.write("spec/shapes.yaml", SHAPES)
    only_clock.run("generate")
    assert only_clock.files("generated") != expected
    (only_clock.folder / "spec/shapes.yaml").unlink()
    assert only_clock.run("generate").code == 0
    assert only_clock.files("generated") == expected


def test_foreign_files_are_left_alone(project: Make) -> None:
    """A file that the generator did not make is neither removed nor changed."""
    made = project({"clock": CLOCK, "shapes": SHAPES})
    made.run("generate")
    notes = made.write("generated/go/notes.txt", "mine")
    (made.folder / "spec/shapes.yaml").unlink()
    made.run("generate")
    assert notes.read_text() == "mine"


def test_a_foreign_file_in_the_way_stops_everything(project: Make) -> None:
    """Nothing is written, anywhere, where a file of somebody else has a name that is needed."""
    made = project()
    made.write("generated/go/clock.go", "package mine\n")
    done = made.run("generate")
    assert done.code == 1
    assert "generated/go/clock.go:1:1: error[output-not-ours]" in done.err
    assert "nothing was written" in done.err
    assert made.files("generated") == {"go/clock.go": b"package mine\n"}


def test_a_folder_in_the_way_stops_everything(project: Make) -> None:
    """Nothing is written where a folder has the name of a file."""
    made = project()
    made.write("generated/go/clock.go/mine.txt", "mine")
    done = made.run("generate")
    assert done.code == 1
    assert "generated/go/clock.go:1:1: error[output-not-ours]" in done.err
    assert made.files("generated") == {"go/clock.go/mine.txt": b"mine"}


def test_a_file_in_place_of_a_folder_stops_everything(project: Make) -> None:
    """Nothing is written where a file has the name of a folder."""
    made = project()
    made.write("generated/typescript/src", "mine")
    done = made.run("generate")
    assert done.code == 1
    assert "generated/typescript/src:1:1: error[output-not-ours]" in done.err
    assert made.files("generated") == {"typescript/src": b"mine"}


def test_mistakes_leave_the_disk_untouched(project: Make) -> None:
    """A spec with a mistake changes no file of the last good output."""
    made = project()
    made.run("generate")
    before = stamps(made)
    made.write("spec/clock.yaml", BROKEN)
    done = made.run("generate")
    assert done.code == 1
    assert "nothing was written" in done.err
    assert stamps(made) == before


def test_an_edited_file_is_made_anew(project: Make) -> None:
    """An edit by hand is lost, as the header says."""
    made = project()
    made.run("generate")
    expected = made.files("generated")
    made.write("generated/go/clock.go", made.read("generated/go/clock.go") + "// mine\n")
    assert made.run("generate").code == 0
    assert made.files("generated") == expected


def test_a_link_as_output_folder_is_refused(project: Make) -> None:
    """Nothing is written through a link, even to where the user may write."""
    made = project()
    elsewhere = made.folder / "elsewhere"
    elsewhere.mkdir()
    (made.folder / "generated").mkdir()
    (made.folder / "generated/go").symlink_to(elsewhere)
    done = made.run("generate")
    assert done.code == 1
    assert "generated/go:1:1: error[output-through-link]" in done.err
    assert [*elsewhere.iterdir()] == []
    assert not (made.folder / "generated/python").exists()


def test_a_link_that_leads_out_of_the_project_is_refused(project: Make, tmp_path: Path) -> None:
    """An output folder that lies outside by way of a link is outside."""
    made = project()
    (tmp_path / "outside").mkdir()
    (made.folder / "generated").symlink_to(tmp_path / "outside")
    done = made.run("generate")
    assert done.code == 1
    assert "error[output-outside-project]" in done.err
    assert [*(tmp_path / "outside").iterdir()] == []


def test_a_link_below_the_output_folder_is_refused(project: Make, tmp_path: Path) -> None:
    """A folder inside the output cannot be a link either."""
    made = project()
    (tmp_path / "outside").mkdir()
    (made.folder / "generated/typescript").mkdir(parents=True)
    (made.folder / "generated/typescript/src").symlink_to(tmp_path / "outside")
    done = made.run("generate")
    assert done.code == 1
    assert "generated/typescript/src:1:1: error[output-through-link]" in done.err
    assert [*(tmp_path / "outside").iterdir()] == []


def test_a_linked_file_is_replaced_not_followed(project: Make, tmp_path: Path) -> None:
    """Where a generated file became a link, the link goes and its goal stays."""
    made = project()
    made.run("generate")
    goal = tmp_path / "goal.go"
    goal.write_bytes((made.folder / "generated/go/clock.go").read_bytes() + b"// more\n")
    (made.folder / "generated/go/clock.go").unlink()
    (made.folder / "generated/go/clock.go").symlink_to(goal)
    before = goal.read_bytes()
    assert made.run("generate").code == 0
    assert goal.read_bytes() == before
    assert not (made.folder / "generated/go/clock.go").is_symlink()


@pytest.mark.parametrize("out", ["../elsewhere", "/elsewhere", ".", "a/../..", "", "./"])
def test_an_output_folder_outside_the_project_is_refused(project: Make, out: str) -> None:
    """Output goes below the project's folder and nowhere else."""
    made = project(None, CONFIG.replace("generated/go", f'"{out}"'))
    done = made.run("generate")
    assert done.code == 1
    assert "error[output-outside-project]" in done.err
    assert not (made.folder / "generated").exists()


@pytest.mark.parametrize("line", ["../../victim.txt", "/etc/victim.txt", "a/../../victim.txt"])
def test_a_forged_list_of_files_removes_nothing(project: Make, line: str) -> None:
    """The list of what was made is not believed where it leads out of its folder."""
    made = project()
    made.run("generate")
    victim = made.write("victim.txt", "mine")
    listing = made.read("generated/go/.dagstack-idl-files")
    made.write("generated/go/.dagstack-idl-files", f"{listing}{line}\n")
    assert made.run("generate").code == 0
    assert victim.read_text() == "mine"


def test_one_target_alone(project: Make) -> None:
    """`--target` makes that output and leaves the others as they are."""
    made = project()
    assert made.run("generate", "--target", "go").code == 0
    assert {name.partition("/")[0] for name in made.files("generated")} == {"go"}
    assert made.run("generate", "--target", "go", "--target", "python").code == 0
    assert {name.partition("/")[0] for name in made.files("generated")} == {"go", "python"}


def test_two_outputs_do_not_share_a_folder(project: Make) -> None:
    """A target whose folder lies in another's is refused, as one would remove the other's files."""
    made = project(None, CONFIG.replace("generated/go", "generated/python/go"))
    done = made.run("generate")
    assert done.code == 1
    assert "error[outputs-overlap]" in done.err
    assert not (made.folder / "generated").exists()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write to read-only folders")
def test_a_read_only_folder_is_a_finding(project: Make) -> None:
    """Where the system refuses to write, the file and the reason are named."""
    made = project()
    folder = made.folder / "generated/go"
    folder.mkdir(parents=True)
    folder.chmod(0o555)
    done = made.run("generate")
    folder.chmod(0o755)
    assert done.code == 1
    assert "[output-out-of-reach]: this cannot be read or written: Permission denied" in done.err


def test_files_that_build_tools_leave_do_no_harm(project: Make) -> None:
    """What compilers and package managers put beside the output is not looked at."""
    made = project()
    made.run("generate")
    made.write("generated/typescript/dist/index.js", "")
    made.write("generated/typescript/node_modules/x/index.js", "")
    made.write("generated/python/acme/contracts/__pycache__/clock.pyc", "")
    assert made.run("check").code == 0

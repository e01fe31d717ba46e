"""A run that ends in the middle leaves old files or new ones, and the next run mends the rest."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from typing import TYPE_CHECKING

import pytest

from tests.projects import SHAPES, Project, clean_environment

if TYPE_CHECKING:
    from collections.abc import Callable

    Make = Callable[..., Project]

FILES = 8

# Ends the process, as a loss of power would, at the n-th call of a function of the system.
DRIVER = """
import os, signal, sys
name, when, limit = sys.argv[1], sys.argv[2], int(sys.argv[3])
real, calls = getattr(os, name), 0
def counted(*arguments, **more):
    global calls
    calls += 1
    if calls == limit and when == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = real(*arguments, **more)
    if calls == limit and when == "after":
        os.kill(os.getpid(), signal.SIGKILL)
    return result
setattr(os, name, counted)
from dagstack.idl.cli import main
sys.exit(main(["generate"]))
"""

# Lets every file grow to so many bytes and no further, as a disk that fills up does.
FULL_DISK = """
import resource, sys
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[1]), int(sys.argv[1])))
from dagstack.idl.cli import main
sys.exit(main(["generate"]))
"""


def catalogue(word: str) -> dict[str, str]:
    """Many specs, which say ``word`` in their docs."""
    return {
        f"shapes_{index}": SHAPES.replace("library: shapes", f"library: shapes_{index}")
        .replace("Size:", f"Size{index}:")
        .replace("in pixels", f"in {word}")
        for index in range(FILES)
    }


def temporary(files: dict[str, bytes]) -> set[str]:
    """The files that a run had not finished."""
    return {name for name in files if name.endswith(".dagstack-idl.tmp")}


def without_lists(files: dict[str, bytes]) -> dict[str, bytes]:
    """The files but for the generator's own lists of them."""
    return {
        name: data
        for name, data in files.items()
        if not name.endswith(".dagstack-idl-files") and name not in temporary(files)
    }


@pytest.mark.parametrize("limit", [1, 2, 9, 30])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_first_run_leaves_whole_files(project: Make, when: str, limit: int) -> None:
    """Every file that is there after a kill is complete, and the next run adds the rest."""
    made = project(catalogue("pixels"))
    made.run("generate")
    new = made.files("generated")
    other = Project(made.folder / "other")
    other.fill(catalogue("pixels"))
    arguments = (sys.executable, "-c", DRIVER, "replace", when, str(limit))
    done = subprocess.run(
        arguments, cwd=other.folder, env=clean_environment(), capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    left = without_lists(other.files("generated"))
    assert len(left) < len(new)
    assert {name: data for name, data in left.items() if data != new[name]} == {}
    assert other.run("generate").code == 0
    assert other.files("generated") == new
    assert other.run("check").code == 0


@pytest.mark.parametrize("limit", [1, 2, 9, 20])
@pytest.mark.parametrize("when", ["before", "after"])
def test_a_killed_later_run_leaves_old_or_new_files(project: Make, when: str, limit: int) -> None:
    """A kill while output is brought up to date leaves each file as it was or as it should be."""
    made = project(catalogue("inches"))
    made.run("generate")
    new = made.files("generated")
    made.fill(catalogue("pixels"))
    made.run("generate")
    old = made.files("generated")
    made.fill(catalogue("inches"))
    arguments = (sys.executable, "-c", DRIVER, "replace", when, str(limit))
    done = subprocess.run(
        arguments, cwd=made.folder, env=clean_environment(), capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    left = without_lists(made.files("generated"))
    assert {name for name, data in left.items() if data not in (old[name], new[name])} == set()
    assert left != without_lists(new)
    assert made.run("generate").code == 0
    assert made.files("generated") == new


def test_a_run_killed_while_it_removes_is_mended(project: Make) -> None:
    """What a killed run had not removed yet is still known to be stale."""
    made = project({"shapes": SHAPES})
    made.run("generate")
    new = made.files("generated")
    made.fill(catalogue("pixels"))
    made.run("generate")
    for index in range(FILES):
        (made.folder / f"spec/shapes_{index}.yaml").unlink()
    arguments = (sys.executable, "-c", DRIVER, "unlink", "after", "3")
    done = subprocess.run(
        arguments, cwd=made.folder, env=clean_environment(), capture_output=True, check=False
    )
    assert done.returncode == -signal.SIGKILL
    assert made.files("generated") != new
    assert made.run("generate").code == 0
    assert made.files("generated") == new


def test_an_error_in_the_middle_is_a_finding(
    project: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk that fails at some file names it, leaves it as it was, and nothing temporary."""
    made = project(catalogue("pixels"))
    made.run("generate")
    old = made.files("generated")
    made.fill(catalogue("inches"))
    replace = os.replace

    def failing(source: str, target: str) -> None:
        if str(target).endswith("shapes_7.go"):
            raise OSError(5, "Input/output error")
        replace(source, target)

    monkeypatch.setattr(os, "replace", failing)
    done = made.run("generate")
    monkeypatch.undo()
    left = made.files("generated")
    assert done.code == 1
    assert "generated/go/shapes_7.go:1:1: error[output-out-of-reach]" in done.err
    assert "cannot be read or written: Input/output error" in done.err
    assert temporary(left) == set()
    assert left["go/shapes_7.go"] == old["go/shapes_7.go"]
    assert made.run("generate").code == 0
    assert made.run("check").code == 0


@pytest.mark.parametrize("limit", [100, 1500])
def test_a_full_disk_leaves_no_half_file(project: Make, limit: int) -> None:
    """A file that finds no room is not there at all; the reason is told."""
    made = project()
    made.run("generate")
    new = made.files("generated")
    other = Project(made.folder / "other")
    other.fill()
    done = subprocess.run(
        (sys.executable, "-c", FULL_DISK, str(limit)),
        cwd=other.folder,
        env={**clean_environment(), "PYTHONDONTWRITEBYTECODE": "1"},
        capture_output=True,
        check=False,
        text=True,
    )
    left = other.files("generated")
    assert done.returncode == 1
    assert "[output-out-of-reach]: this cannot be read or written: File too large" in done.stderr
    assert temporary(left) == set()
    kept = without_lists(left)
    assert {name: data for name, data in kept.items() if data != new[name]} == {}

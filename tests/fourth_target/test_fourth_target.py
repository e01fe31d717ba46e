"""A language is added without a line in the generator."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from dagstack.idl.targets import GROUP
from tests.projects import CLOCK, ROOT, SHAPES, Project

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
CONFIG = """\
idl: 1
package: acme
version: "1.0.0"
specs: spec
targets:
  outline: {{{use}out: generated/outline, bullet: "*"}}
"""
TWO_OF_A_NAME = CLOCK + CLOCK[CLOCK.index("  Clock:") :].replace("Clock:", "ClocK:")


def with_target(project: Project) -> Project:
    """Lay the target's folder beside the project file."""
    ignore = shutil.ignore_patterns("__pycache__")
    shutil.copytree(HERE / "outline", project.folder / "outline", ignore=ignore)
    return project


def test_a_folder_beside_the_project_file_is_a_target(
    project: Callable[..., Project], pytestconfig: pytest.Config
) -> None:
    """What `use` names is loaded, given its options, and printed like any other target."""
    made = with_target(project(None, CONFIG.format(use="use: ./outline, ")))
    shutil.rmtree(made.folder / "spec")
    shutil.copytree(ROOT / "spec/resources", made.folder / "spec")
    done = made.run("generate")
    assert (done.code, done.err.splitlines()[-1]) == (0, "6 added, 0 unchanged")
    actual = made.files("generated/outline")
    if pytestconfig.getoption("--update-golden"):
        shutil.rmtree(HERE / "expected")
        shutil.copytree(made.folder / "generated/outline", HERE / "expected")
    expected = {place.name: place.read_bytes() for place in (HERE / "expected").iterdir()}
    assert expected == actual
    assert made.run("check").code == 0


def test_an_installed_distribution_can_bring_a_target(
    project: Callable[..., Project], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An entry point in the group makes a target known by its name."""
    site = tmp_path / "site"
    shutil.copytree(HERE / "outline", site / "acme_outline")
    info = site / "acme_outline-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-outline\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\noutline = acme_outline:TARGET\n")
    monkeypatch.syspath_prepend(str(site))
    made = project({"clock": CLOCK, "shapes": SHAPES}, CONFIG.format(use=""))
    assert made.run("generate").code == 0
    assert sorted(made.files("generated/outline")) == [
        ".dagstack-idl-files",
        "clock.txt",
        "shapes.txt",
    ]
    assert "* now" in made.read("generated/outline/clock.txt")


def test_without_the_distribution_the_target_is_unknown(project: Callable[..., Project]) -> None:
    """A name that nothing brings is a finding, with what there is."""
    done = project(None, CONFIG.format(use="")).run("generate")
    assert done.code == 1
    assert "no target is called `outline`" in done.err


def test_its_names_are_checked_like_those_of_any_target(project: Callable[..., Project]) -> None:
    """What a target declares must not clash, whoever wrote the target."""
    made = with_target(project({"clock": TWO_OF_A_NAME}, CONFIG.format(use="use: ./outline, ")))
    done = made.run("check")
    assert done.code == 1
    assert "both called `CLOCK` in the outline (Outline)" in done.err


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("TARGET = None\n", "it defines no TARGET"),
        ("import nothing_of_that_name\n", "No module named 'nothing_of_that_name'"),
        ("def broken(:\n", "SyntaxError"),
        ("raise ValueError('no luck')\n", "ValueError: no luck"),
    ],
)
def test_a_broken_target_is_a_finding(project: Callable[..., Project], text: str, why: str) -> None:
    """A target that cannot be loaded is reported at the line that asks for it."""
    made = project(None, CONFIG.format(use="use: ./mine, "))
    made.write("mine/__init__.py", text)
    done = made.run("check")
    assert done.code == 1
    assert "dagstack-idl.yaml:6:18: error[target-cannot-be-loaded]" in done.err
    assert why in done.err


def test_a_broken_entry_point_is_a_finding(
    project: Callable[..., Project], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An installed target that cannot be loaded is reported, too."""
    info = tmp_path / "site/acme_broken-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: acme-broken\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(f"[{GROUP}]\noutline = acme_broken:TARGET\n")
    monkeypatch.syspath_prepend(str(tmp_path / "site"))
    done = project(None, CONFIG.format(use="")).run("check")
    assert done.code == 1
    assert "error[target-cannot-be-loaded]" in done.err


def test_an_unknown_option_of_a_target_is_a_finding(project: Callable[..., Project]) -> None:
    """A target's options are read as strictly as a spec."""
    config = CONFIG.format(use="use: ./outline, ").replace("bullet", "bulet")
    done = with_target(project(None, config)).run("check")
    assert done.code == 1
    assert "unknown key `bulet`" in done.err
    assert "did you mean `bullet`?" in done.err


def test_a_target_cannot_write_outside_its_folder(project: Callable[..., Project]) -> None:
    """A page whose path leads elsewhere is a bug of the target, and nothing is written."""
    made = with_target(project(None, CONFIG.format(use="use: ./outline, ")))
    text = made.read("outline/__init__.py").replace('f"{spec.name}.txt"', '"../escaped.txt"')
    made.write("outline/__init__.py", text)
    with pytest.raises(ValueError, match=r"made a file outside its folder: \.\./escaped\.txt"):
        made.run("generate")
    assert not (made.folder / "generated").exists()

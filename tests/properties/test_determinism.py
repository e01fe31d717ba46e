"""The same specs make the same bytes, wherever, whenever and in whatever order they are read."""

from __future__ import annotations

import shutil
import subprocess
from typing import TYPE_CHECKING

import pytest

from dagstack.idl.config import Project as Loaded
from tests.projects import ROOT, Project, clean_environment, command

if TYPE_CHECKING:
    from pathlib import Path

CONFIG = (ROOT / "dagstack-idl.yaml").read_text(encoding="utf-8")


def standard(folder: Path, *, backwards: bool = False) -> Project:
    """The standard specs and suites as a project, their files made in one order or the other."""
    made = Project(folder)
    made.write("dagstack-idl.yaml", CONFIG)
    for file in sorted((ROOT / "spec").glob("*/*.yaml"), reverse=backwards):
        made.write(file.relative_to(ROOT).as_posix(), file.read_bytes())
    return made


@pytest.fixture(scope="module")
def expected(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """What the standard specs make in this process."""
    made = standard(tmp_path_factory.mktemp("expected"))
    assert made.run("generate").code == 0
    return made.files("generated")


@pytest.mark.parametrize(
    "environment",
    [
        {"PYTHONHASHSEED": "0"},
        {"PYTHONHASHSEED": "1"},
        {"PYTHONHASHSEED": "4242", "TZ": "Asia/Kathmandu"},
        {"LC_ALL": "C", "LANG": "C"},
        {"LC_ALL": "tr_TR.UTF-8", "LANGUAGE": "tr", "PYTHONUTF8": "0"},
        {"PYTHONOPTIMIZE": "2", "TZ": "Pacific/Apia"},
        {"HOME": "/nonexistent", "USER": "somebody", "SOURCE_DATE_EPOCH": "0"},
    ],
    ids=str,
)
def test_the_environment_changes_nothing(
    tmp_path: Path, expected: dict[str, bytes], environment: dict[str, str]
) -> None:
    """Hash seed, locale, time zone and user leave no trace in the output."""
    made = standard(tmp_path)
    done = made.spawn("generate", **environment)
    assert (done.code, made.files("generated")) == (0, expected)


def test_the_order_of_files_changes_nothing(tmp_path: Path, expected: dict[str, bytes]) -> None:
    """Files that a folder lists in another order are read in the same one."""
    made = standard(tmp_path, backwards=True)
    assert (made.run("generate").code, made.files("generated")) == (0, expected)


def test_the_order_in_which_specs_are_listed_changes_nothing(
    tmp_path: Path, expected: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Output does not lean on the file system's order, even where no sorting helps it."""
    for listing in ("spec_paths", "suite_paths"):
        paths = getattr(Loaded, listing)
        monkeypatch.setattr(Loaded, listing, lambda self, paths=paths: paths(self)[::-1])
    made = standard(tmp_path)
    assert (made.run("generate").code, made.files("generated")) == (0, expected)


def test_the_folder_changes_nothing(tmp_path: Path, expected: dict[str, bytes]) -> None:
    """Neither where the project is, nor where the command runs, can be seen in the output."""
    made = standard(tmp_path / "a folder with spaces" / "ünïcödé")
    done = subprocess.run(
        command("generate", "--project", str(made.folder)),
        cwd="/",
        env=clean_environment(),
        capture_output=True,
        check=False,
    )
    assert (done.returncode, made.files("generated")) == (0, expected)


def test_the_installed_package_makes_the_same(tmp_path: Path, expected: dict[str, bytes]) -> None:
    """A copy of the generator elsewhere on the path, as an installation is, makes the same."""
    site = tmp_path / "site"
    shutil.copytree(
        ROOT / "generator/dagstack/idl",
        site / "dagstack/idl",
        ignore=shutil.ignore_patterns("__pycache__"),
    )
    shutil.copytree(ROOT / "spec", site / "dagstack/idl/_spec/spec")
    shutil.copy(ROOT / "dagstack-idl.yaml", site / "dagstack/idl/_spec")
    made = standard(tmp_path / "project")
    done = made.spawn("generate", PYTHONPATH=str(site))
    assert (done.code, made.files("generated")) == (0, expected)


def test_line_ends_and_a_byte_order_mark_change_nothing(
    tmp_path: Path, expected: dict[str, bytes]
) -> None:
    """Specs as Windows editors leave them make the same."""
    made = standard(tmp_path)
    for spec in (tmp_path / "spec").glob("*/*.yaml"):
        spec.write_bytes(b"\xef\xbb\xbf" + spec.read_bytes().replace(b"\n", b"\r\n"))
    assert (made.run("generate").code, made.files("generated")) == (0, expected)

"""One small project, generated afresh for the consumers of all languages."""

from __future__ import annotations

import importlib
import shutil
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from tests.projects import Project

if TYPE_CHECKING:
    from collections.abc import Generator
    from types import ModuleType

HERE = Path(__file__).parent


def generated(name: str, folder: Path) -> Path:
    """Generate a project beside this file, in a folder that is not there yet."""
    shutil.copytree(HERE / name, folder)
    done = Project(folder).run("generate")
    assert (done.code, "warning" in done.err) == (0, False), done.err
    return folder


@contextmanager
def imported(folder: Path, package: str) -> Generator[ModuleType]:
    """Import a generated package from a folder, and forget it afterwards."""
    sys.path.insert(0, str(folder))
    importlib.invalidate_caches()
    yield importlib.import_module(package)
    sys.path.remove(str(folder))
    top = package.partition(".")[0]
    for name in [name for name in sys.modules if name.partition(".")[0] == top]:
        del sys.modules[name]


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the generated output of the project beside this file."""
    return generated("project", tmp_path_factory.mktemp("workshop") / "project")

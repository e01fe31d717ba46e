"""One small project, generated afresh for the consumers of all languages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.projects import Project

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def workshop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder with the generated output of the project beside this file."""
    folder = tmp_path_factory.mktemp("workshop") / "project"
    shutil.copytree(HERE / "project", folder)
    done = Project(folder).run("generate")
    assert (done.code, "warning" in done.err) == (0, False), done.err
    return folder

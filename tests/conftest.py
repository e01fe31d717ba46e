"""What all tests share: options, the profile of hypothesis, the paths of tools."""

from __future__ import annotations

import gc
import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, settings

from tests.projects import Project

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

ROOT = Path(__file__).parents[1]
# Installed, pytest finds it by itself; an editable install from before it was there does not.
pytest_plugins = ["dagstack.resources.pytest_plugin"]

settings.register_profile(
    "deterministic",
    derandomize=True,
    deadline=None,
    database=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
settings.load_profile("deterministic")


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the switch of `make golden`."""
    parser.addoption(
        "--update-golden",
        action="store_true",
        help="rewrite the expected output of the golden tests",
    )


@pytest.fixture(scope="session", autouse=True)
def _tools_on_path() -> Iterator[None]:
    """Find the compilers where `make setup` puts them, however pytest was started."""
    with pytest.MonkeyPatch.context() as patch:
        folders = (ROOT / ".venv/bin", ROOT / "node_modules/.bin")
        patch.setenv("PATH", ":".join([*map(str, folders), os.environ.get("PATH", "")]))
        patch.setenv("GOTOOLCHAIN", "local")
        patch.setenv("GOPROXY", "off")
        patch.delenv("NO_COLOR", raising=False)
        patch.delenv("FORCE_COLOR", raising=False)
        yield


@pytest.fixture(autouse=True)
def _collecting() -> Iterator[None]:
    """Undo what the command line does for its own short life: it switches collection off."""
    yield
    gc.enable()


@pytest.fixture
def project(tmp_path: Path) -> Callable[..., Project]:
    """Make a project of the given spec files in a new folder."""

    def make(specs: dict[str, str] | None = None, config: str | None = None) -> Project:
        made = Project(tmp_path / "project")
        made.fill(specs, config)
        return made

    return make

"""What the tests of the temporary directory share."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def parent(tmp_path: Path) -> Path:
    """An empty folder in which temporary ones are made."""
    made = tmp_path / "parent"
    made.mkdir()
    return made


@pytest.fixture
def outside(tmp_path: Path) -> Path:
    """A folder elsewhere, with a file and a folder that nothing may touch."""
    made = tmp_path / "outside"
    made.mkdir(mode=0o751)
    (made / "file").write_text("precious")
    (made / "file").chmod(0o640)
    (made / "folder").mkdir(mode=0o555)
    return made

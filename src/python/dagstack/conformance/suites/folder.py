"""The subject ``Folder``: a new folder, and all that a case does with files."""

from __future__ import annotations

import os
import shutil
import stat
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import timedelta


class Folder:
    """A new folder; paths are below it, or absolute."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp(prefix="conformance-")).resolve()

    def names(self, path: str = "") -> list[str]:
        """List what a folder holds, ascending by code point."""
        return sorted(os.listdir(self.path / path))  # noqa: PTH208 - names are enough

    def exists(self, path: str) -> bool:
        """Tell whether something is there, a link counting itself."""
        return os.path.lexists(self.path / path)

    def mode(self, path: str) -> str:
        """Return the permission bits in octal."""
        return format(stat.S_IMODE((self.path / path).lstat().st_mode), "o")

    def read(self, path: str) -> bytes:
        """Return a file's bytes."""
        return (self.path / path).read_bytes()

    def write(self, path: str, data: bytes) -> None:
        """Write a file, and make the folders above it."""
        place = self.path / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(data)

    def make_folder(self, path: str) -> None:
        """Make a folder."""
        (self.path / path).mkdir()

    def link(self, path: str, to: str) -> None:
        """Make a symbolic link."""
        (self.path / path).symlink_to(to)

    def age(self, path: str, time: timedelta) -> None:
        """Make a file look as if it had last been changed some time ago."""
        changed = (self.path / path).stat().st_mtime - time.total_seconds()
        os.utime(self.path / path, (changed, changed))

    def remove(self, path: str) -> None:
        """Remove a file, a link, or a folder with all that is in it."""
        place = self.path / path
        if place.is_dir() and not place.is_symlink():
            shutil.rmtree(place)
        else:
            place.unlink()

    def close(self) -> None:
        """Remove the folder."""
        shutil.rmtree(self.path, ignore_errors=True)

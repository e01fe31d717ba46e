"""Whose temporary folder is whose: a lock on each, and the removal of those that nobody holds.

The kernel lets go of a lock when the last process that holds it ends, however it ends. That also
covers a forked child that goes on without its parent. The lock is on the folder itself, which tells
systemd-tmpfiles, too, that the folder is in use.
"""

from __future__ import annotations

import logging
import os
import re
import stat
from typing import TYPE_CHECKING

from dagstack.resources.removal import CLOSING, is_at, let_in, open_folder, opened, remove

if TYPE_CHECKING:
    from pathlib import Path

POSIX = os.name == "posix"
"""Whether folders can be opened and locked; elsewhere nothing is swept."""

_PREFIX = "dagstack-tmp-"
_NAME = re.compile(rf"{_PREFIX}[0-9a-f]{{16}}({CLOSING})?")

_log = logging.getLogger(__name__)


def new_name() -> str:
    """Return a name for a folder that nobody can guess, and that a sweep knows again."""
    return f"{_PREFIX}{os.urandom(8).hex()}"


def hold(folder: int) -> bool:
    """Lock an open folder until it and all copies of the descriptor are closed, if nobody has.

    Raises:
        OSError: the file system has no locks.
    """
    import fcntl

    try:
        fcntl.flock(folder, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def sweep(parent: Path) -> None:
    """Remove the folders below ``parent`` that are ours and that no process holds any more.

    What cannot be removed is logged and left to the next sweep.

    Raises:
        OSError: ``parent`` cannot be read.
    """
    with os.scandir(parent) as entries:
        names = [entry.name for entry in entries if _NAME.fullmatch(entry.name)]
    if not names:
        return
    with opened(open_folder(os.fspath(parent), link=True, place=True)) as place:
        for name in names:
            try:
                _sweep_one(name, place)
            except FileNotFoundError:
                pass  # its owner or another sweep was faster
            except OSError as error:
                _log.warning(
                    "cannot remove what a killed process left: %s: %s", parent / name, error
                )


def _sweep_one(name: str, parent: int) -> None:
    # A folder of somebody else is none of ours, whatever its name; a link is no folder.
    if not _is_our_folder(os.stat(name, dir_fd=parent, follow_symlinks=False)):
        return
    let_in(name, parent)
    with opened(open_folder(name, within=parent)) as folder:
        if _is_our_folder(os.fstat(folder)) and hold(folder) and is_at(folder, name, parent):
            remove(folder, name)


def _is_our_folder(status: os.stat_result) -> bool:
    return stat.S_ISDIR(status.st_mode) and status.st_uid == os.geteuid()

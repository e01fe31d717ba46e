"""Removing a folder with all that is in it, and nothing that it only leads to.

Everything goes by open folders and single names, never by a path: a path could be made to lead
elsewhere between a look and the removal.
"""

from __future__ import annotations

import errno
import os
import stat
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Generator

_NO_LINK = getattr(os, "O_NOFOLLOW", 0)
_FOLDER = getattr(os, "O_DIRECTORY", 0)
_ONLY_A_PLACE = getattr(os, "O_PATH", 0)
_PAUSES = (0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32)
"""Seconds to wait before trying again, while others still write."""
_ALL = stat.S_IRWXU

CLOSING = "-closing"
"""What is added to the name of a folder whose removal has begun."""


def open_folder(
    name: str, *, within: int | None = None, link: bool = False, place: bool = False
) -> int:
    """Open a folder, through a link only if ``link``; only as a place for others if ``place``.

    Raises:
        OSError: there is none, or it cannot be opened.
    """
    flags = _FOLDER | (0 if link else _NO_LINK) | (_ONLY_A_PLACE if place else os.O_RDONLY)
    return os.open(name, flags, dir_fd=within)


@contextmanager
def opened(folder: int) -> Generator[int]:
    """Close an open folder at the end of the block."""
    try:
        yield folder
    finally:
        os.close(folder)


def is_at(folder: int, name: str, within: int) -> bool:
    """Whether ``name`` is that open folder, and not another one or nothing."""
    try:
        there = os.stat(name, dir_fd=within, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return os.path.samestat(there, os.fstat(folder))


def remove(folder: int, name: str) -> None:
    """Remove an open folder that its parent knows as ``name``, also while others still write.

    If it has been moved away, it is emptied; whatever has taken the name stays.

    Raises:
        OSError: something could not be removed, after several attempts.
    """
    with suppress(OSError):
        os.fchmod(folder, _ALL)  # it may have been shut, even to its owner
    with opened(open_folder("..", within=folder, place=True)) as parent:
        if is_at(folder, name, parent) and not name.endswith(CLOSING):
            # Whoever writes by path now finds no folder, rather than fills it behind our back.
            with suppress(OSError):
                os.rename(name, f"{name}{CLOSING}", src_dir_fd=parent, dst_dir_fd=parent)
                name += CLOSING
        for pause in (*_PAUSES, None):
            try:
                _empty(folder)
                if is_at(folder, name, parent):
                    os.rmdir(name, dir_fd=parent)
            except OSError:
                if pause is None:
                    raise
                time.sleep(pause)
            else:
                return


class _Refusals:
    """Lets what cannot be done be, and keeps the first reason; what is gone already is no reason.

    A ``with`` block on it ends at what fails.
    """

    def __init__(self) -> None:
        self.first: OSError | None = None

    def __enter__(self) -> None:
        """Try."""

    def __exit__(self, kind: object, error: BaseException | None, traceback: object) -> bool:
        if not isinstance(error, OSError):
            return False
        if self.first is None and not isinstance(error, FileNotFoundError):
            self.first = error
        return True


class _Above(NamedTuple):
    """A folder that is to be finished after one in it."""

    status: os.stat_result
    folders: list[str]
    """Those in it that are still there; the last one is being emptied."""


def _empty(root: int) -> None:
    """Remove what is in a folder.

    Only one more is open at a time, and the way back up is ``..``. So no depth is too great:
    neither the stack nor the number of open files grows with it.

    Raises:
        OSError: the first reason why something is still there; all the rest was tried.
    """
    refusals = _Refusals()
    device = os.fstat(root).st_dev
    above: list[_Above] = []
    folder = os.dup(root)
    try:
        folders = _unlink_files(folder, refusals)
        while folders or above:
            if folders:
                inner = None
                with refusals:
                    inner = _step_into(folders[-1], folder, device)
                if inner is None:
                    folders.pop()
                    continue
                above.append(_Above(os.fstat(folder), folders))
                os.close(folder)
                folder = inner
                folders = _unlink_files(folder, refusals)
            else:
                status, folders = above.pop()
                outer = open_folder("..", within=folder)
                os.close(folder)
                folder = outer
                if not os.path.samestat(status, os.fstat(folder)):
                    raise OSError(errno.ESTALE, "somebody moved it meanwhile", folders[-1])
                with refusals:
                    os.rmdir(folders.pop(), dir_fd=folder)
    finally:
        os.close(folder)
    if refusals.first is not None:
        raise refusals.first


def _step_into(name: str, within: int, device: int) -> int:
    """Open a folder on the same device, after giving its owner the right to."""
    let_in(name, within)
    folder = open_folder(name, within=within)
    if os.fstat(folder).st_dev != device:
        os.close(folder)
        raise OSError(errno.EXDEV, "another file system is mounted there", name)
    return folder


def _unlink_files(folder: int, refusals: _Refusals) -> list[str]:
    """Remove what is no folder, links above all; return the names of the folders."""
    folders: list[str] = []
    with os.scandir(folder) as entries:
        listed = [(entry.name, entry.is_dir(follow_symlinks=False)) for entry in entries]
    for name, is_folder in listed:
        if is_folder:
            folders.append(name)
        else:
            with refusals:
                os.unlink(name, dir_fd=folder)
    return folders


def let_in(name: str, within: int) -> None:
    """Give the owner all rights to a folder that has shut itself, but to nothing that is a link.

    Raises:
        OSError: it is not ours.
    """
    mode = os.stat(name, dir_fd=within, follow_symlinks=False).st_mode
    if stat.S_ISDIR(mode) and mode & _ALL != _ALL:
        # Where the system cannot leave links alone, the folder stays shut.
        with suppress(NotImplementedError, ValueError):
            os.chmod(name, _ALL, dir_fd=within, follow_symlinks=False)

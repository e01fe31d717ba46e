"""Walking and changing the folders below a root, from one open folder to the next.

Every step opens a name in a folder that is open, and refuses a symbolic link there, so whatever
others put below the root, no call leaves it.
"""

from __future__ import annotations

import contextlib
import errno
import os
import stat
import sys
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

_FOLDER: Final = os.O_RDONLY | getattr(os, "O_DIRECTORY", 0) | getattr(os, "O_CLOEXEC", 0)
_NO_LINK: Final = getattr(os, "O_NOFOLLOW", 0)
# A pipe in the place of a file would otherwise keep whoever opens it waiting.
_FILE: Final = os.O_RDONLY | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_NONBLOCK", 0) | _NO_LINK

# What opening says of a symbolic link that must not be followed: Linux and macOS, FreeBSD.
_LINK_IN_THE_WAY: Final = (errno.ELOOP, errno.EMLINK)


def is_absence(error: OSError) -> bool:
    """Whether an error says that there is no such file or folder below the root."""
    return (
        isinstance(error, FileNotFoundError | NotADirectoryError) or error.errno in _LINK_IN_THE_WAY
    )


if sys.platform == "darwin":
    import fcntl

    def sync(descriptor: int) -> None:
        """Wait until a file or folder is on the disk, and not only in the disk's own memory."""
        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError:  # a network disk does not know it
            os.fsync(descriptor)

else:

    def sync(descriptor: int) -> None:
        """Wait until a file or folder is on the disk."""
        os.fsync(descriptor)


@contextlib.contextmanager
def opened(root: str, folders: Sequence[str] = (), *, make: bool = False) -> Generator[int]:
    """Open a folder below the root; with `make`, make those on the way that are missing.

    Raises:
        OSError: a folder is missing or is not one (see `is_absence`), or another trouble. That the
            root itself is missing is not an absence.
    """
    try:
        descriptor = os.open(root, _FOLDER)
    except (FileNotFoundError, NotADirectoryError):
        raise OSError(errno.ESTALE, "the root folder is gone") from None
    try:
        for name in folders:
            try:
                child = os.open(name, _FOLDER | _NO_LINK, dir_fd=descriptor)
            except FileNotFoundError:
                if not make:
                    raise
                child = _make(descriptor, name)
            os.close(descriptor)
            descriptor = child
        yield descriptor
    finally:
        os.close(descriptor)


def _make(parent: int, name: str) -> int:
    # Another writer may be making it too; it must have reached the disk before either is done.
    with contextlib.suppress(FileExistsError):
        os.mkdir(name, 0o700, dir_fd=parent)
    sync(parent)
    return os.open(name, _FOLDER | _NO_LINK, dir_fd=parent)


def open_file(parent: int, name: str) -> int:
    """Open a file for reading.

    Raises:
        OSError: there is none (see `is_absence`), also if something else has the name, or another
            trouble.
    """
    descriptor = os.open(name, _FILE, dir_fd=parent)
    try:
        ordinary = stat.S_ISREG(os.fstat(descriptor).st_mode)
    except BaseException:
        os.close(descriptor)
        raise
    if ordinary:
        return descriptor
    os.close(descriptor)
    raise FileNotFoundError(errno.ENOENT, "no ordinary file")


def is_file(parent: int, name: str) -> bool:
    """Whether a name is that of an ordinary file, and not of a link to one."""
    try:
        status = os.stat(name, dir_fd=parent, follow_symlinks=False)
    except FileNotFoundError:
        return False
    return stat.S_ISREG(status.st_mode)


def remove_empty(root: str, folders: Sequence[str]) -> None:
    """Remove the last folder if it is empty, then the one above, and so on below the root.

    What is left of them has reached the disk. A folder into which another writer puts a file is not
    empty, and a writer who finds its folder gone makes it again.
    """
    for depth in range(len(folders), 0, -1):
        with opened(root, folders[: depth - 1]) as parent:
            try:
                os.rmdir(folders[depth - 1], dir_fd=parent)
            except FileNotFoundError:
                continue
            except OSError:
                return
            sync(parent)

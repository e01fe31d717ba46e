"""Writing a file in full before it gets its name, and removing what dead writers left.

A writer locks its file in the staging folder for as long as it lives, so a file that can be locked
has lost its writer. Writers that cannot lock (in other languages, or on a disk without locks)
choose a name of the second kind, and such a file is only removed when it is old.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import time
from typing import TYPE_CHECKING, Final

from dagstack.resources.blobs.folders import is_file, open_file, opened, sync
from dagstack.resources.blobs.layout import STAGING

try:
    import fcntl
except ImportError as error:
    raise ImportError(
        "FilesystemBlobStore needs a system with flock and openat, which Windows is not"
    ) from error

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

_NEW: Final = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
_LOCKED: Final = "f"
_UNLOCKED: Final = "t"
_TEMPORARY: Final = re.compile("[ft][0-9a-f]{16}")
_OLD: Final = 3600.0  # seconds
_NO_LOCKS: Final = (errno.ENOLCK, errno.ENOTSUP, errno.EOPNOTSUPP, errno.ENOSYS, errno.EINVAL)


class Staged:
    """A file that is on the disk in full and has no name of its own yet."""

    def __init__(self, folder: int, name: str) -> None:
        self._folder = folder
        self._name = name

    def rename(self, folder: int, name: str) -> None:
        """Give it its name, in place of whatever file had it, and wait for the disk."""
        os.rename(self._name, name, src_dir_fd=self._folder, dst_dir_fd=folder)
        self._name = ""
        sync(folder)

    def discard(self) -> None:
        """Remove it, unless it has been renamed."""
        if self._name:
            with contextlib.suppress(OSError):
                os.unlink(self._name, dir_fd=self._folder)


@contextlib.contextmanager
def staged(root: str, chunks: Sequence[bytes]) -> Generator[Staged]:
    """Write a file to the disk; unless it is renamed within the block, it is removed.

    Raises:
        FileNotFoundError: another process removed it, or the folder, as litter; try again.
        OSError: it cannot be written.
    """
    with opened(root, (STAGING,), make=True) as folder:
        name, descriptor = _create(folder)
        file = Staged(folder, name)
        try:
            _write(descriptor, chunks)
            sync(descriptor)
            yield file
        finally:
            file.discard()
            os.close(descriptor)


def _create(folder: int) -> tuple[str, int]:
    name = _LOCKED + os.urandom(8).hex()
    descriptor = os.open(name, _NEW, 0o600, dir_fd=folder)
    try:
        if _lock(descriptor):
            return name, descriptor
        unlocked = _UNLOCKED + name[1:]
        os.rename(name, unlocked, src_dir_fd=folder, dst_dir_fd=folder)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(name, dir_fd=folder)
        os.close(descriptor)
        raise
    return unlocked, descriptor


def _lock(descriptor: int) -> bool:
    """Lock a file; false if there are no locks here.

    Raises:
        FileNotFoundError: who sweeps has it, and is about to remove it.
        OSError: another trouble.
    """
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise FileNotFoundError(errno.ENOENT, "swept while it was made") from None
    except OSError as error:
        if error.errno in _NO_LOCKS:
            return False
        raise
    return True


def _write(descriptor: int, chunks: Sequence[bytes]) -> None:
    """Write everything, however little the system takes at a time."""
    written = os.writev(descriptor, chunks)
    for chunk in chunks:
        if written >= len(chunk):
            written -= len(chunk)
            continue
        rest = memoryview(chunk)[written:]
        written = 0
        while rest:
            rest = rest[os.write(descriptor, rest) :]


def sweep(root: str) -> None:
    """Remove the temporary files whose writers are dead. What cannot be removed stays.

    Raises:
        OSError: the root cannot be opened.
    """
    with contextlib.ExitStack() as stack:
        try:
            folder = stack.enter_context(opened(root, (STAGING,)))
            names = os.listdir(folder)  # noqa: PTH208 - pathlib knows no open folders
        except FileNotFoundError:
            return
        for name in filter(_TEMPORARY.fullmatch, names):
            with contextlib.suppress(OSError):
                _sweep(folder, name)


def _sweep(folder: int, name: str) -> None:
    if not is_file(folder, name):
        return
    descriptor = open_file(folder, name)
    try:
        old = time.time() - os.fstat(descriptor).st_mtime > _OLD
        dead = name.startswith(_LOCKED) and _lock(descriptor)
        if dead or old:
            os.unlink(name, dir_fd=folder)
    finally:
        os.close(descriptor)

"""A temporary directory of the operating system."""

from __future__ import annotations

import os
import threading
import weakref
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from dagstack.contracts import AlreadyExists, BackendFailed, InvalidArgument
from dagstack.resources import sweep
from dagstack.resources.closing import Closable
from dagstack.resources.file_name import check_file_name, check_suffix
from dagstack.resources.forking import renew_after_fork
from dagstack.resources.removal import is_at, open_folder, opened, remove

if TYPE_CHECKING:
    from collections.abc import Generator

_NEW = os.O_RDWR | os.O_CREAT | os.O_EXCL | getattr(os, "O_NOFOLLOW", 0)
_FOLDER_MODE, _FILE_MODE = 0o700, 0o600


class SystemTempDir(Closable):
    """A new folder for temporary files, which is removed with all that is in it.

    That happens when it is closed; if nobody closes it, when it is collected as garbage, with a
    ``ResourceWarning``, or when the interpreter exits. What killed processes left is removed
    first, when the next one is made below the same parent.

    The folder is locked as long as it is in use, by this process or one forked from it. A forked
    process may use the folder, but never removes it.

    Every method and the constructor block for the time of a few system calls; ``close`` waits up
    to 0.7 s if others still write. Safe for concurrent use by many threads, and after a fork.

    Where folders cannot be locked (on Windows), what killed processes left stays.

    Args:
        parent: An existing folder on a local file system; the system's own for temporary files
            if it is not given.

    Raises:
        InvalidArgument: ``parent`` is not a folder.
        BackendFailed: the file system refuses, for instance because it is full.
    """

    def __init__(self, parent: str | os.PathLike[str] | None = None) -> None:
        self._lock = threading.Lock()
        with _reported("open"):
            place = _absolute(parent)
            if sweep.POSIX:
                sweep.sweep(place)
            self._folder = _new_folder(place)
        self._path = place / self._folder.name
        self._removal = weakref.finalize(self, _remove, self._folder, self._path)
        super().__init__()
        renew_after_fork(self)

    def __repr__(self) -> str:
        """Say where it is."""
        return f"<{type(self).__name__} {self._path}>"

    @property
    def path(self) -> Path:
        """The folder's absolute path, of mode 0700; also after the close."""
        return self._path

    def create_file(self, name: str, *, suffix: str = "") -> Path:
        """Create a new, empty file called ``name`` followed by ``suffix``, of mode 0600.

        Args:
            name: The name of the file, or its beginning.
            suffix: The end of its name, such as ``.csv``.

        Returns:
            The absolute path of the file.

        Raises:
            AlreadyExists: the folder has something of that name.
            BackendFailed: the file system refuses, for instance because it is full.
            InvalidArgument: ``name``, or ``name`` followed by ``suffix``, cannot name a file.
            ResourceClosed: the directory is closed.
        """
        check_file_name("name", name)
        check_suffix(name, suffix)
        whole = name + suffix
        with self._creating("create_file", whole):
            self._create_file(whole)
        return self._path / whole

    def create_subdir(self, name: str) -> Path:
        """Create a new, empty folder called ``name``, of mode 0700.

        Args:
            name: The name of the folder.

        Returns:
            The absolute path of the folder.

        Raises:
            AlreadyExists: the folder has something of that name.
            BackendFailed: the file system refuses, for instance because it is full.
            InvalidArgument: ``name`` cannot name a folder.
            ResourceClosed: the directory is closed.
        """
        check_file_name("name", name)
        with self._creating("create_subdir", name):
            self._create_subdir(name)
        return self._path / name

    def renew(self) -> None:
        """Own nothing after a fork: the folder is the parent's to remove."""
        self._lock = threading.Lock()
        self._needs_closing = False

    def _place(self, name: str) -> str:
        """``name`` for a call that takes ``dir_fd``, which is ``None`` where there is none."""
        return name if self._folder.descriptor is not None else os.path.join(self._path, name)  # noqa: PTH118

    @contextmanager
    def _creating(self, operation: str, name: str) -> Generator[None]:
        # Closing waits for this lock. Otherwise the number of the descriptor might by now be that
        # of another folder, opened elsewhere in the process.
        with self._lock:
            self._ensure_open()
            try:
                with _reported(operation):
                    yield
            except FileExistsError:
                raise AlreadyExists(name) from None

    def _create_file(self, name: str) -> None:
        folder, place = self._folder.descriptor, self._place(name)
        file = os.open(place, _NEW, _FILE_MODE, dir_fd=folder)
        try:
            if folder is not None:
                os.fchmod(file, _FILE_MODE)  # the umask may have taken away even these
        except OSError:
            os.unlink(place, dir_fd=folder)
            raise
        finally:
            os.close(file)

    def _create_subdir(self, name: str) -> None:
        if self._folder.descriptor is None:
            (self._path / name).mkdir(_FOLDER_MODE)
        else:
            os.close(_make_folder(name, self._folder.descriptor))

    def _release(self) -> None:
        with self._lock, _reported("close"):
            self._removal()


class _Folder(NamedTuple):
    """A folder of ours."""

    name: str
    descriptor: int | None
    """The folder, open and locked; ``None`` where that is not possible."""
    owner: int
    """The process that made it, and may remove it."""


def _absolute(parent: str | os.PathLike[str] | None) -> Path:
    if parent is None:
        from tempfile import gettempdir

        parent = gettempdir()
    try:
        place = Path(parent).absolute()
        is_folder = place.is_dir()
    except (TypeError, ValueError) as error:
        raise InvalidArgument("parent", str(error)) from None
    if not is_folder:
        raise InvalidArgument("parent", f"{place} is not a folder")
    return place


def _new_folder(parent: Path) -> _Folder:
    if not sweep.POSIX:
        name = sweep.new_name()
        (parent / name).mkdir(_FOLDER_MODE)
        return _Folder(name, None, os.getpid())
    with opened(open_folder(os.fspath(parent), link=True, place=True)) as place:
        while True:
            folder = _held_folder(name := sweep.new_name(), place)
            if folder is not None:
                return _Folder(name, folder, os.getpid())


def _held_folder(name: str, parent: int) -> int | None:
    """Make and lock a folder, unless another process sweeps it before it is locked."""
    try:
        folder = _make_folder(name, parent)
    except FileNotFoundError:
        if os.fstat(parent).st_nlink:
            return None
        raise
    try:
        if sweep.hold(folder) and is_at(folder, name, parent):
            return folder
    except OSError:
        os.rmdir(name, dir_fd=parent)
        os.close(folder)
        raise
    os.close(folder)
    return None


def _make_folder(name: str, within: int) -> int:
    """Make a folder, and open it."""
    os.mkdir(name, _FOLDER_MODE, dir_fd=within)
    try:
        try:
            folder = open_folder(name, within=within)
        except PermissionError:  # the umask took away the right to open it
            os.chmod(name, _FOLDER_MODE, dir_fd=within)
            folder = open_folder(name, within=within)
        os.fchmod(folder, _FOLDER_MODE)
    except OSError:
        with suppress(OSError):
            os.rmdir(name, dir_fd=within)
        raise
    return folder


def _remove(folder: _Folder, path: Path) -> None:
    """Remove the folder, in the process that made it; let go of it in others."""
    ours = folder.owner == os.getpid()
    if folder.descriptor is None:
        if ours:
            from shutil import rmtree

            rmtree(path)
        return
    with opened(folder.descriptor):
        if ours:
            remove(folder.descriptor, folder.name)


@contextmanager
def _reported(operation: str) -> Generator[None]:
    """Make the file system's errors ours, except for a name that is taken."""
    try:
        yield
    except FileExistsError:
        raise
    except OSError as error:
        detail = error.strerror or str(error)
        if error.filename is not None:
            detail = f"{detail}: {error.filename}"
        raise BackendFailed("SystemTempDir", operation, detail) from error

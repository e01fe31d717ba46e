"""A store in files below a folder."""

from __future__ import annotations

import contextlib
import functools
import os
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeVar

from dagstack.contracts import BackendFailed, BlobNotFound, InvalidArgument
from dagstack.resources.blobs import folders, layout, staging, threads
from dagstack.resources.blobs.base import CheckedBlobStore

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterator

T = TypeVar("T")

_TRIES: Final = 20
_FIRST_READ: Final = 65536


class FilesystemBlobStore(CheckedBlobStore):
    """A `BlobStore` in files below a root folder, for development and a single machine.

    A blob is durable when `put` returns, and a deletion when `delete` does: file and folders have
    reached the disk. Any number of stores, threads and processes may share a root; each blob is one
    file, which is replaced at once. Symbolic links below the root are never followed. The files
    are laid out as `docs/filesystem-layout.md` says; whatever else lies there is left alone.

    All work is done in threads of the running event loop, `asyncio`'s or `trio`'s, and none blocks
    it. A `put` or `delete` that is cancelled after it began first comes to its end. The store holds
    no open file, lock or thread between calls, so it survives forks and nothing is lost when it is
    not closed.

    Needs a POSIX system. Safe for concurrent use by many threads and by several event loops.
    """

    def __init__(self, root: str | os.PathLike[str]) -> None:
        """Open the store, and remove what killed writers left there. Blocks for a moment.

        Args:
            root: The folder, made with its parents if it is missing; it may be a symbolic link to
                one. Its absolute path may have at most 900 bytes.

        Raises:
            BackendFailed: the folder cannot be made or opened.
            InvalidArgument: the path is too long, or leads to something else than a folder.
        """
        super().__init__()
        self._root = str(Path(root).absolute())
        length = len(os.fsencode(self._root))
        if length > layout.LONGEST_ROOT:
            raise InvalidArgument(
                "root", f"its path has {length} bytes, and {layout.LONGEST_ROOT} are allowed"
            )
        with _failures("open"):
            _make_root(Path(self._root))
            staging.sweep(self._root)

    @property
    def root(self) -> Path:
        """The folder, as an absolute path."""
        return Path(self._root)

    def __repr__(self) -> str:
        """Name the root."""
        return f"FilesystemBlobStore({self._root!r})"

    async def _put(self, key: str, data: bytes, content_type: str) -> None:
        await threads.change(functools.partial(self._write, key, data, content_type))

    async def _get(self, key: str) -> bytes:
        return await threads.look(functools.partial(self._read, key))

    async def _delete(self, key: str) -> None:
        await threads.change(functools.partial(self._remove, key))

    async def _list(self, prefix: str) -> set[str]:
        return await threads.look(functools.partial(self._scan, prefix))

    async def _exists(self, key: str) -> bool:
        return await threads.look(functools.partial(self._has, key))

    async def _content_type(self, key: str) -> str:
        return await threads.look(functools.partial(self._kind, key))

    def _write(self, key: str, data: bytes, content_type: str) -> None:
        header = layout.write_header(key, content_type, len(data))
        with _failures("put"):
            _again_if_swept(functools.partial(self._replace, key, (header, data)))

    def _replace(self, key: str, chunks: tuple[bytes, ...]) -> None:
        place = layout.place_of(key)
        with (
            staging.staged(self._root, chunks) as file,
            folders.opened(self._root, place.folders, make=True) as folder,
        ):
            file.rename(folder, place.file)

    def _read(self, key: str) -> bytes:
        with _failures("get"), self._file(key) as descriptor:
            header, beginning = _header(descriptor, key)
            if len(beginning) == header.start + header.size:
                return beginning[header.start :]
            return _read_at(descriptor, header.size, header.start)

    def _kind(self, key: str) -> str:
        with _failures("content_type"), self._file(key) as descriptor:
            return _header(descriptor, key)[0].content_type

    @contextlib.contextmanager
    def _file(self, key: str) -> Generator[int]:
        place = layout.place_of(key)
        try:
            with folders.opened(self._root, place.folders) as folder:
                descriptor = folders.open_file(folder, place.file)
        except OSError as error:
            if folders.is_absence(error):
                raise BlobNotFound(key) from None
            raise
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _has(self, key: str) -> bool:
        place = layout.place_of(key)
        with _failures("exists"):
            try:
                with folders.opened(self._root, place.folders) as folder:
                    return folders.is_file(folder, place.file)
            except OSError as error:
                if folders.is_absence(error):
                    return False
                raise

    def _remove(self, key: str) -> None:
        place = layout.place_of(key)
        with _failures("delete"):
            try:
                with folders.opened(self._root, place.folders) as folder:
                    if not folders.is_file(folder, place.file):
                        return
                    os.unlink(place.file, dir_fd=folder)
                    folders.sync(folder)
                folders.remove_empty(self._root, place.folders)
            except OSError as error:
                if not folders.is_absence(error):
                    raise

    def _scan(self, prefix: str) -> set[str]:
        with _failures("list"):
            return set(_keys(self._root, prefix))


@contextlib.contextmanager
def _failures(operation: str) -> Generator[None]:
    """Tell of the system's troubles as what they are to the caller."""
    try:
        yield
    except OSError as error:
        name = "FilesystemBlobStore"
        raise BackendFailed(name, operation, error.strerror or str(error)) from error
    except layout.MalformedError as error:
        detail = f"the file of the key is damaged: {error}"
        raise BackendFailed("FilesystemBlobStore", operation, detail) from error


def _make_root(root: Path) -> None:
    missing = [path for path in (root, *root.parents) if not os.path.lexists(path)]
    try:
        root.mkdir(0o700, parents=True, exist_ok=True)
    except FileExistsError:
        raise InvalidArgument("root", "it is not a folder") from None
    except NotADirectoryError:
        raise InvalidArgument("root", "one of its parents is not a folder") from None
    for path in missing:
        with folders.opened(str(path.parent)) as parent:
            folders.sync(parent)


def _again_if_swept(work: Callable[[], T]) -> T:
    """Try again what another process disturbed by removing an empty folder or a stale file."""
    for _ in range(_TRIES - 1):
        with contextlib.suppress(FileNotFoundError):
            return work()
    return work()


def _header(descriptor: int, key: str) -> tuple[layout.Header, bytes]:
    """Read the header, and whatever else came with it, of a file that must hold this key."""
    size = os.fstat(descriptor).st_size
    beginning = _read_at(descriptor, min(size, _FIRST_READ), 0)
    header = layout.read_header(beginning)
    if header.key != key:
        raise layout.MalformedError("it belongs to another key")
    if size != header.start + header.size:
        raise layout.MalformedError("it has not the size that its header says")
    return header, beginning


def _read_at(descriptor: int, size: int, start: int) -> bytes:
    """Read so many bytes from a place in a file."""
    parts: list[bytes] = []
    while size:
        part = os.pread(descriptor, size, start)
        if not part:
            raise layout.MalformedError("it ends too early")
        parts.append(part)
        size -= len(part)
        start += len(part)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _keys(root: str, prefix: str) -> Iterator[str]:
    """Yield the keys that start with a prefix, in any order."""
    wanted = prefix.encode()
    start = prefix[: prefix.rfind("/") + 1].encode()
    to_visit = [(layout.folders_of(prefix), start)]
    while to_visit:
        path, above = to_visit.pop()
        for name, is_file in _entries(root, path):
            entry = layout.read_name(name)
            if entry is None or entry.is_file != is_file:
                continue
            raw = above + entry.text
            if is_file:
                key = layout.key_of(raw) if raw.startswith(wanted) else None
                if key is not None:
                    yield key
            elif raw.startswith(wanted) or wanted.startswith(raw):
                to_visit.append(((*path, name), raw))


def _entries(root: str, path: tuple[str, ...]) -> list[tuple[str, bool]]:
    """Return the names in a folder, and which are those of files; a link to a file is not one."""
    try:
        with folders.opened(root, path) as folder, os.scandir(folder) as entries:
            return [(entry.name, entry.is_file(follow_symlinks=False)) for entry in entries]
    except OSError as error:
        if folders.is_absence(error):
            return []
        raise

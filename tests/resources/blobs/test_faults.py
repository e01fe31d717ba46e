"""Troubles of the disk, put into each call to the system in turn."""

from __future__ import annotations

import asyncio
import contextlib
import errno
import fcntl
import os
import resource
import signal
from typing import TYPE_CHECKING

import pytest

from dagstack.contracts import BackendFailed
from dagstack.resources import FilesystemBlobStore
from tests.resources.blobs.suite import run
from tests.resources.blobs.test_filesystem import tree

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

CALLS = ("open", "mkdir", "writev", "fsync", "rename", "unlink", "rmdir", "stat", "fstat", "pread")
OLD, NEW = b"old" * 100, b"new!" * 1000
ERRORS = [errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EROFS, errno.EACCES, errno.EMFILE]


class Faults:
    """Counts the calls to the system while it is armed, and makes one of them fail."""

    def __init__(self, patch: pytest.MonkeyPatch) -> None:
        self.calls: list[str] = []
        self._failing: int | None = None
        self._error = 0
        self._armed = False
        for module, names in ((os, (*CALLS, "scandir")), (fcntl, ("flock",))):
            for name in names:
                patch.setattr(module, name, self._wrap(name, getattr(module, name)))

    def arm(self, failing: int | None, error: int = errno.EIO) -> None:
        """Begin to count, from nothing; the call with this number fails."""
        self.calls = []
        self._failing, self._error, self._armed = failing, error, True

    def disarm(self) -> None:
        """Let everything pass again."""
        self._armed = False

    def _wrap(self, name: str, call: Callable[..., object]) -> Callable[..., object]:
        def wrapped(*args: object, **options: object) -> object:
            if self._armed:
                number = len(self.calls)
                self.calls.append(name)
                if number == self._failing:
                    raise OSError(self._error, os.strerror(self._error))
            return call(*args, **options)

        return wrapped


@pytest.fixture
def faults(monkeypatch: pytest.MonkeyPatch) -> Faults:
    """Count the calls to the system, and fail on demand."""
    return Faults(monkeypatch)


@pytest.fixture(autouse=True)
def _nothing_left_open() -> Iterator[None]:
    before = len(os.listdir("/proc/self/fd"))  # noqa: PTH208 - as cheap as it gets
    yield
    assert before == len(os.listdir("/proc/self/fd"))  # noqa: PTH208


def calls_of(faults: Faults, work: Callable[[], object]) -> list[str]:
    """Return the calls to the system that some work makes when nothing fails."""
    faults.arm(None)
    work()
    faults.disarm()
    return faults.calls


@pytest.mark.parametrize("error", ERRORS, ids=errno.errorcode.__getitem__)
def test_put_fails_whole(tmp_path: Path, faults: Faults, error: int) -> None:
    """Whichever call fails, put says so, the old blob stays, and there is no litter."""
    store = FilesystemBlobStore(tmp_path)
    run(store.put("a/key", OLD))
    calls = calls_of(faults, lambda: run(store.put("a/key", NEW)))
    run(store.put("a/key", OLD))
    assert {"open", "writev", "fsync", "rename", "flock"} <= set(calls)
    for number in range(len(calls)):
        faults.arm(number, error)
        with pytest.raises(BackendFailed) as caught:
            run(store.put("a/key", NEW))
        faults.disarm()
        assert str(caught.value) == f"FilesystemBlobStore: put failed: {os.strerror(error)}"
        assert isinstance(caught.value.__cause__, OSError)
        # Only the last of all, syncing the folder, comes when the new blob has its name.
        assert (NEW if number == len(calls) - 1 else OLD) == run(store.get("a/key"))
        assert tree(tmp_path) == {"%tmp", "a%d", "a%d/key%f"}


def test_put_fails_whole_where_it_makes_folders(tmp_path: Path, faults: Faults) -> None:
    """Whichever call fails, a new key holds nothing, and there is no litter but empty folders."""
    calls = calls_of(faults, lambda: run(FilesystemBlobStore(tmp_path / "0").put("a/b", NEW)))
    assert calls.count("mkdir") == 3  # the root, the staging folder, and the key's
    for number in range(len(calls)):
        root = tmp_path / f"{number + 1}"
        faults.arm(number, errno.ENOSPC)
        with pytest.raises(BackendFailed):
            run(FilesystemBlobStore(root).put("a/b", NEW))
        faults.disarm()
        whole = number == len(calls) - 1
        assert ([] if not whole else ["a/b"]) == run(FilesystemBlobStore(root).list())
        assert tree(root) <= ({"%tmp", "a%d"} | ({"a%d/b%f"} if whole else set()))
        run(FilesystemBlobStore(root).put("a/b", NEW))
        assert run(FilesystemBlobStore(root).get("a/b")) == NEW


@pytest.mark.parametrize("method", ["get", "exists", "list", "content_type"])
def test_reading_fails_loudly(tmp_path: Path, faults: Faults, method: str) -> None:
    """Whichever call fails, reading says so, rather than that there is nothing."""
    store = FilesystemBlobStore(tmp_path)
    run(store.put("a/key", OLD))

    def work() -> object:
        return run(getattr(store, method)("a/key"))

    expected = work()
    for number in range(len(calls_of(faults, work))):
        faults.arm(number)
        with pytest.raises(BackendFailed, match=f"{method} failed: Input/output error"):
            work()
        faults.disarm()
        assert expected == work()


def test_delete_fails_loudly(tmp_path: Path, faults: Faults) -> None:
    """Whichever call fails, delete says so, and the blob is there or gone."""
    store = FilesystemBlobStore(tmp_path)
    run(store.put("a/key", OLD))
    calls = calls_of(faults, lambda: run(store.delete("a/key")))
    silent = []
    for number, call in enumerate(calls):
        run(store.put("a/key", OLD))
        faults.arm(number)
        with contextlib.suppress(BackendFailed):
            run(store.delete("a/key"))
            silent.append(call)
        faults.disarm()
        assert run(store.list()) == (["a/key"] if number <= calls.index("unlink") else [])
    # A folder that cannot be removed may stay: nobody lists it.
    assert silent == ["rmdir"]


def test_opening_fails_loudly(tmp_path: Path, faults: Faults) -> None:
    """A root that cannot be opened is a failure of the storage."""
    calls = calls_of(faults, lambda: FilesystemBlobStore(tmp_path / "0" / "root"))
    for number in range(len(calls)):
        faults.arm(number, errno.EACCES)
        with pytest.raises(BackendFailed, match="FilesystemBlobStore: open failed: Permission"):
            FilesystemBlobStore(tmp_path / f"{number + 1}" / "root")
        faults.disarm()


@pytest.mark.parametrize("error", [errno.ENOLCK, errno.ENOTSUP])
def test_writes_where_nothing_can_be_locked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: int
) -> None:
    """On a disk without locks, a temporary file has a name that only age makes stale."""
    store = FilesystemBlobStore(tmp_path)
    names: list[str] = []
    fsync = os.fsync

    def refuse(*_: object) -> None:
        raise OSError(error, os.strerror(error))

    def look(descriptor: int) -> None:
        names.extend(tree(tmp_path / "%tmp"))
        FilesystemBlobStore(tmp_path)  # sweeps nothing
        fsync(descriptor)

    monkeypatch.setattr(fcntl, "flock", refuse)
    run(store.put("first", OLD))
    monkeypatch.setattr(os, "fsync", look)
    run(store.put("key", OLD))
    assert [name[0] for name in names] == ["t"]
    assert run(store.get("key")) == OLD


def test_writes_whole_blobs_in_pieces(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """However little the system writes or reads at a time, blobs are whole."""
    store = FilesystemBlobStore(tmp_path)
    data = bytes(range(256)) * 10
    writev, write, pread = os.writev, os.write, os.pread
    for most in (1, 7, 90, 1000):
        with monkeypatch.context() as patch:
            patch.setattr(os, "writev", lambda fd, parts, n=most: writev(fd, [b"".join(parts)[:n]]))
            patch.setattr(os, "write", lambda fd, part, n=most: write(fd, part[:n]))
            patch.setattr(os, "pread", lambda fd, size, at, n=most: pread(fd, min(size, n), at))
            run(store.put("key", data))
            assert data == run(store.get("key"))
        assert data == run(store.get("key"))


def test_put_fails_on_a_full_disk(tmp_path: Path) -> None:
    """What the system itself refuses half-way, a file too large, leaves the old blob."""
    store = FilesystemBlobStore(tmp_path)
    run(store.put("key", OLD))
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    handler = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, limits[1]))
    try:
        with pytest.raises(BackendFailed, match="put failed: File too large"):
            run(store.put("key", b"x" * 200_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
        signal.signal(signal.SIGXFSZ, handler)
    assert run(store.get("key")) == OLD
    assert tree(tmp_path) == {"%tmp", "key%f"}


def test_goes_on_after_many_cancellations(tmp_path: Path) -> None:
    """Puts cancelled at random moments leave whole blobs and no litter."""
    store = FilesystemBlobStore(tmp_path)

    async def scenario() -> None:
        for turn in range(40):
            tasks = [
                asyncio.ensure_future(store.put(f"k{n}", bytes([turn]) * 5000)) for n in range(5)
            ]
            await asyncio.sleep(0.0002 * turn)
            for task in tasks:
                task.cancel()
            await asyncio.wait(tasks)
            for key in await store.list():
                assert len(set(await store.get(key))) == 1
            assert tree(tmp_path / "%tmp") == set()

    run(scenario())

"""The store in files: what it shares with all stores, and what lies in its folder."""

from __future__ import annotations

import asyncio
import json
import os
import stat
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import trio

from dagstack.contracts import BackendFailed, BlobNotFound, InvalidArgument
from dagstack.resources import FilesystemBlobStore
from dagstack.resources.blobs import layout, threads
from tests.resources.blobs.samples import APART
from tests.resources.blobs.suite import BlobStoreSuite, ContentTypeSuite, put_all, run

if TYPE_CHECKING:
    from dagstack.contracts import BlobStore


def path_of(root: Path, key: str) -> Path:
    """Return the path of a key's file."""
    place = layout.place_of(key)
    return root.joinpath(*place.folders, place.file)


def plant(root: Path, key: str, data: bytes = b"", content_type: str = "text/plain") -> Path:
    """Write a key's file by hand, without waiting for the disk."""
    path = path_of(root, key)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(layout.write_header(key, content_type, len(data)) + data)
    return path


def tree(root: Path) -> set[str]:
    """Return the paths of everything below a folder."""
    return {str(path.relative_to(root)) for path in root.rglob("*")}


class TestFilesystemBlobStore(ContentTypeSuite, BlobStoreSuite):
    """The store in files."""

    @pytest.fixture
    def store(self, tmp_path: Path) -> FilesystemBlobStore:
        """Give an empty store."""
        return FilesystemBlobStore(tmp_path / "root")

    def fill(self, store: BlobStore, keys: list[str]) -> None:
        """Plant files."""
        assert isinstance(store, FilesystemBlobStore)
        for key in keys:
            plant(store.root, key)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """Return the path of a root beside a file that nobody may touch."""
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside" / "sentinel").write_bytes(b"untouched")
    return tmp_path / "root"


@pytest.fixture
def store(root: Path) -> FilesystemBlobStore:
    """Open an empty store."""
    return FilesystemBlobStore(root)


# What lies in the folder


def test_keeps_blobs_between_openings(root: Path) -> None:
    """What one store stored, the next one on the same root has."""
    run(put_all(FilesystemBlobStore(root), APART))
    again = FilesystemBlobStore(root)
    assert sorted(APART) == run(again.list())
    assert [run(again.get(key)) for key in APART[:5]] == [key.encode() for key in APART[:5]]


def test_is_private(root: Path) -> None:
    """Under the most generous umask, folders are 0700 and files 0600."""
    before = os.umask(0)
    try:
        run(FilesystemBlobStore(root).put("a/b", b"data"))
    finally:
        os.umask(before)
    modes = {path: stat.S_IMODE(path.stat().st_mode) for path in [root, *root.rglob("*")]}
    assert {path.is_dir(): mode for path, mode in modes.items()} == {True: 0o700, False: 0o600}


def test_leaves_no_folder_of_deleted_blobs(store: FilesystemBlobStore, root: Path) -> None:
    """Deleting the last blob in a folder removes the folder, and those that it leaves empty."""

    async def scenario() -> None:
        await put_all(store, ["a/b/c/d", "a/b/e", "z" * 300])
        await store.delete("a/b/c/d")
        await store.delete("z" * 300)

    run(scenario())
    assert tree(root) == {"%tmp", "a%d", "a%d/b%d", "a%d/b%d/e%f"}
    run(store.delete("a/b/e"))
    assert tree(root) == {"%tmp"}


def test_lists_no_foreign_files(store: FilesystemBlobStore, root: Path) -> None:
    """Files and folders that are not of the layout are neither listed nor touched."""
    run(put_all(store, ["a/b", "c"]))
    foreign = [
        *("README.txt", "%tmp/f0123456789abcdef", "%tmp/x%f", "%tmp/y%d/z%f", ".git/config%f"),
        *("A%f", "%41", "%4A%f", "%61%f", "%2e%f", "%2e%2e%f", "%2e%2e%d/x%f", "a%2fx%f", "x%d%f"),
        *("a%d/%c3%f", "%00%f", "%0a%f", "plain", "x%g", "x%+/y%f", "x" * 81 + "%f", "%f"),
        *("x" * 80 + "%+/y%d/%f", "%ff%fe%f", "c%d/.DS_Store", "c%d/x%f~", "\N{SNOWMAN}%f"),
    ]
    for name in foreign:
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        (root / name).write_bytes(b"")
    (root / "folder%f").mkdir()
    os.mkfifo(root / "pipe%f")
    os.mkfifo(root / "pipe%d")
    before = tree(root)
    assert run(store.list()) == ["a/b", "c"]
    assert run(store.list("x")) == []
    assert before == tree(root)


def test_follows_no_links(store: FilesystemBlobStore, root: Path, tmp_path: Path) -> None:
    """A link to a file or a folder is no blob and no folder of blobs, and put replaces it."""
    sentinel = tmp_path / "outside" / "sentinel"
    plant(tmp_path / "outside", "x", b"secret")
    (root / "file%f").symlink_to(tmp_path / "outside" / "x%f")
    (root / "dead%f").symlink_to(tmp_path / "nowhere")
    (root / "folder%d").symlink_to(tmp_path / "outside")

    async def scenario() -> None:
        assert await store.list() == []
        for key in ("file", "dead", "folder/x"):
            assert await store.exists(key) is False
            with pytest.raises(BlobNotFound):
                await store.get(key)
            await store.delete(key)
        with pytest.raises(BackendFailed, match="put failed"):
            await store.put("folder/x", b"evil")
        await store.put("file", b"ours")
        await store.put("dead", b"ours")
        assert await store.list() == ["dead", "file"]

    run(scenario())
    assert tree(tmp_path / "outside") == {"sentinel", "x%f"}
    assert sentinel.read_bytes() == b"untouched"
    assert not (tmp_path / "nowhere").exists()


def test_follows_no_link_to_write_temporary_files(root: Path, tmp_path: Path) -> None:
    """With a link in the place of the staging folder, nothing is swept or written behind it."""
    root.mkdir()
    outside = tmp_path / "outside"
    (outside / "f0123456789abcdef").write_bytes(b"untouched")
    (root / "%tmp").symlink_to(outside)
    with pytest.raises(BackendFailed, match="open failed"):
        FilesystemBlobStore(root)
    assert tree(outside) == {"sentinel", "f0123456789abcdef"}


def test_does_not_wait_for_pipes(store: FilesystemBlobStore, root: Path) -> None:
    """A pipe in a blob's place is no blob, and nobody waits for its other end."""
    os.mkfifo(root / "key%f")

    async def scenario() -> bool:
        with pytest.raises(BlobNotFound):
            await store.get("key")
        return await store.exists("key")

    assert run(scenario()) is False


TRUE = b'{"content_type":"text/plain","key":"key","size":true}'
DAMAGE = {
    "empty": b"",
    "magic only": layout.MAGIC,
    "foreign": b"just a text file, longer than a header would be",
    "other magic": b"dagblob2" + layout.write_header("key", "a/b", 4)[8:] + b"data",
    "cut header": layout.write_header("key", "a/b", 4)[:-5],
    "endless header": layout.MAGIC + b"\xff\xff\xff\xff" + b"{}",
    "no JSON": layout.MAGIC + b"\x00\x00\x00\x04" + b"\xff\xff\xff\xff",
    "JSON of another shape": layout.MAGIC + b"\x00\x00\x00\x02" + b"[]",
    "deep JSON": layout.MAGIC + b"\x00\x00\xea\x60" + b"[" * 60_000,
    "fields missing": layout.MAGIC + b"\x00\x00\x00\x02" + b"{}",
    "size is true": layout.MAGIC + len(TRUE).to_bytes(4, "big") + TRUE + b"d",
    "other key": layout.write_header("yek", "a/b", 4) + b"data",
    "cut body": layout.write_header("key", "a/b", 4) + b"dat",
    "long body": layout.write_header("key", "a/b", 4) + b"data!",
    "no body of 1 MB": layout.write_header("key", "a/b", 1 << 20),
    "negative size": layout.write_header("key", "a/b", -4),
}  # fmt: skip


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE.keys())
def test_serves_no_damaged_file(store: FilesystemBlobStore, root: Path, damage: bytes) -> None:
    """A file that does not hold its key's blob is an error of the storage until it is replaced."""
    (root / "key%f").write_bytes(damage)

    async def scenario() -> bytes:
        for call in (store.get, store.content_type):
            with pytest.raises(BackendFailed, match="the file of the key is damaged: it"):
                await call("key")
        assert await store.list() == ["key"]
        assert await store.exists("key") is True
        await store.put("key", b"new")
        return await store.get("key")

    assert run(scenario()) == b"new"


def test_reads_headers_of_others(store: FilesystemBlobStore, root: Path) -> None:
    """A header may have more fields, spaces, and characters that are not escaped."""
    key = "ключ/😀"
    fields = {"size": 4, "later": [1], "key": key, "content_type": "a/b"}
    header = json.dumps(fields, ensure_ascii=False, indent=2).encode()
    path = plant(root, key)
    path.write_bytes(layout.MAGIC + len(header).to_bytes(4, "big") + header + b"data")
    assert (run(store.get(key)), run(store.content_type(key))) == (b"data", "a/b")


# The root


@pytest.mark.parametrize("parents", ["", "a/b/c"])
def test_makes_its_root(tmp_path: Path, parents: str) -> None:
    """A root that is missing is made, with its parents."""
    root = tmp_path / parents / "root"
    store = FilesystemBlobStore(str(root))
    run(store.put("key", b""))
    assert (store.root, tree(root)) == (root, {"%tmp", "key%f"})


def test_accepts_a_link_as_root(tmp_path: Path) -> None:
    """The root itself may be a link to a folder: that is the host's choice."""
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    run(FilesystemBlobStore(tmp_path / "link").put("key", b""))
    assert tree(tmp_path / "real") == {"%tmp", "key%f"}


def test_means_the_folder_that_it_was_opened_with(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A relative root is the one of the working directory at the time of opening."""
    monkeypatch.chdir(tmp_path)
    store = FilesystemBlobStore("root")
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    run(store.put("key", b""))
    assert (tmp_path / "root" / "key%f").exists()


def test_refuses_a_root_that_is_no_folder(tmp_path: Path) -> None:
    """A file in the place of the root, or of one of its parents, is said to be one."""
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "dead").symlink_to(tmp_path / "nowhere")
    for root in ("file", "dead", "file/root"):
        with pytest.raises(InvalidArgument, match=r"root: .* not a folder"):
            FilesystemBlobStore(tmp_path / root)


def test_refuses_a_long_root(tmp_path: Path) -> None:
    """A root under which a file's path could be too long is refused before anything is made."""
    root = tmp_path / "/".join(["x" * 200] * 5)
    length = len(os.fsencode(root))
    with pytest.raises(InvalidArgument) as caught:
        FilesystemBlobStore(root)
    assert str(caught.value) == f"root: its path has {length} bytes, and 900 are allowed"
    assert list(tmp_path.iterdir()) == []


def test_tells_when_its_root_is_gone(store: FilesystemBlobStore, root: Path) -> None:
    """A root that vanished is a failure of the storage, not a store without blobs."""
    root.rename(root.with_name("moved"))

    async def scenario() -> None:
        for call in (
            lambda: store.put("a/b", b""),
            lambda: store.get("a"),
            lambda: store.delete("a"),
            lambda: store.list(""),
            lambda: store.exists("a"),
        ):
            with pytest.raises(BackendFailed, match="the root folder is gone"):
                await call()

    run(scenario())
    assert not root.exists()


def test_tells_what_is_in_the_way(store: FilesystemBlobStore, root: Path) -> None:
    """Something else in the place of a folder or of the file makes put fail, without litter."""
    (root / "a%d").write_bytes(b"a file")
    (root / "b%f").mkdir()
    for key in ("a/x", "b"):
        with pytest.raises(BackendFailed) as caught:
            run(store.put(key, b"data"))
        assert (caught.value.resource, caught.value.operation) == ("FilesystemBlobStore", "put")
        assert isinstance(caught.value.__cause__, OSError)
        assert str(root) not in str(caught.value)
    assert tree(root) == {"%tmp", "a%d", "b%f"}


# Sweeping


def test_sweeps_what_dead_writers_left(root: Path) -> None:
    """Opening removes temporary files that no writer holds, and nothing else."""
    staging = root / "%tmp"
    staging.mkdir(parents=True)
    names = ["f0123456789abcdef", "t0123456789abcdef", "tffffffffffffffff", "f0", "notes.txt"]
    for name in names:
        (staging / name).write_bytes(b"half a blo")
    hours_ago = time.time() - 2 * 3600
    os.utime(staging / "tffffffffffffffff", (hours_ago, hours_ago))
    (staging / "faaaaaaaaaaaaaaaa").symlink_to(staging / "notes.txt")
    (staging / "fbbbbbbbbbbbbbbbb").mkdir()
    FilesystemBlobStore(root)
    kept = {"t0123456789abcdef", "f0", "notes.txt", "faaaaaaaaaaaaaaaa", "fbbbbbbbbbbbbbbbb"}
    assert tree(staging) == kept


def test_does_not_sweep_what_is_being_written(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A store that opens while another one writes leaves that one its file."""
    store = FilesystemBlobStore(root)
    run(store.put("key", b"old"))
    syncing, opened = threading.Event(), threading.Event()
    fsync = os.fsync

    def slow(descriptor: int) -> None:
        syncing.set()
        assert opened.wait(10)
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", slow)
    writer = threading.Thread(target=lambda: run(store.put("key", b"data")))
    writer.start()
    assert syncing.wait(10)
    before = tree(root / "%tmp")
    FilesystemBlobStore(root)
    assert len(before) == 1
    assert before == tree(root / "%tmp")
    opened.set()
    writer.join()
    assert run(store.get("key")) == b"data"


def test_writes_again_what_was_swept(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A put whose temporary file another process removed starts again."""
    store = FilesystemBlobStore(root)
    fsync, removed = os.fsync, list[str]()

    def sweep(descriptor: int) -> None:
        fsync(descriptor)
        if len(removed) < 3:
            for path in (root / "%tmp").iterdir():
                removed.append(path.name)
                path.unlink()

    monkeypatch.setattr(os, "fsync", sweep)
    run(store.put("key", b"data"))
    assert len(removed) == 3
    assert run(store.get("key")) == b"data"


# Durability and threads


def test_syncs_file_and_folders(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Before put returns, the disk has the file, then new folders, then the name."""
    store = FilesystemBlobStore(root)
    run(store.put("first", b""))
    fsync, synced = os.fsync, list[str]()

    def record(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        synced.append("file" if path.parent.name == "%tmp" else str(path.relative_to(root)))
        fsync(descriptor)

    monkeypatch.setattr(os, "fsync", record)
    run(store.put("a/b/c", b"data"))
    assert synced == ["file", ".", "a%d", "a%d/b%d"]
    synced.clear()
    run(store.put("a/b/c", b"more"))
    assert synced == ["file", "a%d/b%d"]
    synced.clear()
    run(store.delete("a/b/c"))
    assert synced[-1] == "."


def test_does_not_block_the_loop(
    store: FilesystemBlobStore, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While the disk takes its time, the loop goes on."""
    ticked = threading.Event()
    fsync = os.fsync

    def wait(descriptor: int) -> None:
        assert ticked.wait(10)
        fsync(descriptor)

    async def scenario() -> None:
        putting = asyncio.ensure_future(store.put("key", b"data"))
        await asyncio.sleep(0.01)
        assert not putting.done()
        ticked.set()
        await putting

    monkeypatch.setattr(os, "fsync", wait)
    run(scenario())


def test_settles_before_a_cancellation_shows(
    store: FilesystemBlobStore, root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A put that was cancelled while the disk worked is done when the task ends, without litter."""
    working, going_on = threading.Event(), threading.Event()
    fsync = os.fsync

    def wait(descriptor: int) -> None:
        working.set()
        assert going_on.wait(10)
        fsync(descriptor)

    async def scenario() -> None:
        task = asyncio.ensure_future(store.put("key", b"data"))
        await asyncio.get_running_loop().run_in_executor(None, working.wait)
        for _ in range(3):
            task.cancel()
            await asyncio.sleep(0)
        assert not task.done()
        going_on.set()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert tree(root) == {"%tmp", "key%f"}

    monkeypatch.setattr(os, "fsync", wait)
    run(scenario())
    assert run(store.get("key")) == b"data"


def test_keeps_quiet_about_failures_of_cancelled_work() -> None:
    """An error that nobody waits for any more is not reported as forgotten."""
    begun = threading.Event()
    complaints: list[object] = []

    def fail() -> None:
        begun.set()
        time.sleep(0.02)
        raise OSError("too late")

    async def scenario() -> None:
        loop = asyncio.get_running_loop()
        loop.set_exception_handler(lambda _, context: complaints.append(context))
        for start in (threads.change, threads.look):
            begun.clear()
            task = asyncio.ensure_future(start(fail))
            await loop.run_in_executor(None, begun.wait)
            task.cancel()
            with pytest.raises(asyncio.CancelledError):
                await task

    run(scenario())
    assert complaints == []


def test_works_under_trio(store: FilesystemBlobStore) -> None:
    """The store serves `trio` as it serves `asyncio`."""

    async def scenario() -> tuple[bytes, list[str], bool]:
        await store.put("a/b", b"data")
        await store.put("c", b"data")
        await store.delete("c")
        return await store.get("a/b"), await store.list(), await store.exists("c")

    assert trio.run(scenario) == (b"data", ["a/b"], False)
    assert run(store.get("a/b")) == b"data"


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # forks beside threads
def test_survives_a_fork(store: FilesystemBlobStore) -> None:
    """A child of a process that used the store uses it too, also with the same loop's threads."""
    run(store.put("parent", b"1"))
    child = os.fork()
    if not child:
        try:
            run(store.put("child", run(store.get("parent")) + b"2"))
            os._exit(0)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert run(store.get("child")) == b"12"


def test_holds_nothing_open(store: FilesystemBlobStore) -> None:
    """Between calls there is no open file, and none is lost by calls that fail."""

    async def scenario() -> set[str]:
        before = set(os.listdir("/proc/self/fd"))  # noqa: PTH208 - as cheap as it gets
        for number in range(20):
            await store.put(f"a/{number}", b"data")
            await store.get(f"a/{number}")
            with pytest.raises(BlobNotFound):
                await store.get("no/such")
            await store.list()
            await store.delete(f"a/{number}")
        return before ^ set(os.listdir("/proc/self/fd"))  # noqa: PTH208

    assert run(scenario()) == set()


PROCESS = """
import asyncio, sys
from dagstack.resources import FilesystemBlobStore

async def main(root, name):
    store = FilesystemBlobStore(root)
    for number in range(40):
        await store.put("shared", (name * 5000).encode())
        assert len(set(await store.get("shared"))) == 1
        await store.put(f"folder/{name}", b"")
        await store.delete(f"folder/{name}")
    await store.put(f"done/{name}", b"")

asyncio.run(main(*sys.argv[1:]))
"""


def test_shares_its_root_with_other_processes(root: Path) -> None:
    """Two processes write, delete and open stores on one root without disturbing each other."""
    processes = [
        subprocess.Popen([sys.executable, "-c", PROCESS, str(root), name]) for name in "ab"
    ]
    assert [process.wait(60) for process in processes] == [0, 0]
    store = FilesystemBlobStore(root)
    assert run(store.list()) == ["done/a", "done/b", "shared"]
    assert tree(root) == {"%tmp", "shared%f", "done%d", "done%d/a%f", "done%d/b%f"}

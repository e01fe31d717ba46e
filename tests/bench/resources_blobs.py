"""What blobs cost: our stores beside the same work done by hand, or by the bare library."""

from __future__ import annotations

import asyncio
import atexit
import os
import shutil
import tempfile
from pathlib import Path

import obstore
from obstore.store import MemoryStore

from dagstack.resources import FilesystemBlobStore, InMemoryBlobStore, S3BlobStore
from tests.bench.row import Row

DATA = b"x" * 1024


def by_hand(folder: Path) -> None:
    """Replace a file durably: write, fsync, rename, fsync of the folder."""
    temporary = folder / "temporary"
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(descriptor, DATA)
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
    temporary.rename(folder / "blob")
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def read_by_hand(path: Path) -> bytes:
    """Read a file."""
    return path.read_bytes()


class _Dict:
    """The least that a store in memory can be."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}

    async def put(self, key: str, data: bytes) -> None:
        """Store."""
        self._blobs[key] = data

    async def get(self, key: str) -> bytes:
        """Look up."""
        return self._blobs[key]


async def _bare_get(store: MemoryStore) -> bytes:
    answer = await obstore.get_async(store, "folder/blob")
    return (await answer.bytes_async()).to_bytes()


async def _bare_put(store: MemoryStore) -> None:
    await obstore.put_async(store, "folder/blob", DATA, attributes={"Content-Type": "text/plain"})


def rows() -> list[Row]:
    """Return what to measure, in one event loop, ours and the peer's in turn."""
    memory, plain = InMemoryBlobStore(), _Dict()
    folder = Path(tempfile.mkdtemp(prefix="bench-blobs-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    files = FilesystemBlobStore(folder / "store")
    (folder / "hand").mkdir()
    bare = MemoryStore()
    s3 = S3BlobStore.from_obstore(bare)
    return [
        Row(
            "memory put, 1 KiB / dict",
            lambda: memory.put("a/b", DATA),
            lambda: plain.put("a/b", DATA),
            None,
        ),
        Row("memory get, 1 KiB / dict", lambda: memory.get("a/b"), lambda: plain.get("a/b"), None),
        Row(
            "filesystem put, 1 KiB / write+fsync+rename+fsync of the folder by hand in a thread",
            lambda: files.put("blob", DATA),
            lambda: asyncio.to_thread(by_hand, folder / "hand"),
            1.2,
        ),
        Row(
            "filesystem get, 1 KiB / read by hand in a thread",
            lambda: files.get("blob"),
            lambda: asyncio.to_thread(read_by_hand, folder / "hand" / "blob"),
            None,
        ),
        Row(
            "S3 put, 1 KiB / bare obstore, on its memory",
            lambda: s3.put("folder/blob", DATA, content_type="text/plain"),
            lambda: _bare_put(bare),
            1.15,
        ),
        Row(
            "S3 get, 1 KiB / bare obstore, on its memory",
            lambda: s3.get("folder/blob"),
            lambda: _bare_get(bare),
            1.15,
        ),
    ]

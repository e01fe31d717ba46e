"""Cases of blob stores that are done by hand, for the store in files."""

from __future__ import annotations

import asyncio
import base64
import errno
import json
import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast
from unittest import mock

import pytest

from dagstack.contracts import BackendFailed
from tests.resources.blobs.test_killing import kill

if TYPE_CHECKING:
    from collections.abc import Callable

    from dagstack.conformance import ByHand
    from dagstack.conformance.suites.folder import Folder
    from dagstack.resources import FilesystemBlobStore

GOLDEN: Final = Path(__file__).parents[2] / "spec" / "conformance" / "filesystem-layout"

WORK: Final = """
import asyncio, sys
from dagstack.resources import FilesystemBlobStore
root, me = sys.argv[1:]

async def work():
    store = FilesystemBlobStore(root)
    for turn in range(20):
        for number in range(3):
            await store.put(f"{me}/{number}", me.encode() * 1000)
            await store.put("shared", me.encode() * 5000)
            assert await store.get("shared") in {b"a" * 5000, b"b" * 5000}
        assert await store.list(f"{me}/") == [f"{me}/0", f"{me}/1", f"{me}/2"]
        await store.delete(f"{me}/1")
        assert await store.list(f"{me}/") == [f"{me}/0", f"{me}/2"]

asyncio.run(work())
"""
"""Keeps a few keys of its own, and writes one that another process writes as well."""


async def the_shared_folder_is_read(case: ByHand) -> None:
    """The golden folder holds exactly what its table says."""
    folder: Folder = case["folder"]
    store: FilesystemBlobStore = case["store"]
    shutil.copytree(GOLDEN / "root", folder.path, dirs_exist_ok=True)
    blobs = json.loads((GOLDEN / "contents.json").read_text(encoding="utf-8"))["blobs"]
    assert await store.list() == sorted(blob["key"] for blob in blobs)
    for blob in blobs:
        assert await store.get(blob["key"]) == base64.b64decode(blob["data"])
        assert await store.content_type(blob["key"]) == blob["content_type"]


async def a_failing_disk_leaves_the_old_blob(case: ByHand) -> None:
    """Each of the calls to the system fails as on a full disk."""
    folder: Folder = case["folder"]
    store: FilesystemBlobStore = case["store"]
    await store.put("a/key", b"old")
    for call in ("writev", "fsync", "rename"):
        full = OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
        with (
            mock.patch.object(os, call, side_effect=full) as failing,
            pytest.raises(BackendFailed) as caught,
        ):
            await store.put("a/key", b"new" * 9000)
        assert caught.value.operation == "put"
        assert failing.called
        assert await store.get("a/key") == b"old"
        assert folder.names("%tmp") == []


async def a_put_waits_for_the_disk(case: ByHand) -> None:
    """File, the new folder's parent and the folder are synced, in this order."""
    root = case["store"].root
    events: list[str] = []

    def synced(descriptor: int) -> None:
        path = Path(f"/proc/self/fd/{descriptor}").readlink()
        is_file = stat.S_ISREG(os.fstat(descriptor).st_mode)
        events.append("the file" if is_file else str(path.relative_to(root)))
        fsync(descriptor)

    def renamed(*args: object, **options: object) -> None:
        events.append("the rename")
        rename(*args, **options)

    fsync, rename = os.fsync, cast("Callable[..., None]", os.rename)
    with mock.patch.object(os, "fsync", synced), mock.patch.object(os, "rename", renamed):
        await case["store"].put("a/b", b"data")
    wanted = ["the file", ".", "the rename", "a%d"]
    assert events[-4:] == wanted


def _work(root: Path) -> list[int]:
    """Run two programs to their ends."""
    programs = [subprocess.Popen([sys.executable, "-c", WORK, str(root), me]) for me in ("a", "b")]
    return [program.wait(50) for program in programs]


async def processes_share_the_blobs(case: ByHand) -> None:
    """Two programs work on the root of the store."""
    store: FilesystemBlobStore = case["store"]
    assert await asyncio.to_thread(_work, store.root) == [0, 0]
    assert await store.get("shared") in {b"a" * 5000, b"b" * 5000}
    for me in ("a", "b"):
        keys = await store.list(f"{me}/")
        assert keys != []
        assert {await store.get(key) for key in keys} == {me.encode() * 1000}


def a_killed_writer_leaves_whole_blobs(case: ByHand) -> None:
    """Two writers are killed twenty times."""
    store: FilesystemBlobStore = case["store"]
    figures = kill(store.root, 20)
    assert figures["rounds"] == 20
    assert figures["keys read"] > 0


IN_FILES: Final = {
    "the_shared_folder_is_read": the_shared_folder_is_read,
    "a_failing_disk_leaves_the_old_blob": a_failing_disk_leaves_the_old_blob,
    "a_put_waits_for_the_disk": a_put_waits_for_the_disk,
    "processes_share_the_blobs": processes_share_the_blobs,
    "a_killed_writer_leaves_whole_blobs": a_killed_writer_leaves_whole_blobs,
}
"""Bodies by case."""

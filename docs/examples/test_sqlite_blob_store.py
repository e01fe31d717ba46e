"""The store in SQLite before the conformance suite.

The class is all that it takes. The two functions before it are for the capability ``kill``: a
second process has to know how to open the store, which only we can tell it. The tests after it are
about SQLite, of which the suite knows nothing.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import subprocess
import sys
from typing import TYPE_CHECKING, ClassVar

import pytest

import sqlite_writer
from dagstack.conformance.pytest import BlobStoreConformance
from dagstack.contracts import BackendFailed
from sqlite_blob_store import SqliteBlobStore

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from dagstack.conformance import Body, ByHand, Factory

WRITERS = ("one", "two")


def _start(*arguments: object) -> subprocess.Popen[str]:
    command = [sys.executable, sqlite_writer.__file__, *map(str, arguments)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  (ours)


async def processes_share_the_blobs(case: ByHand) -> None:
    """Two programs at once; each of them fails if it finds what it did not expect."""
    store: SqliteBlobStore = case["store"]
    for writer in [_start("share", store.path, name) for name in WRITERS]:
        with writer:
            await asyncio.to_thread(writer.wait)
        case.expect(writer.returncode == 0, "a second process found what it did not expect")
    own = [f"{name}/{number}" for name in WRITERS for number in range(10)]
    case.expect(await store.list() == sorted([*own, "shared"]), "not what both processes left")
    case.expect(sqlite_writer.number_of(await store.get("shared")) == 9, "the last write is lost")


async def a_killed_writer_leaves_whole_blobs(case: ByHand) -> None:
    """Twenty rounds of two writers, killed wherever they are after more and more blobs."""
    store: SqliteBlobStore = case["store"]
    told = {f"{name}/{number}": -1 for name in WRITERS for number in range(3)}
    for turn in range(20):
        first = 1000 * turn
        writers = {name: _start("write", store.path, name, first) for name in WRITERS}
        for name, writer in writers.items():
            lines = await asyncio.to_thread(_killed, writer, after=1 + turn % 5)
            case.expect(len(lines) > turn % 5, "a writer ended before it was killed")
            told |= {f"{name}/{int(line) % 3}": int(line) for line in lines}
        stored = {key for key, number in told.items() if number >= 0}
        for key in stored.union(await store.list()):
            number = sqlite_writer.number_of(await store.get(key))
            case.expect(number >= told[key], f"blob {told[key]} under {key} is lost")


def _killed(writer: subprocess.Popen[str], after: int) -> list[str]:
    """Kill a writer that has said so many times what it stored; all that it said."""
    with writer:
        lines = [writer.stdout.readline() for _ in range(after)] if writer.stdout else []
        writer.kill()
        rest = writer.stdout.readlines() if writer.stdout else []
    return [line for line in [*lines, *rest] if line.endswith("\n")]


class TestSqliteBlobStore(BlobStoreConformance):
    """All stores of a case are in one database, and so hold the same blobs."""

    has: ClassVar[Collection[str]] = ("shared", "content_types", "kill")
    by_hand: ClassVar[Mapping[str, Body]] = {
        "processes_share_the_blobs": processes_share_the_blobs,
        "a_killed_writer_leaves_whole_blobs": a_killed_writer_leaves_whole_blobs,
    }

    @pytest.fixture
    def make(self, tmp_path: Path) -> Factory:
        """Open the database of the case."""
        return lambda: SqliteBlobStore(tmp_path / "blobs.sqlite")


def test_a_cancelled_call_ends_after_its_effect(tmp_path: Path) -> None:
    """While somebody else holds the database, a cancelled put waits for its effect."""
    path = tmp_path / "blobs.sqlite"

    async def hold_cancel_release() -> bool:
        store = SqliteBlobStore(path)
        with contextlib.closing(sqlite3.connect(path, isolation_level=None)) as other:
            other.execute("BEGIN IMMEDIATE")
            put = asyncio.create_task(store.put("key", b"data"))
            for _ in range(10):
                await asyncio.sleep(0)
                put.cancel()
            assert not put.done()
        with pytest.raises(asyncio.CancelledError):
            await put
        stored = await store.exists("key")
        await store.aclose()
        return stored

    assert asyncio.run(hold_cancel_release())


def test_what_is_no_database_is_a_failure_of_the_storage(tmp_path: Path) -> None:
    """It is told when the store is made, and nothing stays open."""
    path = tmp_path / "notes.txt"
    path.write_text("somebody's notes, which are longer than the header of a database\n" * 9)
    with pytest.raises(BackendFailed, match="not a database"):
        SqliteBlobStore(path)


def test_a_table_that_went_missing_is_a_failure_of_the_storage(tmp_path: Path) -> None:
    """Each method that asks the storage tells it, and none takes it for a missing blob."""
    path = tmp_path / "blobs.sqlite"

    async def use() -> None:
        store = SqliteBlobStore(path)
        with contextlib.closing(sqlite3.connect(path)) as other:
            other.execute("DROP TABLE blobs")
        for call in (
            store.put("key", b""),
            store.get("key"),
            store.delete("key"),
            store.list(),
            store.exists("key"),
        ):
            with pytest.raises(BackendFailed, match="no such table"):
                await call
        await store.aclose()

    asyncio.run(use())

"""A ``BlobStore`` in a SQLite database, as somebody else may write one from the docs.

It needs the contracts and the standard library. ``test_sqlite_blob_store.py`` puts it before the
conformance suite of blob stores.
"""

from __future__ import annotations

import asyncio
import contextlib
import sqlite3
import threading
import unicodedata
from typing import TYPE_CHECKING, Any, TypeVar

from dagstack.contracts import (
    BackendFailed,
    BlobNotFound,
    InvalidArgument,
    InvalidBlobKey,
    ResourceClosed,
    UnimplementedBlobStore,
)

if TYPE_CHECKING:
    import builtins
    import os
    from collections.abc import Callable

T = TypeVar("T")

# Keys are stored as UTF-8, so that the order of their bytes is that of code points.
SCHEMA = """
CREATE TABLE IF NOT EXISTS blobs (
    key BLOB PRIMARY KEY, data BLOB NOT NULL, content_type TEXT NOT NULL
)
"""
PUT = """
INSERT INTO blobs VALUES (?, ?, ?)
ON CONFLICT (key) DO UPDATE SET data = excluded.data, content_type = excluded.content_type
"""
DEFAULT_TYPE = "application/octet-stream"


class SqliteBlobStore(UnimplementedBlobStore):
    """Keeps blobs in one database file, which several stores and processes may share.

    A blob is durable when ``put`` returns. Each statement runs in a thread, one at a time. A call
    that is cancelled ends when its statement has ended, and has had its whole effect all the same.
    Thread-safe; any number of event loops may share a store.

    Args:
        path: The database; it is made if it is not there.

    Raises:
        BackendFailed: the file cannot be opened, or is no database.
    """

    def __init__(self, path: str | os.PathLike[str]) -> None:
        self.path = path
        self._lock = threading.Lock()
        self._closed = False
        try:
            self._database = _opened(path)
        except sqlite3.Error as error:
            raise BackendFailed("SqliteBlobStore", "open", str(error)) from error

    async def put(self, key: str, data: bytes, *, content_type: str | None = None) -> None:
        """See ``BlobStore.put``."""
        name = _checked(key)
        row = (name, bytes(memoryview(data)), _checked_type(content_type))
        await self._run("put", lambda database: database.execute(PUT, row))

    async def get(self, key: str) -> bytes:
        """See ``BlobStore.get``."""
        data: bytes = await self._find("get", key, "data")
        return data

    async def content_type(self, key: str) -> str:
        """Return the content type of a blob, which the interface does not tell.

        Raises:
            BlobNotFound: nothing is stored under ``key``.
        """
        found: str = await self._find("content_type", key, "content_type")
        return found

    async def delete(self, key: str) -> None:
        """See ``BlobStore.delete``."""
        name = _checked(key)
        sql = "DELETE FROM blobs WHERE key = ?"
        await self._run("delete", lambda database: database.execute(sql, (name,)))

    async def list(self, prefix: str = "") -> builtins.list[str]:
        """See ``BlobStore.list``."""
        if not isinstance(prefix, str):  # pyright: ignore[reportUnnecessaryIsInstance]
            raise InvalidArgument("prefix", "it must be text")
        try:
            start = prefix.encode()
        except UnicodeEncodeError:
            return []  # no key begins like that
        sql = "SELECT key FROM blobs WHERE key >= ?1 AND substr(key, 1, ?2) = ?1 ORDER BY key"
        rows = await self._run(
            "list", lambda database: database.execute(sql, (start, len(start))).fetchall()
        )
        return [bytes(key).decode() for (key,) in rows]

    async def exists(self, key: str) -> bool:
        """See ``BlobStore.exists``."""
        name = _checked(key)
        sql = "SELECT 1 FROM blobs WHERE key = ?"
        found = await self._run(
            "exists", lambda database: database.execute(sql, (name,)).fetchone()
        )
        return found is not None

    async def aclose(self) -> None:
        """Close the database, after the calls that have begun; any number of times."""
        await asyncio.to_thread(self._close)

    def _close(self) -> None:
        with self._lock:
            if not self._closed:
                self._closed = True
                self._database.close()

    async def _find(self, operation: str, key: str, column: str) -> Any:  # noqa: ANN401
        name = _checked(key)
        sql = f"SELECT {column} FROM blobs WHERE key = ?"  # noqa: S608  (ours)
        row = await self._run(operation, lambda database: database.execute(sql, (name,)).fetchone())
        if row is None:
            raise BlobNotFound(key)
        return row[0]

    async def _run(self, operation: str, statement: Callable[[sqlite3.Connection], T]) -> T:
        """Execute a statement in a thread; SQLite's errors become ours."""

        def run() -> T:
            with self._lock:
                if self._closed:
                    raise ResourceClosed("SqliteBlobStore")
                try:
                    return statement(self._database)
                except sqlite3.Error as error:
                    raise BackendFailed("SqliteBlobStore", operation, str(error)) from error

        thread = asyncio.get_running_loop().run_in_executor(None, run)
        try:
            return await asyncio.shield(thread)
        except asyncio.CancelledError:
            while not thread.done():  # else it could undo what is done after the cancelled call
                with contextlib.suppress(asyncio.CancelledError):
                    await asyncio.wait([thread])
            raise


def _opened(path: str | os.PathLike[str]) -> sqlite3.Connection:
    """The database, ready for use."""
    database = sqlite3.connect(path, timeout=30, check_same_thread=False)
    try:
        database.isolation_level = None  # each statement is a transaction
        for statement in ("PRAGMA journal_mode = WAL", "PRAGMA synchronous = FULL", SCHEMA):
            database.execute(statement)
    except sqlite3.Error:
        database.close()
        raise
    return database


def _checked(key: str) -> bytes:
    """The key in UTF-8, if it can name a blob."""
    if not isinstance(key, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidBlobKey("key", "it must be text", repr(key))
    try:
        name = key.encode()
    except UnicodeEncodeError:
        raise InvalidBlobKey("key", "it is not valid Unicode", key) from None
    if len(name) > 1024:
        raise InvalidBlobKey("key", "it has more than 1024 bytes in UTF-8", key)
    if any(unicodedata.category(character) == "Cc" for character in key):
        raise InvalidBlobKey("key", "it holds a control character", key)
    if any(segment in {"", ".", ".."} for segment in key.split("/")):
        raise InvalidBlobKey("key", "a segment is empty, `.` or `..`", key)
    return name


def _checked_type(content_type: str | None) -> str:
    """The content type to store, if it is one."""
    text = content_type or DEFAULT_TYPE
    if len(text) > 1024 or text != text.strip() or not (text.isascii() and text.isprintable()):
        raise InvalidArgument("content_type", "it is no printable ASCII of 1024 characters")
    return text

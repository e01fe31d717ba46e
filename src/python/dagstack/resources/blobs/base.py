"""What all stores share: every argument is checked, in one order, before anything happens."""

from __future__ import annotations

from abc import ABC, abstractmethod
from typing import TYPE_CHECKING

from dagstack.resources.blobs.keys import (
    can_start_a_key,
    check_content_type,
    check_key,
    own_bytes,
)
from dagstack.resources.closing import AsyncClosable

if TYPE_CHECKING:
    import builtins


class CheckedBlobStore(AsyncClosable, ABC):
    """A `BlobStore` whose subclass is only asked for what is right, while it is open.

    Safe for concurrent use by many threads and by several event loops if the subclass is.
    """

    _needs_closing = False

    async def put(self, key: str, data: bytes, *, content_type: str | None = None) -> None:
        """Store `data` under `key`, replacing what was there, atomically.

        Args:
            key: The key to store under.
            data: Any object with bytes, of which the store keeps a copy; may be empty.
            content_type: A media type, kept as it is; without one, or with an empty one, the blob
                is `application/octet-stream`.

        Raises:
            BackendFailed: the storage cannot be written.
            InvalidArgument: `content_type` has more than 1024 characters, begins or ends with a
                space, or holds a character that is not printable ASCII.
            InvalidBlobKey: `key` cannot name a blob.
            ResourceClosed: the store is closed.
            TypeError: an argument has the wrong type.
        """
        self._ensure_open()
        check_key(key)
        kind = check_content_type(content_type)
        await self._put(key, own_bytes(data), kind)

    async def get(self, key: str) -> bytes:
        """Return the bytes stored under `key`.

        Raises:
            BackendFailed: the storage cannot be read.
            BlobNotFound: nothing is stored under `key`.
            InvalidBlobKey: `key` cannot name a blob.
            ResourceClosed: the store is closed.
            TypeError: `key` is not text.
        """
        self._ensure_open()
        check_key(key)
        return await self._get(key)

    async def delete(self, key: str) -> None:
        """Remove the blob stored under `key`, if there is one.

        Raises:
            BackendFailed: the storage cannot be written.
            InvalidBlobKey: `key` cannot name a blob.
            ResourceClosed: the store is closed.
            TypeError: `key` is not text.
        """
        self._ensure_open()
        check_key(key)
        await self._delete(key)

    async def list(self, prefix: str = "") -> builtins.list[str]:
        """Return every key that starts with `prefix`, ascending by code point.

        Args:
            prefix: The text that the keys start with, literally. One that no key can start with
                finds nothing.

        Raises:
            BackendFailed: the storage cannot be read.
            ResourceClosed: the store is closed.
            TypeError: `prefix` is not text.
        """
        self._ensure_open()
        if not can_start_a_key(prefix):
            return []
        # The order of code points is that of UTF-8, and the one in which Python compares text.
        return sorted(await self._list(prefix))

    async def exists(self, key: str) -> bool:
        """Tell whether a blob is stored under `key`; keys below it do not count.

        Raises:
            BackendFailed: the storage cannot be read.
            InvalidBlobKey: `key` cannot name a blob.
            ResourceClosed: the store is closed.
            TypeError: `key` is not text.
        """
        self._ensure_open()
        check_key(key)
        return await self._exists(key)

    async def content_type(self, key: str) -> str:
        """Return the content type of the blob stored under `key`.

        This is no part of `BlobStore`: it is for the host that serves blobs, and for tests.

        Raises:
            BackendFailed: the storage cannot be read.
            BlobNotFound: nothing is stored under `key`.
            InvalidBlobKey: `key` cannot name a blob.
            ResourceClosed: the store is closed.
            TypeError: `key` is not text.
        """
        self._ensure_open()
        check_key(key)
        return await self._content_type(key)

    @abstractmethod
    async def _put(self, key: str, data: bytes, content_type: str) -> None: ...

    @abstractmethod
    async def _get(self, key: str) -> bytes: ...

    @abstractmethod
    async def _delete(self, key: str) -> None: ...

    @abstractmethod
    async def _list(self, prefix: str) -> set[str]:
        """Return the keys that start with the prefix, in any order."""

    @abstractmethod
    async def _exists(self, key: str) -> bool: ...

    @abstractmethod
    async def _content_type(self, key: str) -> str: ...

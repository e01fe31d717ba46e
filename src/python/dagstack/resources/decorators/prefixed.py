"""A blob store inside a blob store."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.contracts import BlobNotFound, ForwardingBlobStore, InvalidBlobKey
from dagstack.resources.blobs.keys import KEY_LIMIT, check_key

if TYPE_CHECKING:
    import builtins

    from dagstack.contracts import BlobStore


class PrefixedBlobStore(ForwardingBlobStore):
    """A ``BlobStore`` whose keys all lie under one prefix of another store.

    Callers neither see the prefix nor reach anything beside it: every key is checked before the
    prefix is put in front. A key may be shorter than elsewhere by the length of the prefix and a
    slash. As safe for threads and event loops as what it wraps.

    Args:
        inner: The store that holds the blobs.
        prefix: A key, such as ``tenants/7``; the blobs lie under ``tenants/7/``.

    Raises:
        InvalidBlobKey: ``prefix`` cannot name a blob.
    """

    def __init__(self, inner: BlobStore, prefix: str) -> None:
        check_key(prefix)
        super().__init__(inner)
        self._prefix = f"{prefix}/"

    async def put(self, key: str, data: bytes, *, content_type: str | None = None) -> None:
        """Store under the prefix."""
        await self.inner.put(self._whole(key), data, content_type=content_type)

    async def get(self, key: str) -> bytes:
        """Look up under the prefix."""
        try:
            return await self.inner.get(self._whole(key))
        except BlobNotFound:
            raise BlobNotFound(key) from None  # which the caller knows

    async def delete(self, key: str) -> None:
        """Remove what lies under the prefix."""
        await self.inner.delete(self._whole(key))

    async def list(self, prefix: str = "") -> builtins.list[str]:
        """Return the keys under the prefix, without it."""
        keys = await self.inner.list(self._prefix + prefix)
        return [key.removeprefix(self._prefix) for key in keys]

    async def exists(self, key: str) -> bool:
        """Look under the prefix."""
        return await self.inner.exists(self._whole(key))

    def _whole(self, key: str) -> str:
        check_key(key)
        whole = self._prefix + key
        if len(whole.encode()) > KEY_LIMIT:
            left = KEY_LIMIT - len(self._prefix.encode())
            raise InvalidBlobKey("key", f"it has more than the {left} bytes allowed here", key)
        return whole

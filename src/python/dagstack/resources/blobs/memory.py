"""A store in the memory of the process."""

from __future__ import annotations

from dagstack.contracts import BlobNotFound
from dagstack.resources.blobs.base import CheckedBlobStore


class InMemoryBlobStore(CheckedBlobStore):
    """A `BlobStore` in the memory of the process, for tests and development.

    No call waits for anything. Safe for concurrent use by many threads and by several event loops,
    of any async library; after a fork, parent and child have a copy each.
    """

    def __init__(self) -> None:
        super().__init__()
        # One entry is replaced at once, so a reader sees bytes and content type of the same put.
        self._blobs: dict[str, tuple[bytes, str]] = {}

    def __repr__(self) -> str:
        """Count the blobs."""
        return f"<InMemoryBlobStore with {len(self._blobs)} blobs>"

    async def _put(self, key: str, data: bytes, content_type: str) -> None:
        self._blobs[key] = (data, content_type)

    async def _get(self, key: str) -> bytes:
        return self._blob(key)[0]

    async def _delete(self, key: str) -> None:
        self._blobs.pop(key, None)

    async def _list(self, prefix: str) -> set[str]:
        # list() copies at once; a loop would meet the changes that other threads make.
        return {key for key in list(self._blobs) if key.startswith(prefix)}

    async def _exists(self, key: str) -> bool:
        return key in self._blobs

    async def _content_type(self, key: str) -> str:
        return self._blob(key)[1]

    def _blob(self, key: str) -> tuple[bytes, str]:
        blob = self._blobs.get(key)
        if blob is None:
            raise BlobNotFound(key)
        return blob

    async def _release(self) -> None:
        self._blobs.clear()


MemoryBlobStore = InMemoryBlobStore

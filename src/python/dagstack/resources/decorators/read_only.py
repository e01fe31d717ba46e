"""A blob store that cannot be changed."""

from __future__ import annotations

from dagstack.contracts import BlobStoreReadOnly, ForwardingBlobStore
from dagstack.resources.blobs.keys import check_key


class ReadOnlyBlobStore(ForwardingBlobStore):
    """A ``BlobStore`` that lets its callers read and refuses the rest with ``BlobStoreReadOnly``.

    As safe for threads and event loops as what it wraps.
    """

    async def put(self, key: str, data: bytes, *, content_type: str | None = None) -> None:
        """Refuse.

        Raises:
            BlobStoreReadOnly: always, if the key is valid.
            InvalidBlobKey: ``key`` cannot name a blob.
        """
        del data, content_type
        check_key(key)
        raise BlobStoreReadOnly("put")

    async def delete(self, key: str) -> None:
        """Refuse.

        Raises:
            BlobStoreReadOnly: always, if the key is valid.
            InvalidBlobKey: ``key`` cannot name a blob.
        """
        check_key(key)
        raise BlobStoreReadOnly("delete")

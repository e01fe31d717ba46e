"""A program that works on a database of blobs, so that two can, and so that one can be killed.

``sqlite_writer.py share DATABASE NAME`` leaves ten blobs of its own and one that all share.
``sqlite_writer.py write DATABASE NAME FIRST`` writes blobs with the numbers from FIRST, without
end, and prints each number when its blob is stored.
"""

from __future__ import annotations

import asyncio
import hashlib
import itertools
import sys

from sqlite_blob_store import SqliteBlobStore


def blob(name: str, number: int) -> bytes:
    """A blob of some hundred kilobytes that shows by a checksum that it is whole."""
    text = f"{name} {number} ".encode() * (2000 + 997 * number % 9000)
    return text + hashlib.sha256(text).digest()


def number_of(data: bytes) -> int:
    """The number of a blob, if that is whole."""
    text, digest = data[:-32], data[-32:]
    if hashlib.sha256(text).digest() != digest:
        raise ValueError("the blob is not whole")
    return int(text.split()[1])


async def share(database: str, name: str) -> None:
    """Store, list and delete, and see that nobody else has part in it."""
    store = SqliteBlobStore(database)
    for number in range(10):
        await store.put(f"{name}/{number}", blob(name, number))
        await store.put(f"{name}/gone", b"")
        await store.put("shared", blob(name, number))
        number_of(await store.get("shared"))
        await store.delete(f"{name}/gone")
        wanted = [f"{name}/{each}" for each in range(number + 1)]
        if (found := await store.list(f"{name}/")) != wanted:
            raise ValueError(f"{found} in place of {wanted}")
    await store.aclose()


async def write(database: str, name: str, first: int) -> None:
    """Write in turn under three keys until the process is killed."""
    store = SqliteBlobStore(database)
    for number in itertools.count(first):
        await store.put(f"{name}/{number % 3}", blob(name, number))
        print(number, flush=True)  # noqa: T201  (whoever kills it reads this)


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["share", database, name]:
            asyncio.run(share(database, name))
        case ["write", database, name, first]:
            asyncio.run(write(database, name, int(first)))
        case _:
            sys.exit(__doc__)

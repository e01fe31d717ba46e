"""What the tests of shared folders ask Python to do; `program.go` and `program.mjs` do the same."""

from __future__ import annotations

import asyncio
import base64
import json
import sys
from typing import TYPE_CHECKING

from dagstack.resources import FilesystemBlobStore, SystemTempDir

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

SIZES = (1, 70_000, 200_000)


def hold(parent: str) -> None:
    """Make a temporary directory with a file in a folder, say where, and wait to be killed."""
    folder = SystemTempDir(parent)
    folder.create_subdir("a").joinpath("b").write_text("left", encoding="utf-8")
    print(folder.path, flush=True)  # noqa: T201  (a script)
    sys.stdin.read()


def sweep(parent: str) -> None:
    """Make a temporary directory and close it."""
    SystemTempDir(parent).close()


async def fill(root: str) -> None:
    """Store the blobs that come in."""
    async with FilesystemBlobStore(root) as store:
        for blob in json.load(sys.stdin):
            data = base64.b64decode(blob["data"])
            await store.put(blob["key"], data, content_type=blob["content_type"])


async def show(root: str) -> None:
    """Print the blobs in the order of the list."""
    async with FilesystemBlobStore(root) as store:
        blobs = [
            {
                "key": key,
                "content_type": await store.content_type(key),
                "data": base64.b64encode(await store.get(key)).decode(),
            }
            for key in await store.list()
        ]
    print(json.dumps(blobs))  # noqa: T201  (a script)


async def clear(root: str) -> None:
    """Delete every blob."""
    async with FilesystemBlobStore(root) as store:
        for key in await store.list():
            await store.delete(key)


async def share(root: str, letter: str) -> None:
    """Overwrite a key that others overwrite as well, and store and delete keys beside theirs."""
    async with FilesystemBlobStore(root) as store:
        for turn in range(40):
            own = f"deep/er/{letter}"
            await store.put("shared", letter.encode() * SIZES[turn % len(SIZES)])
            await store.put(own, letter.encode())
            seen = await store.get("shared")
            if seen != seen[:1] * len(seen) or len(seen) not in SIZES:
                sys.exit(f"a mixture of {len(seen)} bytes")
            if await store.get(own) != letter.encode() or own not in await store.list("deep/"):
                sys.exit(f"{own} is lost")
            await store.delete(own)
            if await store.exists(own):
                sys.exit(f"{own} is still there")


TASKS: dict[str, Callable[..., Awaitable[None]]] = {
    "fill": fill,
    "show": show,
    "clear": clear,
    "share": share,
}

if __name__ == "__main__":
    _, name, *arguments = sys.argv
    if name in TASKS:
        asyncio.run(TASKS[name](*arguments))  # type: ignore[arg-type]
    else:
        {"hold": hold, "sweep": sweep}[name](*arguments)

"""Kills writers at random moments and looks at what they leave; run as a program of its own.

    python -m tests.resources.blobs.killing ROOT ROUNDS

Each round, two processes write into one root without pause, until both are killed with SIGKILL.
Then a store is opened, and every key is read. The last line of output holds the figures, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
import zlib
from pathlib import Path

from dagstack.resources import FilesystemBlobStore

WRITERS = 2
OWN, SHARED = 3, 2  # keys
LONGEST = 0.03  # seconds from the first blob of both to the kill


def blob(number: int, generator: random.Random) -> bytes:
    """Make a blob that shows whether it is whole, and which one it is."""
    body = number.to_bytes(8, "big") + bytes([number % 251]) * generator.choice([0, 99, 70_000])
    return zlib.crc32(body).to_bytes(4, "big") + body


def number_of(data: bytes) -> int:
    """Check that a blob is whole, and return its number."""
    if zlib.crc32(data[4:]) != int.from_bytes(data[:4], "big"):
        raise AssertionError(f"torn: {len(data)} bytes")
    return int.from_bytes(data[4:12], "big")


async def write(root: str, writer: int, first: int, acknowledge: int) -> None:
    """Write for ever, and tell the number of each blob once it is stored."""
    store = FilesystemBlobStore(root)
    generator = random.Random(first * WRITERS + writer)  # noqa: S311 - sizes of test data
    number = first
    while True:
        await store.put(f"own/{writer}/{number % OWN}", blob(number, generator))
        os.write(acknowledge, number.to_bytes(8, "big"))
        await store.put(f"shared/{number % SHARED}", blob(number, generator))
        await store.put(f"fresh/{writer}/{number}/x", blob(number, generator))
        await store.delete(f"fresh/{writer}/{number - 1}/x")
        number += 1


def start(root: str, writer: int, first: int) -> tuple[int, int]:
    """Start a writer; return its process and the pipe in which it acknowledges."""
    read, send = os.pipe()
    process = os.fork()
    if process:
        os.close(send)
        return process, read
    os.close(read)
    try:
        asyncio.run(write(root, writer, first, send))
    finally:
        os._exit(1)


def acknowledged(pipe: int) -> list[int]:
    """Return the numbers that a dead writer acknowledged."""
    with os.fdopen(pipe, "rb") as stream:
        data = stream.read()
    return [int.from_bytes(data[at : at + 8], "big") for at in range(0, len(data) - 7, 8)]


async def check(root: str, promised: dict[str, int]) -> int:
    """Open the root as the next process does; return how many keys were read, whole and new."""
    store = FilesystemBlobStore(root)
    litter = os.listdir(Path(root, "%tmp"))  # noqa: PTH208 - as cheap as it gets
    if litter:
        raise AssertionError(f"litter: {litter}")
    keys = await store.list()
    for key in keys:
        number = number_of(await store.get(key))
        if number < promised.get(key, 0):
            raise AssertionError(f"lost: {key} is {number}, and {promised[key]} was acknowledged")
    if not set(promised) <= set(keys):
        raise AssertionError(f"lost: {set(promised) - set(keys)}")
    for key in keys:
        if key.startswith("fresh/"):
            await store.delete(key)
    return len(keys)


def main(root: str, rounds: int) -> None:
    """Kill and look, so many times."""
    generator = random.Random(rounds)  # noqa: S311 - moments of death
    promised: dict[str, int] = {}
    figures = {"rounds": rounds, "acknowledged": 0, "keys read": 0, "temporary files left": 0}
    for turn in range(rounds):
        first = 1 + turn * 1_000_000
        writers = [start(root, writer, first) for writer in range(WRITERS)]
        for _, pipe in writers:
            os.set_blocking(pipe, True)
        time.sleep(0.01 + generator.random() * LONGEST)
        for process, _ in writers:
            os.kill(process, signal.SIGKILL)
        for writer, (process, pipe) in enumerate(writers):
            if os.waitpid(process, 0)[1] != signal.SIGKILL:
                raise AssertionError("a writer died by itself")
            for number in acknowledged(pipe):
                promised[f"own/{writer}/{number % OWN}"] = number
                figures["acknowledged"] += 1
        staging = Path(root, "%tmp")
        figures["temporary files left"] += len(list(staging.iterdir())) if staging.exists() else 0
        if staging.exists():
            figures["keys read"] += asyncio.run(check(root, promised))
    print(json.dumps(figures))  # noqa: T201 - the result


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))

"""What each thread does with each resource, and what must be true of it at any time."""

from __future__ import annotations

import asyncio
import threading
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Protocol

from dagstack.contracts import AlreadyExists, Sleeper
from dagstack.resources import DeterministicRng

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator
    from pathlib import Path

    from dagstack.contracts import BlobStore, Clock, HttpClient, Rng
    from dagstack.resources import FrozenClock, StubHttpClient, SystemTempDir

KEYS = 8
PAUSE = 0.02
"""Seconds between the steps of a thread, so that no workload takes all turns from the others."""
SEED = 42
START = datetime(2026, 1, 1, tzinfo=UTC)


class Workload(Protocol):
    """One resource under stress."""

    name: str
    pause: float

    async def step(self, thread: int, number: int) -> None:
        """Do something and check it; ``number`` counts the steps of one thread."""
        ...

    async def verify(self, steps: int) -> None:
        """Check what all steps together must have left."""
        ...


class Clocks:
    """The machine's clock never goes back."""

    name = "SystemClock"
    pause = PAUSE

    def __init__(self, clock: Clock) -> None:
        self.clock = clock
        self.last: dict[int, int] = {}

    async def step(self, thread: int, number: int) -> None:
        """Read both, and sleep now and then."""
        now = self.clock.monotonic_ns()
        assert now >= self.last.get(thread, now)
        assert self.clock.now().tzinfo is UTC
        self.last[thread] = self.clock.monotonic_ns()
        if number % 50 == 0 and isinstance(self.clock, Sleeper):
            await self.clock.sleep(timedelta(milliseconds=1))
            assert self.clock.monotonic_ns() - self.last[thread] >= 1_000_000

    async def verify(self, steps: int) -> None:
        """Nothing is left behind."""
        assert steps > 0


class Advances:
    """No advance of a frozen clock is lost, and both of its readings move as one."""

    name = "FrozenClock"
    pause = PAUSE

    def __init__(self, clock: FrozenClock) -> None:
        self.clock = clock
        self.advances: dict[int, int] = {}

    async def step(self, thread: int, number: int) -> None:
        """Advance by a millisecond, or sleep for two and see to it that they pass."""
        asleep = None
        if thread % 2 and number % 10 == 0:
            asleep = asyncio.create_task(self._sleep())
            await asyncio.sleep(0)
        times = 1 if asleep is None else 3  # others may be at their end and advance no more
        for _ in range(times):
            self.clock.advance(seconds=0.001)
        self.advances[thread] = self.advances.get(thread, 0) + times
        if asleep is not None:
            await asleep

    async def _sleep(self) -> None:
        before = self.clock.monotonic_ns()
        await self.clock.sleep(timedelta(milliseconds=2))
        assert self.clock.monotonic_ns() - before >= 2_000_000

    async def verify(self, steps: int) -> None:
        """The sum is exact."""
        total = sum(self.advances.values())
        assert total >= steps
        assert total * 1_000_000 == self.clock.monotonic_ns()
        assert timedelta(milliseconds=total) == self.clock.now() - START


class Draws:
    """A seeded source gives each value of its stream to exactly one caller."""

    name = "DeterministicRng"
    pause = PAUSE

    def __init__(self, rng: Rng) -> None:
        self.rng = rng
        self.drawn: dict[int, list[str]] = {}

    async def step(self, thread: int, number: int) -> None:
        """Draw."""
        del number
        self.drawn.setdefault(thread, []).append(self.rng.uuid4())

    async def verify(self, steps: int) -> None:
        """All draws together are the beginning of the stream."""
        alone = DeterministicRng(seed=SEED)
        expected = sorted(alone.uuid4() for _ in range(steps))
        assert expected == sorted(each for drawn in self.drawn.values() for each in drawn)


class SystemDraws:
    """The machine's source stays in its ranges."""

    name = "RandomRng"
    pause = PAUSE

    def __init__(self, rng: Rng) -> None:
        self.rng = rng
        self.drawn: dict[int, set[str]] = {}

    async def step(self, thread: int, number: int) -> None:
        """Draw in all ways."""
        assert 0.0 <= self.rng.next_float() < 1.0
        assert -3 <= self.rng.next_int(-3, 3) <= 3
        assert self.rng.choice("abc") in "abc"
        if number < 100:
            self.drawn.setdefault(thread, set()).add(self.rng.uuid4())

    async def verify(self, steps: int) -> None:
        """No two callers drew the same."""
        del steps
        counted = sum(map(len, self.drawn.values()))
        assert counted == len(set().union(*self.drawn.values()))


class Blobs:
    """A reader sees one whole blob, never parts of two."""

    def __init__(self, name: str, store: BlobStore, pause: float = 0.0) -> None:
        self.name, self.store, self.pause = name, store, pause

    async def step(self, thread: int, number: int) -> None:
        """Write a key that all share, read another one, and look around."""
        length = 1 + (thread * 31 + number) % 2000
        mine = f"shared/{number % KEYS}"
        await self.store.put(mine, bytes([thread]) * length + length.to_bytes(2, "big"))
        data = await self.store.get(f"shared/{(number - 1) % KEYS if number else mine[-1]}")
        assert len(data) == int.from_bytes(data[-2:], "big") + 2
        assert len(set(data[:-2])) == 1
        if number % 16 == 0:
            own = f"own/{thread}"
            await self.store.put(own, b"")
            assert await self.store.exists(own)
            assert own in await self.store.list("own/")
            await self.store.delete(own)
            assert not await self.store.exists(own)

    async def verify(self, steps: int) -> None:
        """Only the shared keys are left."""
        assert steps > 0, self.name
        left = {key.partition("/")[0] for key in await self.store.list()}
        assert left == {"shared"}, self.name


class Requests:
    """Each caller gets the answer to its own request."""

    name = "PooledHttpClient"
    pause = 2 * PAUSE

    def __init__(self, client: HttpClient, url: str) -> None:
        self.client, self.url = client, url

    async def step(self, thread: int, number: int) -> None:
        """Ask for a path of its own."""
        path = f"/{thread}/{number}"
        response = await self.client.get(self.url + path)
        assert (200, path) == (response.status_code, response.text())

    async def verify(self, steps: int) -> None:
        """It still answers."""
        assert steps > 0
        assert (await self.client.get(self.url + "/last")).text() == "/last"


class Stubbed:
    """A stub records each call once."""

    name = "StubHttpClient"
    pause = PAUSE

    def __init__(self, stub: StubHttpClient) -> None:
        self.stub = stub
        stub.on("GET", "https://stub.example/", prefix=True, json={"a": 1})

    async def step(self, thread: int, number: int) -> None:
        """Ask."""
        response = await self.stub.get(f"https://stub.example/{thread}/{number}")
        assert response.json() == {"a": 1}

    async def verify(self, steps: int) -> None:
        """The record is complete."""
        assert steps == len({call.url for call in self.stub.calls})


class Files:
    """Of all who ask for one name, one gets it."""

    name = "SystemTempDir"
    pause = PAUSE

    def __init__(self, directory: SystemTempDir) -> None:
        self.directory = directory
        self.lock = threading.Lock()
        self.won: list[Path] = []

    async def step(self, thread: int, number: int) -> None:
        """Make a file of its own every time, and one that all want."""
        if number >= 500:
            return  # a folder with a million files would measure the file system
        self.directory.create_file(f"{thread}-{number}")
        try:
            path = self.directory.create_file(f"shared-{number}", suffix=".txt")
        except AlreadyExists:
            return
        with self.lock:
            self.won.append(path)

    async def verify(self, steps: int) -> None:
        """Every name has one winner."""
        del steps
        assert len(self.won) == len(set(self.won))
        assert set(self.won) == set(self.directory.path.glob("shared-*.txt"))


@asynccontextmanager
async def echo_server() -> AsyncGenerator[str]:
    """A server on loopback, in a thread of its own, that answers with the path."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while head := await reader.readuntil(b"\r\n\r\n"):
                path = head.split(b" ", 2)[1]
                writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: %d\r\n\r\n" % len(path) + path)
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
            pass
        finally:
            writer.close()

    async def serve() -> asyncio.Server:
        return await asyncio.start_server(answer, "127.0.0.1", 0, backlog=512)

    async def stop() -> None:
        server.close()
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    server = await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(serve(), loop))
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(stop(), loop))
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()

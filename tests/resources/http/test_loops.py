"""One client in many loops, threads and processes: nothing is shared that must not be, or left."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import TYPE_CHECKING

import httpx2
import pytest
import trio
import uvloop

from dagstack.contracts import ResourceClosed
from dagstack.resources import (
    FrozenClock,
    HttpLimits,
    HttpSettings,
    HttpTimeouts,
    PooledHttpClient,
    RetryPolicy,
)
from tests.resources.http.clients import START, FixedRng, Skipping, client_over, run
from tests.resources.http.server import Exchange, always, by_path, hanging, in_turn
from tests.resources.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.resources.http.server import Server

PATIENT = HttpSettings(timeouts=HttpTimeouts(total=10), retry=RetryPolicy(max_attempts=1))


def _descriptors() -> set[str]:
    return {one.name for one in Path("/proc/self/fd").iterdir() if _is_socket(one)}


def _is_socket(descriptor: Path) -> bool:
    try:
        return str(descriptor.readlink()).startswith("socket:")
    except OSError:
        return False


class ElsewhereLoop:
    """A loop that runs in another thread."""

    def __init__(self) -> None:
        self.loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self.loop.run_forever)
        self._thread.start()

    def stop(self) -> None:
        """Stop it; it can be run again."""
        self.loop.call_soon_threadsafe(self.loop.stop)
        self._thread.join(10)


def test_many_threads_with_loops_of_their_own_share_a_client(
    serve: Callable[..., Server],
) -> None:
    """Each gets its own answers, over connections of its own loop, which end with that loop."""

    async def echo(exchange: Exchange) -> None:
        await exchange.respond(body=exchange.request.target.encode())

    server = serve(echo)
    client = PooledHttpClient(PATIENT)

    def plugin(number: int) -> list[str]:
        async def ask(index: int) -> str:
            return (await client.get(server.url(f"/{number}/{index}"))).text()

        async def work() -> list[str]:
            return list(await asyncio.gather(*map(ask, range(5))))

        return asyncio.run(work()) + asyncio.run(work())

    answers = in_threads(16, plugin)
    assert answers == [[f"/{n}/{i}" for i in range(5)] * 2 for n in range(16)]
    server.wait_until_left()
    run(client.aclose())


def test_a_loop_that_ends_takes_its_connections_along(serve: Callable[..., Server]) -> None:
    """After ``asyncio.run`` no socket is open, although the client is."""
    server = serve(always(body=b"ok"))
    before = _descriptors()
    client = PooledHttpClient(PATIENT)

    async def use() -> None:
        await client.get(server.url())

    for _ in range(3):
        asyncio.run(use())
    server.wait_until_left()
    assert _descriptors() <= before
    run(client.aclose())


def test_a_loop_closed_without_its_generators_is_dropped(serve: Callable[..., Server]) -> None:
    """A loop that somebody just closes leaves sockets, which the next use elsewhere closes."""
    server = serve(always(body=b"ok"))
    client = PooledHttpClient(PATIENT)

    async def use() -> None:
        await client.get(server.url())

    for _ in range(2):
        loop = asyncio.new_event_loop()
        loop.run_until_complete(use())
        loop.close()
        server.wait_until_left(1)
    run(client.aclose())
    server.wait_until_left()


def test_closing_reaches_loops_that_run_elsewhere(serve: Callable[..., Server]) -> None:
    """``aclose`` in one loop closes the connections of another that runs, in that one."""
    server = serve(always(body=b"ok"))
    client = PooledHttpClient(PATIENT)
    other = ElsewhereLoop()
    asyncio.run_coroutine_threadsafe(client.get(server.url()), other.loop).result(10)
    assert server.open == 1
    run(client.aclose())
    server.wait_until_left()
    other.stop()
    other.loop.close()


def test_closing_does_not_wait_for_loops_that_stand_still(serve: Callable[..., Server]) -> None:
    """A loop that is stopped but not closed closes its connections when it runs again."""
    server = serve(always(body=b"ok"))
    client = PooledHttpClient(PATIENT)
    loop = asyncio.new_event_loop()
    loop.run_until_complete(client.get(server.url()))
    begun = time.monotonic()
    run(client.aclose())
    assert time.monotonic() - begun < 3
    loop.run_until_complete(asyncio.sleep(0))
    loop.run_until_complete(loop.shutdown_asyncgens())
    server.wait_until_left()
    loop.close()


def test_closing_ends_calls_that_run_anywhere(serve: Callable[..., Server]) -> None:
    """A call under way ends with ``ResourceClosed``, here and in other threads."""
    server = serve(hanging)
    client = PooledHttpClient(PATIENT)
    other = ElsewhereLoop()
    there = asyncio.run_coroutine_threadsafe(client.get(server.url()), other.loop)

    async def close() -> None:
        here = asyncio.create_task(client.get(server.url()))
        await server.asked(2)
        await client.aclose()
        with pytest.raises(ResourceClosed):
            await here

    run(close())
    with pytest.raises(ResourceClosed):
        there.result(10)
    server.wait_until_left()
    other.stop()
    other.loop.close()


def test_closing_ends_calls_of_every_engine(engine: str, serve: Callable[..., Server]) -> None:
    """A call under way, and one that waits for the pool, end with ``ResourceClosed``."""
    server = serve(hanging)
    settings = HttpSettings(limits=HttpLimits(connections=1), timeouts=HttpTimeouts(total=5))

    async def scenario() -> None:
        client = client_over(engine, settings)
        running = [asyncio.create_task(client.get(server.url())) for _ in range(2)]
        await server.asked()
        await client.aclose()
        for task in running:
            with pytest.raises(ResourceClosed):
                await task

    run(scenario())
    server.wait_until_left()


def test_a_client_that_the_host_closed_is_closed(serve: Callable[..., Server]) -> None:
    """Closing the httpx client itself is closing ours."""
    server = serve(always())

    async def scenario() -> None:
        own = httpx2.AsyncClient(trust_env=False)
        async with PooledHttpClient.over(own) as client:
            await own.aclose()
            with pytest.raises(ResourceClosed, match="AsyncClient is closed"):
                await client.get(server.url())

    run(scenario())


def test_closing_is_once_and_for_all(engine: str, serve: Callable[..., Server]) -> None:
    """Closing again, also at the same time, does nothing; all four methods are refused."""
    server = serve(always())

    async def close() -> None:
        client = client_over(engine, PATIENT)
        await client.get(server.url())
        await asyncio.gather(*(client.aclose() for _ in range(5)))
        await client.aclose()
        for method in (client.get, client.post, client.put, client.delete):
            with pytest.raises(ResourceClosed):
                await method(server.url())
        with pytest.raises(ResourceClosed):
            async with client:
                pass

    run(close())
    assert len(server.requests) == 1


def test_threads_may_close_at_once(serve: Callable[..., Server]) -> None:
    """Eight threads close one client in loops of their own, and none fails."""
    server = serve(always())
    client = PooledHttpClient(PATIENT)
    run(client.get(server.url()))
    in_threads(8, lambda _: asyncio.run(client.aclose()))
    server.wait_until_left()


def test_a_cancelled_closing_is_completed(serve: Callable[..., Server]) -> None:
    """Whoever is cancelled while closing leaves no connection open in other loops."""
    server = serve(always())
    client = PooledHttpClient(PATIENT)
    other = ElsewhereLoop()
    asyncio.run_coroutine_threadsafe(client.get(server.url()), other.loop).result(10)

    async def close() -> None:
        closing = asyncio.create_task(client.aclose())
        await asyncio.sleep(0)
        closing.cancel()
        await asyncio.wait([closing])

    run(close())
    server.wait_until_left()
    other.stop()
    other.loop.close()


def test_a_forgotten_close_is_a_warning(serve: Callable[..., Server]) -> None:
    """Dropping a client that nobody closed says so, and its loop closes the connections."""
    server = serve(always())

    async def forget() -> None:
        held = [PooledHttpClient(PATIENT)]
        await held[0].get(server.url())
        with pytest.warns(ResourceWarning, match="unclosed <.*PooledHttpClient"):
            held.clear()
        await asyncio.to_thread(server.wait_until_left)

    run(forget())


def test_uvloop_is_a_loop_like_any_other(serve: Callable[..., Server]) -> None:
    """Under uvloop a client works, and its connections end with the loop."""
    server = serve(always(body=b"ok"))
    client = PooledHttpClient(PATIENT)

    async def use() -> str:
        return (await client.get(server.url())).text()

    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        assert runner.run(use()) == "ok"
    server.wait_until_left()
    run(client.aclose())


def test_the_clients_of_httpx_are_used_in_their_own_loop_only(
    engine: str, serve: Callable[..., Server]
) -> None:
    """Calls from other loops and threads go through the loop that a client belongs to."""
    server = serve(by_path({"/": always(body=b"ok"), "/hang": hanging}))

    async def host() -> None:
        async with client_over(engine, PATIENT) as client:
            assert (await client.get(server.url())).text() == "ok"

            def plugin(_: int) -> str:
                async def use() -> str:
                    cancelled = asyncio.create_task(client.get(server.url("/hang")))
                    await asyncio.sleep(0.05)
                    cancelled.cancel()
                    await asyncio.wait([cancelled])
                    assert cancelled.cancelled()
                    return (await client.get(server.url())).text()

                return asyncio.run(use())

            texts = await asyncio.to_thread(in_threads, 4, plugin)
            assert texts == ["ok"] * 4
            server.wait_until_left(5)

    run(host())
    server.wait_until_left()


FORKING = """
import asyncio, os, sys, warnings
from dagstack.resources import PooledHttpClient
warnings.simplefilter("error")
url = sys.argv[1]
client = PooledHttpClient()

async def ask():
    return (await client.get(url)).text()

loop = asyncio.new_event_loop()
assert loop.run_until_complete(ask()) == "ok"
child = os.fork()
if not child:
    code = 1
    try:
        assert asyncio.run(ask()) == "ok"
        asyncio.run(client.aclose())
        code = 0
    finally:
        os._exit(code)
assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
assert loop.run_until_complete(ask()) == "ok"
loop.run_until_complete(client.aclose())
loop.close()
"""


def test_a_forked_child_has_connections_of_its_own(serve: Callable[..., Server]) -> None:
    """Parent and child go on with one client, and the parent's connection survives the child."""
    server = serve(always(body=b"ok"))
    done = subprocess.run(
        [sys.executable, "-c", FORKING, server.url()],
        capture_output=True,
        timeout=30,
        check=False,
        text=True,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert [one.connection for one in server.requests] == [1, 2, 1]


def test_a_client_of_httpx_works_under_trio(serve: Callable[..., Server]) -> None:
    """Where the engine allows, no loop of asyncio is needed."""
    server = serve(in_turn(always(503), always(body=b"ok")))
    clock = FrozenClock(now=START)

    async def scenario() -> str:
        own = httpx2.AsyncClient(trust_env=False)
        async with PooledHttpClient.over(
            own, clock=clock, sleeper=Skipping(clock), rng=FixedRng(), owned=True
        ) as client:
            return (await client.get(server.url())).text()

    assert trio.run(scenario) == "ok"
    server.wait_until_left()

"""Cancellation at any await leaves a client that works, and no litter."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import TYPE_CHECKING, Any

import pytest

from dagstack.resources import HttpLimits, HttpSettings, HttpTimeouts
from tests.resources.http.clients import client_over, run
from tests.resources.http.server import Exchange, always, by_path, hanging, in_turn

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator

    from tests.resources.http.server import Server

ONE = HttpSettings(limits=HttpLimits(connections=1), timeouts=HttpTimeouts(connect=3, total=4))


class StepByStep:
    """Runs a coroutine in the current task and cancels that after a number of steps."""

    def __init__(self, work: Coroutine[Any, Any, object], steps: int) -> None:
        self._work = work
        self._left = steps
        self.cancelled = False

    def __await__(self) -> Generator[Any, Any, object]:
        """Hand on what the coroutine waits for, and what it is told, until its time has come."""
        task = asyncio.current_task()
        assert task is not None
        step: Callable[[], object] = partial(self._work.send, None)
        while True:
            try:
                waited = step()
            except StopIteration as stop:
                return stop.value
            if self._left == 0:
                self.cancelled = task.cancel()
            self._left -= 1
            try:
                step = partial(self._work.send, (yield waited))
            except BaseException as error:  # noqa: BLE001 - a cancellation, for the coroutine
                step = partial(self._work.throw, error)


@pytest.mark.parametrize(
    "engine",
    [
        "aiohttp",
        "httpx2",
        pytest.param(
            "httpx",
            marks=pytest.mark.xfail(
                strict=True, reason="httpx 0.28 itself loses a connection of its pool this way"
            ),
        ),
    ],
)
def test_a_call_can_be_cancelled_at_any_step(engine: str, serve: Callable[..., Server]) -> None:
    """With a pool of one connection, a call works after another was cancelled at each await."""
    pause = 0.001

    async def slowly(exchange: Exchange) -> None:
        await exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\n")
        for _ in range(3):
            await asyncio.sleep(pause)
            await exchange.send(b"ab")

    server = serve(by_path({"/": slowly}))

    async def scenario() -> int:
        async with client_over(engine, ONE) as client:
            steps = 0
            while True:
                attempt = StepByStep(client.post(server.url(), json={"x": "y" * 100_000}), steps)

                async def wait(attempt: StepByStep = attempt) -> object:
                    return await attempt

                task = asyncio.create_task(wait())
                await asyncio.wait([task])
                assert task.cancelled() == attempt.cancelled
                assert (await client.get(server.url())).text() == "ababab"
                if not attempt.cancelled:
                    return steps
                steps += 1

    while run(scenario()) < 3:  # a busy machine lets the pieces arrive as one
        pause *= 2
        assert pause < 1
    server.wait_until_left()


def test_a_waiter_for_the_pool_can_be_cancelled(engine: str, serve: Callable[..., Server]) -> None:
    """One that waits for a connection gives up its place in the queue."""
    server = serve(in_turn(hanging, always(body=b"ok")))

    async def scenario() -> str:
        async with client_over(engine, ONE) as client:
            holder = asyncio.create_task(client.get(server.url()))
            await server.asked()
            waiters = [asyncio.create_task(client.get(server.url())) for _ in range(5)]
            await asyncio.sleep(0.02)
            for task in (*waiters, holder):
                task.cancel()
            await asyncio.wait([*waiters, holder])
            return (await client.get(server.url())).text()

    assert run(scenario()) == "ok"


def test_a_timeout_of_the_caller_is_a_cancellation(
    engine: str, serve: Callable[..., Server]
) -> None:
    """``asyncio.timeout`` around a call is the caller's own, and is never retried."""
    server = serve(in_turn(hanging, always(body=b"ok")))

    async def scenario() -> str:
        async with client_over(engine, ONE) as client:
            with pytest.raises(TimeoutError) as caught:
                async with asyncio.timeout(0.1):
                    await client.get(server.url())
            assert type(caught.value) is TimeoutError
            return (await client.get(server.url())).text()

    assert run(scenario()) == "ok"
    assert len(server.requests) == 2


def test_no_tasks_are_left(engine: str, serve: Callable[..., Server]) -> None:
    """After calls that ended in every way, no task but the test's own is there."""
    server = serve(by_path({"/": always(body=b"ok"), "/hang": hanging}))

    async def scenario() -> int:
        client = client_over(engine, HttpSettings(timeouts=HttpTimeouts(receive=0.1, total=0.2)))
        await client.get(server.url())
        await asyncio.gather(
            *(client.get(server.url("/hang")) for _ in range(5)), return_exceptions=True
        )
        await client.aclose()
        await asyncio.sleep(0)
        return len(asyncio.all_tasks())

    assert asyncio.run(scenario()) == 1
    server.wait_until_left()

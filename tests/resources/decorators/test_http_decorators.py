"""Rate-limited and audited clients."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import pytest

from dagstack.contracts import HttpConnectionFailed, InvalidArgument, InvalidUrl
from dagstack.resources import FrozenClock, StubHttpClient, SystemClock
from dagstack.resources.decorators import (
    AuditedHttpClient,
    AuditEntry,
    RateLimit,
    RateLimitedHttpClient,
)
from tests.resources.threads import in_threads

NOW = datetime(2026, 1, 1, tzinfo=UTC)
URL = "https://api.example/orders"


def _limit(clock: FrozenClock, per_second: float, burst: int = 1) -> RateLimit:
    return RateLimit(per_second, burst=burst, clock=clock, sleeper=clock)


def test_a_burst_passes_at_once_and_the_rest_in_turn() -> None:
    """Two at once, then one each half second, and nobody waits in real time."""

    async def use() -> list[int]:
        clock = FrozenClock(now=NOW)
        limit = _limit(clock, 2, burst=2)
        stub = StubHttpClient()
        stub.on("GET", URL)
        client = RateLimitedHttpClient(stub, limit)
        passed: list[int] = []

        async def ask() -> None:
            await client.get(URL)
            passed.append(clock.monotonic_ns() // 1_000_000)

        asked = asyncio.gather(*(ask() for _ in range(5)))
        for waiting in (3, 2, 1):
            await clock.wait_for_sleepers(waiting)
            clock.advance(seconds=0.5)
        await asked
        return passed

    assert asyncio.run(use()) == [0, 0, 500, 1000, 1500]


def test_after_a_pause_there_is_a_burst_again_and_no_more() -> None:
    """However long the pause was."""

    async def use() -> None:
        clock = FrozenClock(now=NOW)
        limit = _limit(clock, 10, burst=3)
        clock.advance(seconds=3600)
        for _ in range(3):
            await asyncio.wait_for(limit.turn(), 1)
        late = asyncio.create_task(limit.turn())
        await clock.wait_for_sleepers(1)
        clock.advance(seconds=0.1)
        await late

    asyncio.run(use())


def test_all_methods_wait_for_their_turn() -> None:
    """One limit stands behind them, and behind other clients."""

    async def use() -> list[str]:
        clock = FrozenClock(now=NOW)
        limit = _limit(clock, 1)
        stub = StubHttpClient()
        stub.on("*", URL)
        one, two = RateLimitedHttpClient(stub, limit), RateLimitedHttpClient(stub, limit)
        calls = asyncio.gather(
            one.get(URL),
            two.post(URL, json={"a": 1}),
            one.put(URL, json={"a": 2}, headers={"x": "y"}),
            two.delete(URL),
        )
        for waiting in (3, 2, 1):
            await clock.wait_for_sleepers(waiting)
            clock.advance(seconds=1)
        await calls
        return [call.method for call in stub.calls]

    assert asyncio.run(use()) == ["GET", "POST", "PUT", "DELETE"]


def test_a_cancelled_wait_gives_its_turn_back() -> None:
    """The next one does not wait for a turn that nobody takes."""

    async def use() -> None:
        clock = FrozenClock(now=NOW)
        limit = _limit(clock, 1)
        await limit.turn()
        given_up = asyncio.create_task(limit.turn())
        await clock.wait_for_sleepers(1)
        given_up.cancel()
        await asyncio.wait([given_up])
        clock.advance(seconds=1)
        await asyncio.wait_for(limit.turn(), 1)

    asyncio.run(use())


def test_a_limit_holds_across_threads() -> None:
    """Eight threads with a loop each take twenty turns in no less than the time of nineteen."""
    clock = SystemClock()
    limit = RateLimit(200, clock=clock, sleeper=clock)

    async def turns(count: int) -> int:
        for _ in range(count):
            await limit.turn()
        return clock.monotonic_ns()

    begun = clock.monotonic_ns()
    ended = in_threads(8, lambda _number: asyncio.run(turns(5)))
    assert max(ended) - begun >= 39 * 5_000_000


@pytest.mark.parametrize("per_second", [0, -1, float("nan"), float("inf")])
def test_a_rate_that_makes_no_sense_is_refused(per_second: float) -> None:
    """So is a burst that lets nobody pass."""
    clock = FrozenClock(now=NOW)
    with pytest.raises(InvalidArgument, match="per_second"):
        _limit(clock, per_second)
    with pytest.raises(InvalidArgument, match="burst"):
        _limit(clock, 1, burst=0)


def test_an_audited_client_records_every_request() -> None:
    """The status or the error, and a URL without what may be secret."""
    entries: list[AuditEntry] = []

    async def use() -> None:
        stub = StubHttpClient()
        stub.on("GET", f"{URL}?token=s3cret", status=404)
        stub.on("POST", URL, status=201)
        stub.on("PUT", URL, status=200)
        stub.on("DELETE", URL, error=HttpConnectionFailed)
        clock = FrozenClock(now=NOW)
        client = AuditedHttpClient(stub, "billing", clock=clock, record=entries.append)
        await client.get("https://user:pw@api.example/orders?token=s3cret")
        await client.post(URL, json={"a": 1})
        await client.put(URL)
        with pytest.raises(HttpConnectionFailed):
            await client.delete(URL)
        with pytest.raises(InvalidUrl):
            await client.get("file:///etc/passwd")

    asyncio.run(use())
    assert [(each.operation, each.target, each.outcome) for each in entries] == [
        ("http_client.get", URL, "404"),
        ("http_client.post", URL, "201"),
        ("http_client.put", URL, "200"),
        ("http_client.delete", URL, "HttpConnectionFailed"),
    ]
    assert {(each.plugin, each.at) for each in entries} == {("billing", NOW)}

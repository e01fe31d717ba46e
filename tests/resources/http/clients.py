"""Clients over each engine, and time that takes none."""

from __future__ import annotations

import asyncio
import warnings
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, TypeVar

import httpx
import httpx2

from dagstack.contracts import UnimplementedRng
from dagstack.resources import (
    FrozenClock,
    HttpSettings,
    PooledHttpClient,
)
from dagstack.resources.http.tls import make_context

if TYPE_CHECKING:
    from collections.abc import Coroutine
    from datetime import timedelta

    from dagstack.contracts import Clock, Rng, Sleeper

    T = TypeVar("T")

START = datetime(2026, 11, 23, 12, tzinfo=UTC)
ENGINES = ("aiohttp", "httpx", "httpx2")


class FixedRng(UnimplementedRng):
    """Gives the numbers that it is told, in turn."""

    def __init__(self, *shares: float) -> None:
        self._shares = list(shares) or [0.5]
        self.drawn = 0

    def next_float(self) -> float:
        """The next one."""
        self.drawn += 1
        return self._shares[(self.drawn - 1) % len(self._shares)]


class Skipping:
    """A sleeper that moves a frozen clock ahead instead of waiting, and remembers how far."""

    def __init__(self, clock: FrozenClock) -> None:
        self._clock = clock
        self.delays: list[float] = []

    async def sleep(self, delay: timedelta) -> None:
        """Skip the time."""
        self.delays.append(delay.total_seconds())
        self._clock.advance(delay)


def client_over(
    engine: str,
    settings: HttpSettings | None = None,
    *,
    clock: Clock | None = None,
    sleeper: Sleeper | None = None,
    rng: Rng | None = None,
) -> PooledHttpClient:
    """Make a client; in the loop that is to use it."""
    settings = settings or HttpSettings()
    if engine == "aiohttp":
        return PooledHttpClient(settings, clock=clock, sleeper=sleeper, rng=rng)
    limits = settings.limits
    # The two have one API, and types of their own.
    library: Any = httpx if engine == "httpx" else httpx2
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        own = library.AsyncClient(
            verify=make_context(settings.tls),
            trust_env=False,
            proxy=settings.proxy.url if settings.proxy else None,
            limits=library.Limits(max_connections=limits.connections, keepalive_expiry=limits.idle),
        )
    return PooledHttpClient.over(own, settings, clock=clock, sleeper=sleeper, rng=rng, owned=True)


def run(work: Coroutine[object, object, T]) -> T:
    """Run a test in a new loop, in debug mode and not for ever."""

    async def bounded() -> T:
        return await asyncio.wait_for(work, 20)

    return asyncio.run(bounded())

"""A limit on requests per second."""

from __future__ import annotations

import math
import threading
from datetime import timedelta
from typing import TYPE_CHECKING, Final

from dagstack.contracts import InvalidArgument
from dagstack.resources.decorators.around import AroundHttpClient
from dagstack.resources.forking import renew_after_fork

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from dagstack.contracts import Clock, HttpClient, HttpResponse, Sleeper

SECOND: Final = 1_000_000_000
MICROSECOND: Final = 1_000


class RateLimit:
    """So many turns per second, and a few at once after a pause; in order of arrival.

    One limit may stand behind any number of clients. Safe for concurrent use by many threads and by
    event loops in any of them, and after a fork. A cancelled wait gives its turn back if nobody
    came after it.

    Args:
        per_second: How many turns a second has in the long run; finite and above zero.
        burst: How many may be taken at once after a pause; at least 1.
        clock: Measures the time between turns.
        sleeper: Waits for a turn, often the clock itself.

    Raises:
        InvalidArgument: ``per_second`` or ``burst`` is out of range.
    """

    def __init__(
        self, per_second: float, *, burst: int = 1, clock: Clock, sleeper: Sleeper
    ) -> None:
        if not (math.isfinite(per_second) and per_second > 0):
            raise InvalidArgument("per_second", f"{per_second!r} is not a number above zero")
        if burst < 1:
            raise InvalidArgument("burst", f"{burst!r} is less than 1")
        self._step = round(SECOND / per_second)
        self._slack = self._step * (burst - 1)
        self._clock, self._sleeper = clock, sleeper
        self._next = -math.inf
        self.renew()
        renew_after_fork(self)

    def renew(self) -> None:
        """Get a lock of its own after a fork."""
        self._lock = threading.Lock()

    async def turn(self) -> None:
        """Wait for a turn.

        Raises:
            ResourceClosed: the clock or the sleeper is closed.
        """
        now = self._clock.monotonic_ns()
        with self._lock:
            before, mine = self._next, max(self._next, now - self._slack)
            self._next = after = mine + self._step
        if mine <= now:
            return
        try:
            micro = -((now - int(mine)) // MICROSECOND)  # rounded up: never too early
            await self._sleeper.sleep(timedelta(microseconds=micro))
        except BaseException:
            with self._lock:
                if self._next == after:
                    self._next = before
            raise


class RateLimitedHttpClient(AroundHttpClient):
    """An ``HttpClient`` whose requests wait for their turn; as safe as what it wraps."""

    def __init__(self, inner: HttpClient, limit: RateLimit) -> None:
        super().__init__(inner)
        self._limit = limit

    async def _around(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        call: Callable[[Mapping[str, str] | None], Awaitable[HttpResponse]],
    ) -> HttpResponse:
        del method, url
        await self._limit.turn()
        return await call(headers)

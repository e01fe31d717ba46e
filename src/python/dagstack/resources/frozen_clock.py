"""A clock that stands still until a test advances it."""

from __future__ import annotations

import threading
from datetime import UTC, datetime, timedelta
from operator import attrgetter
from typing import NamedTuple

from dagstack.contracts import InvalidArgument, ResourceClosed
from dagstack.resources.closing import Closable
from dagstack.resources.duration import MICROSECOND, SECOND, delay_ns, nanoseconds, not_negative
from dagstack.resources.forking import renew_after_fork
from dagstack.resources.sleeping import Wait

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECONDS = timedelta(microseconds=1)
_LATEST = 2**63 - 1
"""The greatest monotonic reading, in every language."""


class _Reading(NamedTuple):
    """What the clock shows; replaced as a whole, so that no reader sees half of a step."""

    now: datetime
    monotonic: int
    wall: int
    """Nanoseconds since 1970 in UTC: ``now`` with the digits that it cannot hold."""


class FrozenClock(Closable):
    """A clock for tests: it stands still until it is advanced, and is a ``Sleeper`` as well.

    It begins at ``now`` and with a monotonic reading of 0, and keeps time as whole nanoseconds. It
    never touches the time of the event loop, so what else runs there goes on as ever.

    Who sleeps wakes when the clock is advanced, without waiting. A test that advances too early
    would hang: ``wait_for_sleepers`` waits until the code under test has come to its sleep.

    Safe for concurrent use by many threads and by event loops in any of them, and after a fork.
    Closing it ends every sleep with ``ResourceClosed``; a clock that is never closed holds nothing.

    Args:
        now: The instant to begin at, with a zone; kept in UTC.

    Raises:
        InvalidArgument: ``now`` has no zone, or lies outside the years 1 to 9999 in UTC.
    """

    _needs_closing = False

    def __init__(self, *, now: datetime) -> None:
        wall = _wall_ns(now)
        self._reading = _Reading(_instant("now", wall), 0, wall)
        self._lock = threading.Lock()
        self._sleeps: dict[Wait, None] = {}
        self._woken: dict[Wait, None] = {}
        self._watches: dict[Wait, int] = {}
        super().__init__()
        renew_after_fork(self)

    def __repr__(self) -> str:
        """Say what it shows."""
        return f"{type(self).__name__}(now={self._reading.now.isoformat()})"

    def now(self) -> datetime:
        """Return the instant at which the clock stands, in UTC, cut off to the microsecond.

        Raises:
            ResourceClosed: the clock is closed.
        """
        if self._closed:
            self._ensure_open()
        return self._reading[0]

    def monotonic_ns(self) -> int:
        """Return the nanoseconds by which the clock has been advanced so far.

        Raises:
            ResourceClosed: the clock is closed.
        """
        if self._closed:
            self._ensure_open()
        return self._reading[1]

    def advance(self, seconds: float | timedelta) -> None:
        """Move both readings forward in one step, and wake whose time has come, in that order.

        It does not wait until they run. A sleeper that wakes sees the clock where this call left
        it, so what sleeps several times in a row takes as many calls.

        Args:
            seconds: Seconds, rounded to the nearest nanosecond, or a duration; 0 or more.

        Raises:
            InvalidArgument: ``seconds`` is negative, NaN or infinite, or leads too far.
            ResourceClosed: the clock is closed.
        """
        self._advance("seconds", not_negative("seconds", seconds))

    def advance_ns(self, nanoseconds: int) -> None:
        """Move both readings forward like ``advance``, by whole nanoseconds.

        Args:
            nanoseconds: An integer, 0 or more.

        Raises:
            InvalidArgument: ``nanoseconds`` is negative or no integer, or leads too far.
            ResourceClosed: the clock is closed.
        """
        self._advance("nanoseconds", _count("nanoseconds", nanoseconds))

    def shift_wall(self, seconds: float | timedelta) -> None:
        """Set the wall clock, as a time server does: ``now`` steps, the monotonic reading stays.

        Nobody wakes, because sleeps are measured on the monotonic clock.

        Args:
            seconds: Seconds, rounded to the nearest nanosecond, or a duration; back if negative.

        Raises:
            InvalidArgument: ``seconds`` is NaN or infinite, or leads out of the years 1 to 9999.
            ResourceClosed: the clock is closed.
        """
        step = nanoseconds("seconds", seconds)
        with self._lock:
            self._ensure_open()
            _, monotonic, wall = self._reading
            wall += step
            self._reading = _Reading(_instant("seconds", wall), monotonic, wall)

    async def sleep(self, delay: timedelta) -> None:
        """Wait until the clock has been advanced by ``delay``; no real time is waited for.

        Args:
            delay: The time to wait; zero only lets other tasks run.

        Raises:
            InvalidArgument: ``delay`` is negative.
            ResourceClosed: the clock is closed, or becomes so during the wait.
        """
        amount = delay_ns(delay)
        with self._lock:
            self._ensure_open()
            wait = Wait(self._reading.monotonic + amount)
            if amount:
                self._sleeps[wait] = None
                self._call_watches()
            else:
                wait.end(come=True)
        await self._until_ended(wait)

    async def wait_for_sleepers(
        self,
        count: int,
        *,
        timeout: float | timedelta = 10,  # noqa: ASYNC109 - its message says what is missing
    ) -> None:
        """Wait until at least ``count`` coroutines sleep on this clock, in whichever threads.

        Those that an advance has woken must be awake by then. So a test neither advances before
        the code under test has come to its sleep, nor looks before it has gone on; with 0 it only
        waits for the latter. A test without an event loop calls
        ``asyncio.run(clock.wait_for_sleepers(1))``.

        Args:
            count: The number of sleepers, 0 or more.
            timeout: Seconds of real time, or a duration, after which to give up.

        Raises:
            TimeoutError: there are fewer even now; the message says how many there are.
            InvalidArgument: ``count`` is negative or no integer, or ``timeout`` is negative.
            ResourceClosed: the clock is closed, or becomes so during the wait.
        """
        from asyncio import timeout as limit

        _count("count", count)
        seconds = not_negative("timeout", timeout) / SECOND
        try:
            async with limit(seconds):
                while (watch := self._watch(count)) is not None:
                    await self._until_ended(watch)
        except TimeoutError:
            there = _alive(self._sleeps)
            raise TimeoutError(f"{there} of {count} sleepers after {seconds:g} s") from None

    def renew(self) -> None:
        """Forget who waits in the parent after a fork: they belong to its event loops."""
        self._lock = threading.Lock()
        self._sleeps = {}
        self._woken = {}
        self._watches = {}

    def _advance(self, argument: str, amount: int) -> None:
        with self._lock:
            self._ensure_open()
            _, monotonic, wall = self._reading
            monotonic += amount
            wall += amount
            if monotonic > _LATEST:
                raise InvalidArgument(argument, "leads beyond 2^63 - 1 ns since the clock began")
            self._reading = _Reading(_instant(argument, wall), monotonic, wall)
            due = [wait for wait in self._sleeps.copy() if wait.deadline <= monotonic]
            # Stable: of equal deadlines, the one that began first.
            for wait in sorted(due, key=attrgetter("deadline")):
                self._woken[wait] = None
                self._sleeps.pop(wait, None)
                wait.end(come=True)

    def _sleeping(self) -> int:
        """How many sleep; who has been woken but is not awake yet, nobody may overlook: -1."""
        return -1 if _alive(self._woken) else _alive(self._sleeps)

    def _watch(self, count: int) -> Wait | None:
        """Join those who watch for ``count`` sleepers, unless there are as many."""
        watch = Wait(0)
        self._watches[watch] = count  # before counting, lest a change in between go unnoticed
        with self._lock:
            if not self._closed and self._sleeping() < count:
                return watch
        self._watches.pop(watch, None)
        self._ensure_open()
        return None

    def _call_watches(self) -> None:
        if self._watches:
            there = self._sleeping()
            for watch, count in self._watches.copy().items():
                if count <= there:
                    watch.end(come=True)

    async def _until_ended(self, wait: Wait) -> None:
        try:
            come = await wait
        finally:
            # Without the lock: the garbage collector may close a coroutine while we hold it.
            self._watches.pop(wait, None)
            self._sleeps.pop(wait, None)
            self._woken.pop(wait, None)
            self._call_watches()
        if not come:
            raise ResourceClosed(type(self).__name__)

    def _release(self) -> None:
        with self._lock:
            for wait in [*self._sleeps.copy(), *self._watches.copy()]:
                wait.end(come=False)


def _alive(waits: dict[Wait, None]) -> int:
    """How many there are, without those whose event loop is closed: they never go on."""
    return sum(not wait.loop.is_closed() for wait in waits.copy())


def _count(argument: str, number: object) -> int:
    if isinstance(number, bool) or not isinstance(number, int):
        raise InvalidArgument(argument, f"must be an integer, not {type(number).__name__}")
    if number < 0:
        raise InvalidArgument(argument, f"must not be negative, but is {number}")
    return number


def _wall_ns(now: object) -> int:
    if not isinstance(now, datetime):
        raise InvalidArgument("now", f"must be a datetime, not {type(now).__name__}")
    if now.utcoffset() is None:
        hint = "give it one, such as tzinfo=datetime.UTC"
        raise InvalidArgument("now", f"{now.isoformat()} has no time zone: {hint}")
    return (now - _EPOCH) // _MICROSECONDS * MICROSECOND


def _instant(argument: str, wall: int) -> datetime:
    """The last whole microsecond that is not after ``wall``."""
    try:
        return _EPOCH + timedelta(microseconds=wall // MICROSECOND)
    except OverflowError:
        raise InvalidArgument(argument, "leads out of the years 1 to 9999 in UTC") from None

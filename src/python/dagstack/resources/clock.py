"""The clock of the operating system."""

from __future__ import annotations

import threading
import time
from datetime import UTC, datetime, timedelta
from functools import partial

from dagstack.contracts import ResourceClosed
from dagstack.resources.closing import Closable
from dagstack.resources.direct import bind, unbind
from dagstack.resources.duration import SECOND, delay_ns
from dagstack.resources.forking import renew_after_fork
from dagstack.resources.sleeping import Wait


class SystemClock(Closable):
    """The operating system's clocks, and a ``Sleeper`` that takes real time.

    Safe for concurrent use by many threads and by event loops in any of them, and after a fork.
    Closing it ends every sleep with ``ResourceClosed``; a clock that is never closed holds nothing.
    """

    _needs_closing = False

    def __init__(self) -> None:
        super().__init__()
        self._sleeps: dict[Wait, None] = {}
        self._lock = threading.Lock()
        renew_after_fork(self)
        bind(self, SystemClock, now=partial(datetime.now, UTC), monotonic_ns=time.monotonic_ns)

    def __repr__(self) -> str:
        """Say what it is."""
        return f"{type(self).__name__}()"

    def now(self) -> datetime:
        """Return the current instant, in UTC, to the microsecond.

        Raises:
            ResourceClosed: the clock is closed.
        """
        self._ensure_open()
        return datetime.now(UTC)

    def monotonic_ns(self) -> int:
        """Return the nanoseconds since an arbitrary origin; never less than in an earlier call.

        Raises:
            ResourceClosed: the clock is closed.
        """
        self._ensure_open()
        return time.monotonic_ns()

    async def sleep(self, delay: timedelta) -> None:
        """Wait until ``delay`` has passed, and not less.

        Args:
            delay: The time to wait; zero only lets other tasks run.

        Raises:
            InvalidArgument: ``delay`` is negative.
            ResourceClosed: the clock is closed, or becomes so during the wait.
        """
        amount = delay_ns(delay)
        wait = Wait(time.monotonic_ns() + amount)
        with self._lock:
            self._ensure_open()
            self._sleeps[wait] = None
        try:
            if amount:
                _set_timer(wait)
            else:
                wait.timer = wait.loop.call_soon(wait.settle, True)  # noqa: FBT003 - by position
            come = await wait
        finally:
            # Without the lock: the garbage collector may close a coroutine while we hold it.
            self._sleeps.pop(wait, None)
            if wait.timer is not None:
                wait.timer.cancel()
        if not come:
            raise ResourceClosed(type(self).__name__)

    def renew(self) -> None:
        """Forget the sleeps of the parent after a fork: they belong to its event loops."""
        self._lock = threading.Lock()
        self._sleeps = {}

    def _release(self) -> None:
        unbind(self, "now", "monotonic_ns")
        with self._lock:
            for sleep in self._sleeps.copy():
                sleep.end(come=False)


def _set_timer(wait: Wait) -> None:
    """Settle a wait at its deadline and not before, although a loop's timers may go off early."""
    left = wait.deadline - time.monotonic_ns()
    if left > 0:
        wait.timer = wait.loop.call_later(left / SECOND, _set_timer, wait)
    else:
        wait.settle(True)  # noqa: FBT003 - by position

"""The time limits of requests in asyncio: one timer for each loop, whatever runs in it."""

from __future__ import annotations

import asyncio
import math
from enum import Enum
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from dagstack.resources.http.config import HttpTimeouts


class Phase(Enum):
    """What a request does, and so which limit counts; the value says what it is to be late."""

    CONNECT = "no connection in time"
    SEND = "the request's body was not taken in time"
    RECEIVE = "nothing received in time"


DEADLINE = "the overall deadline passed"


class Watches:
    """Watches all requests of a loop by one timer, and cancels the task of one that is late.

    A timer for each request, or for each piece that arrives, would cost more than reading it.
    This one rings when the first limit might have passed, looks when something last happened to
    whom, and is set again. Used in its loop only.
    """

    def __init__(self, limits: HttpTimeouts) -> None:
        """Watch in the running loop."""
        self.loop = asyncio.get_running_loop()
        self._limits = {
            Phase.CONNECT: limits.connect,
            Phase.SEND: limits.send,
            Phase.RECEIVE: limits.receive,
        }
        self._shortest = min(self._limits.values())
        self._watched: dict[asyncio.Task[Any], Watch] = {}
        self._rings = math.inf
        self._timer: asyncio.TimerHandle | None = None

    def begin(self, time_left: float) -> Watch:
        """Watch the current task, which sends one request at a time, in the phase of connecting."""
        task = asyncio.current_task(self.loop)
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        now = self.loop.time()
        watch = self._watched[task] = Watch(self, task, now, now + time_left)
        # No limit can pass before that, whatever the request goes through until then.
        self._ring_at(now + min(self._shortest, time_left))
        return watch

    def end(self, task: asyncio.Task[Any]) -> None:
        """Watch a task no more."""
        self._watched.pop(task, None)

    def connected(self) -> None:
        """Take note that the current task has got its connection."""
        task = asyncio.current_task(self.loop)
        watch = None if task is None else self._watched.get(task)
        if watch is not None:
            watch.turn(Phase.SEND if watch.sends else Phase.RECEIVE)

    def _ring_at(self, when: float) -> None:
        if when < self._rings:
            if self._timer is not None:
                self._timer.cancel()
            self._rings = when
            self._timer = self.loop.call_at(when, self._ring)

    def _ring(self) -> None:
        self._rings, self._timer = math.inf, None
        now = self.loop.time()
        for watch in tuple(self._watched.values()):
            late = watch.seen + self._limits[watch.phase]
            if now < min(late, watch.deadline):
                # The phase that follows may have a shorter limit.
                soon = math.inf if watch.phase is Phase.RECEIVE else now + self._shortest
                self._ring_at(min(late, soon, watch.deadline))
            else:
                self.end(watch.task)
                watch.cancel(DEADLINE if watch.deadline <= late else watch.phase.value)


class Watch:
    """The time limits of one request."""

    __slots__ = ("_all", "_before", "_late", "deadline", "phase", "seen", "sends", "task")

    def __init__(
        self, watches: Watches, task: asyncio.Task[Any], now: float, deadline: float
    ) -> None:
        """Begin in the phase of connecting."""
        self._all = watches
        self.task = task
        self._before = task.cancelling()
        self._late: str | None = None
        self.phase = Phase.CONNECT
        self.sends = False
        """Whether sending is a phase of its own: whether the body is large."""
        self.seen = now
        self.deadline = deadline

    def turn(self, phase: Phase) -> None:
        """Begin another phase."""
        self.phase = phase
        self.seen = self._all.loop.time()

    def progress(self) -> None:
        """Take note that something happened."""
        self.seen = self._all.loop.time()

    def stop(self) -> None:
        """Stop watching."""
        self._all.end(self.task)

    def cancel(self, late: str) -> None:
        """Cancel the task, and remember why."""
        self._late = late
        self.task.cancel()

    @property
    def cancelled(self) -> bool:
        """Whether anybody has cancelled the task since the request began."""
        return self.task.cancelling() > self._before

    def verdict(self, error: BaseException) -> str | None:
        """Which limit ``error`` is about; ``None`` if about none, or if others cancelled, too."""
        if self._late is None:
            return None
        if self.task.uncancel() > self._before or not isinstance(error, asyncio.CancelledError):
            return None
        return self._late

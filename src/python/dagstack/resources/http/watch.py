"""The time limits of one request in asyncio, by one timer that is set anew only when it rings."""

from __future__ import annotations

import asyncio
import math
from contextvars import ContextVar
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dagstack.resources.http.config import HttpTimeouts


class Phase(Enum):
    """What a request does, and so which limit counts; the value says what it is to be late."""

    CONNECT = "no connection in time"
    SEND = "the request's body was not taken in time"
    RECEIVE = "nothing received in time"


DEADLINE = "the overall deadline passed"


class Watch:
    """Cancels the task it was made in when a limit passes, as ``asyncio.timeout`` does.

    A timer for each piece that arrives would cost more than reading it. This one rings when a
    limit might have passed, looks when something last happened, and is set again.
    """

    __slots__ = ("_before", "_deadline", "_handle", "_late", "_limits", "_loop", "_phase", "_seen",
                 "_task", "sends")  # fmt: skip

    def __init__(self, limits: HttpTimeouts, time_left: float) -> None:
        """Begin to watch the current task, in the phase of connecting."""
        self._loop = loop = asyncio.get_running_loop()
        task = asyncio.current_task(loop)
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        self._task = task
        self._before = task.cancelling()
        self._limits = limits
        self._phase = Phase.CONNECT
        self.sends = False
        """Whether sending is a phase of its own: whether the body is large."""
        self._late: str | None = None
        self._seen = now = loop.time()
        self._deadline = now + time_left
        self._handle = loop.call_at(min(self._deadline, now + limits.shortest), self._look)

    def connected(self) -> None:
        """Take note that there is a connection."""
        self._phase = Phase.SEND if self.sends else Phase.RECEIVE
        self._seen = self._loop.time()

    def sent(self) -> None:
        """Take note that the server has the whole request."""
        self._phase = Phase.RECEIVE
        self._seen = self._loop.time()

    def progress(self) -> None:
        """Take note that something happened."""
        self._seen = self._loop.time()

    def stop(self) -> None:
        """Stop watching."""
        self._handle.cancel()

    def verdict(self, error: BaseException) -> str | None:
        """Which limit ``error`` is about; ``None`` if about none, or if others cancelled, too."""
        if self._late is None:
            return None
        if self._task.uncancel() > self._before or not isinstance(error, asyncio.CancelledError):
            return None
        return self._late

    def _look(self) -> None:
        limits, now = self._limits, self._loop.time()
        limit = {
            Phase.CONNECT: limits.connect,
            Phase.SEND: limits.send,
            Phase.RECEIVE: limits.receive,
        }[self._phase]
        if now < min(self._deadline, self._seen + limit):
            # The next phase may have a shorter limit than this one.
            soon = now + limits.shortest if self._phase is not Phase.RECEIVE else math.inf
            self._handle = self._loop.call_at(
                min(self._deadline, self._seen + limit, soon), self._look
            )
            return
        self._late = DEADLINE if self._deadline <= self._seen + limit else self._phase.value
        self._task.cancel()


current: ContextVar[Watch] = ContextVar("watch")
"""The watch of the request that the current task sends."""

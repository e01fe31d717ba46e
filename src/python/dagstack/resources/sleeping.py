"""Waiting: one coroutine each, ended from any thread, never blocking an event loop."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from asyncio import AbstractEventLoop, Handle
    from collections.abc import Generator


class Wait:
    """One coroutine that waits in the event loop that runs it; awaited at most once.

    Its result says whether what it waits for has come; otherwise the clock was closed.
    """

    __slots__ = ("_future", "deadline", "loop", "timer")

    def __init__(self, deadline: int) -> None:
        """Wait until ``deadline``, in nanoseconds of the clock that is asked."""
        from asyncio import get_running_loop

        self.deadline = deadline
        self.loop: AbstractEventLoop = get_running_loop()
        self.timer: Handle | None = None
        self._future = self.loop.create_future()

    def __await__(self) -> Generator[Any, None, bool]:
        """Wait until somebody ends it."""
        return self._future.__await__()

    def end(self, *, come: bool) -> None:
        """Wake the coroutine, from any thread. Those of one loop wake in the order of these calls.

        Nothing happens if the coroutine is awake already, or if its loop is closed.
        """
        # Also in the loop's own thread, or else the order would depend on who calls.
        with suppress(RuntimeError):
            self.loop.call_soon_threadsafe(self.settle, come)

    def settle(self, come: bool) -> None:  # noqa: FBT001 - loops pass arguments by position
        """Do the same in the loop's own thread, at once."""
        if not self._future.done():
            self._future.set_result(come)

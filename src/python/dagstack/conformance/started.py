"""Calls that go on while a case does."""

from __future__ import annotations

import asyncio
from concurrent.futures import Future
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterator


class Started:
    """A call that began in this event loop.

    Args:
        call: Makes the call.
        turns: Numbers the calls of a case as they end.
    """

    def __init__(
        self, call: Callable[[], Coroutine[Any, Any, object]], turns: Iterator[int]
    ) -> None:
        self.turn: int | None = None
        """When it ended, among others; nothing before."""
        self._turns = turns
        self._over: Future[object] = Future()
        self._over.set_running_or_notify_cancel()  # who stops waiting does not cancel it
        self._loop = asyncio.get_running_loop()
        self._task = asyncio.create_task(self._run(call))

    async def _run(self, call: Callable[[], Coroutine[Any, Any, object]]) -> None:
        try:
            result = await call()
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            self.turn = next(self._turns)
            self._over.set_exception(error)
        else:
            self.turn = next(self._turns)
            self._over.set_result(result)

    async def result(self) -> object:
        """Wait for its end, from any event loop."""
        waiting = asyncio.wrap_future(self._over)
        await asyncio.wait([waiting])
        return waiting.result()

    def cancel(self) -> None:
        """Ask it to end; it may do so later."""
        if asyncio.get_running_loop() is self._loop:
            self._task.cancel()
        else:
            self._loop.call_soon_threadsafe(self._task.cancel)

    async def end(self) -> None:
        """Cancel it if it still runs, and see it end."""
        if not self._task.done():
            self._task.cancel()
        await asyncio.wait([self._task])
        if self._over.done():
            self._over.exception()

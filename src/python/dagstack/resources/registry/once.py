"""Closing once, where later callers wait until it is done."""

from __future__ import annotations

import asyncio

from dagstack.resources.closing import AsyncClosable
from dagstack.resources.sleeping import Wait


class ClosedOnce(AsyncClosable):
    """A thing whose ``aclose`` comes back only when all is closed, whoever began it.

    The first call reports what failed. Later ones, from any thread and any event loop, wait for it
    without blocking their loop and report nothing; one from inside the closing does not wait.
    """

    def __init__(self) -> None:
        super().__init__()
        self._done = False
        self._closer: asyncio.Task[object] | None = None
        self._waiting: dict[Wait, None] = {}

    async def aclose(self) -> None:
        """Close, or wait until whoever closes is done."""
        if not self._begin_closing():
            await self._until_done()
            return
        self._closer = _task()
        try:
            await self._release()
        finally:
            self._done, self._closer = True, None
            for wait in self._waiting.copy():
                wait.end(come=True)

    async def _until_done(self) -> None:
        task = _task()
        if task is None or task is self._closer:
            return
        wait = Wait(0)
        self._waiting[wait] = None
        try:
            if not self._done:  # looked at after waiting was announced, so no end is missed
                await wait
        finally:
            self._waiting.pop(wait, None)


def _task() -> asyncio.Task[object] | None:
    """The task that runs, or ``None`` outside of asyncio."""
    try:
        return asyncio.current_task()
    except RuntimeError:
        return None

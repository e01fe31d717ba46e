"""Blocking work in a thread, for `asyncio` and for `trio`.

The threads are those of the event loop that asks, so there is nothing to close, and nothing that a
fork leaves without its threads.
"""

from __future__ import annotations

import asyncio
import sys
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")


async def look(work: Callable[[], T]) -> T:
    """Run work that changes nothing; if the task is cancelled, nobody waits for its end."""
    if _in_trio():
        return await _in_thread_of_trio(work, abandon=True)
    return await asyncio.get_running_loop().run_in_executor(None, work)


async def change(work: Callable[[], T]) -> T:
    """Run work that changes something, to its end, even if the task is cancelled meanwhile."""
    if _in_trio():
        return await _in_thread_of_trio(work, abandon=False)
    running = asyncio.get_running_loop().run_in_executor(None, work)
    cancelled: asyncio.CancelledError | None = None
    while not running.done():
        try:
            await asyncio.wait([running])
        except asyncio.CancelledError as error:  # maybe not the first: timeouts insist
            cancelled = error
    if cancelled is None:
        return running.result()
    running.exception()  # nobody else will look at it
    raise cancelled


def _in_trio() -> bool:
    if "trio" not in sys.modules:
        return False
    import trio

    return trio.lowlevel.in_trio_run()


async def _in_thread_of_trio(work: Callable[[], T], *, abandon: bool) -> T:
    import trio

    return await trio.to_thread.run_sync(work, abandon_on_cancel=abandon)

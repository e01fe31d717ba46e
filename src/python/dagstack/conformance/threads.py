"""Work in threads of its own, each with an event loop of its own, as plugins of one host run."""

from __future__ import annotations

import asyncio
import contextvars
import sys
import threading
from concurrent.futures import Future
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Generator, Sequence

T = TypeVar("T")


class Worker:
    """One thread with one event loop that does one piece of work."""

    def __init__(
        self,
        work: Callable[[], Coroutine[Any, Any, object]],
        gate: threading.Barrier | None = None,
    ) -> None:
        self.done: Future[Any] = Future()
        self.done.set_running_or_notify_cancel()  # who stops waiting does not cancel it
        self._work = work
        self._gate = gate
        self._lock = threading.Lock()
        self._cancelled = False
        self._running: tuple[asyncio.AbstractEventLoop, asyncio.Task[Any]] | None = None
        context = contextvars.copy_context()
        # A daemon, so that an implementation that hangs cannot keep the process from ending.
        self.thread = threading.Thread(
            target=context.run, args=(self._run,), name="conformance", daemon=True
        )
        self.thread.start()

    def cancel(self) -> None:
        """Ask the work to end, if it still runs, or is yet to begin."""
        with self._lock:
            self._cancelled = True
            if self._running is not None:
                loop, task = self._running
                loop.call_soon_threadsafe(task.cancel)

    def _run(self) -> None:
        try:
            if self._gate is not None:
                self._gate.wait()
            result = asyncio.run(self._main())
        except BaseException as error:  # noqa: BLE001 - whoever waits gets it
            self.done.set_exception(error)
        else:
            self.done.set_result(result)

    async def _main(self) -> object:
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine runs in a task
        with self._lock:
            self._running = asyncio.get_running_loop(), task
            if self._cancelled:
                task.cancel()
        try:
            return await self._work()
        finally:
            with self._lock:
                self._running = None


@contextmanager
def eager_switching() -> Generator[None]:
    """Have the interpreter switch threads as often as it can.

    Within its usual 5 ms one does more than most tests ask for, and nobody would come between.
    """
    usual = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        yield
    finally:
        sys.setswitchinterval(usual)


async def in_threads(works: Sequence[Callable[[], Coroutine[Any, Any, T]]]) -> list[T]:
    """Do several pieces of work at the same time, each in a thread of its own.

    All begin together, and give way to each other as often as they can. When one fails, the others
    are cancelled, and its error is raised.
    """
    gate = threading.Barrier(len(works)) if works else None
    workers = [Worker(work, gate) for work in works]
    waiting = [asyncio.wrap_future(worker.done) for worker in workers]
    with eager_switching():
        try:
            results: list[T] = await asyncio.gather(*waiting)
        except BaseException:
            for worker in workers:
                worker.cancel()
            await asyncio.wait(waiting)
            raise
    return results

"""Running the same thing in many threads at once."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable

R = TypeVar("R")


def in_threads(count: int, task: Callable[[int], R]) -> list[R]:
    """Run ``task(0)`` to ``task(count - 1)``, each in a thread, all beginning at one moment."""
    start = threading.Barrier(count)

    def run(number: int) -> R:
        start.wait()
        return task(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(run, range(count)))

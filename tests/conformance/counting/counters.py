"""A counter as it should be."""

from __future__ import annotations

import asyncio
import threading
from pathlib import Path
from typing import Any

from dagstack.conformance import Harness
from tests.conformance.counting import Entry, OutOfRange


class GoodCounter:
    """Counts, in any thread."""

    def __init__(self, start: int = 0) -> None:
        self.count = start
        self.closed = 0
        self._lock = threading.Lock()

    @property
    def place(self) -> Path:
        """Somewhere."""
        return Path("/count")

    def add(self, amount: int = 1, *, twice_: bool = False) -> int:
        """Count on, unless the amount is negative."""
        if amount < 0:
            raise OutOfRange(amount, ("negative",))
        with self._lock:
            self.count += amount * (2 if twice_ else 1)
            return self.count

    async def wait(self, count: int) -> None:
        """Wait until the count is reached."""
        while self.count < count:  # noqa: ASYNC110 - another thread may count
            await asyncio.sleep(0)

    def next_one(self) -> GoodCounter:
        """Begin where this one is."""
        return GoodCounter(self.count)

    def reset(self, to: int) -> None:
        """Set the count."""
        self.count = to

    def fork(self) -> GoodCounter:
        """Do the same as an action."""
        return self.next_one()

    def entry(self) -> Entry:
        """Tell the count as a record."""
        return Entry("count", (self.count,))

    async def aclose(self) -> None:
        """Note it."""
        self.closed += 1


def harness(make: Any = GoodCounter, **rest: Any) -> Harness:  # noqa: ANN401 - any fields
    """Describe a counter."""
    fields = {"name": "GoodCounter", "subjects": {"Counter": make}, "has": ["shared"], **rest}
    return Harness(**fields)

"""Things to register, which write down when they are closed."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime


class Closing:
    """A thing whose ``close`` is written down, and may fail."""

    def __init__(self, log: list[str], name: str, error: BaseException | None = None) -> None:
        self.log, self.name, self.error = log, name, error

    def close(self) -> None:
        """Write it down, then fail if told so."""
        self.log.append(self.name)
        if self.error is not None:
            raise self.error


class AsyncClosing(Closing):
    """The same with ``aclose``, which lets other tasks run."""

    async def aclose(self) -> None:
        """Write it down at the end."""
        await asyncio.sleep(0)
        self.close()


class FixedClock:
    """The smallest ``Clock``."""

    def now(self) -> datetime:
        """Return always the same."""
        return datetime(2000, 1, 1, tzinfo=UTC)

    def monotonic_ns(self) -> int:
        """Return always the same."""
        return 0

"""A package as the generator would print it, small enough to test the runner with."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import TYPE_CHECKING, Protocol, runtime_checkable

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


@runtime_checkable
class Counter(Protocol):
    """Something that counts."""

    @property
    def place(self) -> Path:
        """Where it keeps the count."""
        ...

    def add(self, amount: int = 1, *, twice_: bool = False) -> int:
        """Count on, and return the count."""
        ...

    async def wait(self, count: int) -> None:
        """Wait until the count is reached."""
        ...

    def next_one(self) -> Counter:
        """Return another one."""
        ...


class Mode(Enum):
    """A direction."""

    UP = "up"
    DOWN = "down"


@dataclass(frozen=True)
class Entry:
    """A record."""

    name: str
    counts: Sequence[int]


class CountingError(Exception):
    """The root."""


class OutOfRange(CountingError):  # noqa: N818 - a spec names it
    """A refusal."""

    def __init__(self, amount_: int, tags: Sequence[str] = ()) -> None:
        super().__init__(f"{amount_} is out of range")
        self.amount_ = amount_
        self.tags = tags

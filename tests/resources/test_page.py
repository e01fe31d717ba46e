"""The page of the standard resources: its clock, rng and tmpdir, and its examples."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any, Protocol

from dagstack.resources import (
    DeterministicRng,
    FrozenClock,
    RandomRng,
    SystemClock,
    SystemTempDir,
)

if TYPE_CHECKING:
    from pathlib import Path


class Clock(Protocol):
    """As the page has it."""

    def now(self) -> datetime:
        """Current time. Takes no arguments."""
        ...

    def monotonic_ns(self) -> int:
        """Monotonic counter in nanoseconds, used to measure intervals."""
        ...


class Rng(Protocol):
    """As the page has it."""

    def next_float(self) -> float:
        """[0.0, 1.0)."""
        ...

    def next_int(self, low: int, high: int) -> int:
        """[low, high]."""
        ...

    def uuid4(self) -> str:
        """A random UUID v4."""
        ...

    def choice(self, items: list[Any]) -> Any:  # noqa: ANN401 - as the page has it
        """A random element of the list."""
        ...


class TempDir(Protocol):
    """As the page has it, with a path that nobody sets."""

    @property
    def path(self) -> Path:
        """The folder."""
        ...

    def create_file(self, name: str, *, suffix: str = "") -> Path:
        """A file in it."""
        ...

    def create_subdir(self, name: str) -> Path:
        """A folder in it."""
        ...


CLOCKS: tuple[type[Clock], ...] = (SystemClock, FrozenClock)
RNGS: tuple[type[Rng], ...] = (RandomRng, DeterministicRng)
TEMP_DIRS: tuple[type[TempDir], ...] = (SystemTempDir,)


def test_a_frozen_clock_is_given_its_now_and_advanced_by_seconds() -> None:
    """``FrozenClock(now=…)``, and ``advance(seconds=…)`` to move time forward."""
    clock = FrozenClock(now=datetime(2026, 1, 1, tzinfo=UTC))
    clock.advance(seconds=90)

    assert clock.now() == datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=90)
    assert clock.monotonic_ns() == 90_000_000_000


def test_a_seed_is_given_by_name_and_gives_a_reproducible_stream() -> None:
    """``DeterministicRng(*, seed=…)``."""

    def stream() -> list[object]:
        rng = DeterministicRng(seed=42)
        return [rng.next_float(), rng.next_int(1, 6), rng.uuid4(), rng.choice(["a", "b"])]

    assert stream() == stream()


def test_a_temporary_directory_cleans_up_by_itself(tmp_path: Path) -> None:
    """``path``, ``create_file`` and ``create_subdir``."""
    with SystemTempDir(tmp_path) as folder:
        assert folder.create_file("report", suffix=".csv") == folder.path / "report.csv"
        assert folder.create_subdir("parts").is_dir()

    assert list(tmp_path.iterdir()) == []

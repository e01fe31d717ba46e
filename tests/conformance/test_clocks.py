"""Clocks before their suite."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, ClassVar

import pytest

from dagstack.conformance.pytest import ClockConformance, conformance
from dagstack.contracts import ForwardingClock
from dagstack.resources import FrozenClock, SystemClock

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dagstack.conformance import Factory


class TestFrozenClock(ClockConformance):
    """The clock that stands still."""

    stands_for: ClassVar[Sequence[str]] = ("Clock", "Sleeper", "FrozenClock")

    @pytest.fixture
    def subjects(self) -> Mapping[str, Factory]:
        """Make one that begins at any instant, or at the one that the case says."""

        def make() -> FrozenClock:
            return FrozenClock(now=datetime(2026, 1, 1, tzinfo=UTC))

        return {"Clock": make, "Sleeper": make, "FrozenClock": FrozenClock}


class TestSystemClock(ClockConformance):
    """The clocks of the operating system."""

    stands_for: ClassVar[Sequence[str]] = ("Clock", "Sleeper", "SystemClock")

    @pytest.fixture
    def make(self) -> Factory:
        """Make one."""
        return SystemClock


@pytest.fixture
def forwarding_clock() -> Factory:
    """Wrap a system clock, which need not be closed."""
    return lambda: ForwardingClock(SystemClock())


async def close(clock: ForwardingClock) -> None:
    """Close what is wrapped."""
    assert isinstance(clock.inner, SystemClock)
    clock.inner.close()


test_forwarding_clock = conformance(
    "clock",
    name="ForwardingClock",
    actions={"Clock.close": close},
    Clock="forwarding_clock",
)

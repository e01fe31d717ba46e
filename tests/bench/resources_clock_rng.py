"""Rows for the clocks and the sources of randomness: each call beside its nearest peer."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import time_machine

from dagstack.resources import DeterministicRng, FrozenClock, RandomRng, SystemClock
from tests.bench.row import CALLS, Row, bare

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 1, 1, tzinfo=UTC)


def travelled() -> Callable[[], object]:
    """The time of day under time-machine, whose travel begins and ends around the statement."""
    run = bare("now(UTC)", now=datetime.now, UTC=UTC)

    def measured() -> None:
        with time_machine.travel(NOW, tick=False):
            run()

    return measured


def rows() -> list[Row]:
    """All rows; each call runs 10 000 times."""
    seeded = random.Random(1)  # noqa: S311 - the peer
    system = random.SystemRandom()
    ours = DeterministicRng(seed=1)
    now = bare("datetime.now(UTC)", datetime=datetime, UTC=UTC)
    return [
        Row(
            "SystemClock.now / datetime.now(UTC)",
            bare("c.now()", c=SystemClock()),
            now,
            1.15,
            CALLS,
        ),
        Row(
            "FrozenClock.now / time-machine's frozen now",
            bare("c.now()", c=FrozenClock(now=NOW)),
            travelled(),
            0.1,
            CALLS,
        ),
        Row(
            "DeterministicRng.next_float / random.Random.random",
            bare("r.next_float()", r=ours),
            bare("r.random()", r=seeded),
            None,
            CALLS,
        ),
        Row(
            "DeterministicRng.next_int / random.Random.randint",
            bare("r.next_int(1, 6)", r=ours),
            bare("r.randint(1, 6)", r=seeded),
            None,
            CALLS,
        ),
        Row(
            "RandomRng.next_float / random.SystemRandom.random",
            bare("r.next_float()", r=RandomRng()),
            bare("r.random()", r=system),
            None,
            CALLS,
        ),
    ]

"""Rows for the clocks and the sources of randomness: each call beside its nearest peer."""

from __future__ import annotations

import random
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import time_machine

from dagstack.resources import DeterministicRng, FrozenClock, RandomRng, SystemClock

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Row(NamedTuple):
    """One call of ours and what it is compared with."""

    name: str
    ours: Callable[[], object]
    peer: Callable[[], object]
    goal: float | None
    """The greatest ratio of their times; ``None`` if it is only reported."""


def bare(statement: str, **names: object) -> Callable[[], object]:
    """A statement as a caller writes it, repeated so often that calling this does not count."""
    body = "\n".join([f"        {statement}"] * 20)
    head = ", ".join(f"{name}={name}" for name in names)
    source = f"def run({head}):\n    for _ in range(500):\n{body}\n"
    namespace = dict(names)
    exec(source, namespace)  # noqa: S102 - text of our own
    return namespace["run"]  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


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
        Row("SystemClock.now / datetime.now(UTC)", bare("c.now()", c=SystemClock()), now, 1.15),
        Row(
            "FrozenClock.now / time-machine's frozen now",
            bare("c.now()", c=FrozenClock(now=NOW)),
            travelled(),
            0.1,
        ),
        Row(
            "DeterministicRng.next_float / random.Random.random",
            bare("r.next_float()", r=ours),
            bare("r.random()", r=seeded),
            None,
        ),
        Row(
            "DeterministicRng.next_int / random.Random.randint",
            bare("r.next_int(1, 6)", r=ours),
            bare("r.randint(1, 6)", r=seeded),
            None,
        ),
        Row(
            "RandomRng.next_float / random.SystemRandom.random",
            bare("r.next_float()", r=RandomRng()),
            bare("r.random()", r=system),
            None,
        ),
    ]

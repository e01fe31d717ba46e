"""What a resource's call costs beside a peer's that does the same."""

from __future__ import annotations

import inspect
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.bench.measure import Spread, spread

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

ROUNDS = 15
LEAST_SECONDS = 0.05
"""How long a round of either side takes at least, so that the timer does not count."""


@dataclass(frozen=True)
class Row:
    """Two ways to do the same, as calls that end at once or can be awaited."""

    name: str
    ours: Callable[[], Awaitable[object] | object]
    peer: Callable[[], Awaitable[object] | object]
    goal: float | None
    """The greatest ratio that is good; ``None`` where none was set."""
    calls: int = 1
    """How many calls of the resource ``ours`` and ``peer`` each make."""
    cpu: bool = False
    """Compare CPU time, not wall time: for calls that mostly wait for a server."""


@dataclass(frozen=True)
class Comparison:
    """What was measured."""

    row: Row
    seconds: float
    """Of one call of ours, the median."""
    ratio: Spread


CALLS = 10_000
"""How often what ``bare`` makes runs its statement."""


def bare(statement: str, **names: object) -> Callable[[], object]:
    """A statement as a caller writes it, repeated so often that calling this does not count."""
    body = "\n".join([f"        {statement}"] * 20)
    head = ", ".join(f"{name}={name}" for name in names)
    namespace = dict(names)
    source = f"def run({head}):\n    for _ in range({CALLS // 20}):\n{body}\n"
    exec(source, namespace)  # noqa: S102 - text of our own
    return namespace["run"]  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


async def compare(row: Row) -> Comparison:
    """Run both sides in turn, in this event loop, and compare them round by round."""
    timer = time.process_time if row.cpu else time.perf_counter
    repetitions = await _repetitions(row, timer)
    ours: list[float] = []
    ratios: list[float] = []
    for _ in range(ROUNDS):
        mine = await _timed(row.ours, repetitions, timer)
        peers = await _timed(row.peer, repetitions, timer)
        ours.append(mine)
        ratios.append(mine / peers)
    seconds = spread(ours).median / (repetitions * row.calls)
    return Comparison(row, seconds, spread(ratios))


async def _repetitions(row: Row, timer: Callable[[], float]) -> int:
    repetitions = 1
    while True:
        taken = [await _timed(call, repetitions, timer) for call in (row.ours, row.peer)]
        if min(taken) >= LEAST_SECONDS:
            return repetitions
        repetitions *= 4


async def _timed(call: Callable[[], object], repetitions: int, timer: Callable[[], float]) -> float:
    start = timer()
    for _ in range(repetitions):
        result = call()
        if inspect.isawaitable(result):
            await result
    return timer() - start

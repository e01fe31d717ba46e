"""The table of resources: every row of the modules ``resources_*`` beside this one."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING

from tests.bench import (
    resources_blobs,
    resources_clock_rng,
    resources_http,
    resources_registry,
)
from tests.bench.row import compare

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tests.bench.row import Comparison, Row

GROUPS: tuple[Callable[[], list[Row]], ...] = (
    resources_clock_rng.rows,
    resources_blobs.rows,
    resources_http.rows,
    resources_registry.rows,
)


def table() -> Iterator[str]:
    """Measure row by row, and show each as soon as it is done."""
    yield "\n## The resources: a call of ours / the same by its peer\n"
    yield "| call | ours | ratio, median (min-max) | goal |"
    yield "| --- | --- | --- | --- |"
    for group in GROUPS:
        with asyncio.Runner() as runner:
            # The peers have nobody here who closes them, and say so when they are collected.
            runner.get_loop().set_exception_handler(lambda _loop, _context: None)
            for row in group():
                yield _line(runner.run(compare(row)))


def _line(result: Comparison) -> str:
    row, ratio = result.row, result.ratio
    verdict = "none set"
    if row.goal is not None:
        verdict = f"{row.goal}: {'met' if ratio.median <= row.goal else 'MISSED'}"
    spread = f"{ratio.median:.2f} ({ratio.low:.2f}-{ratio.high:.2f})"
    return f"| {row.name} | {_time(result.seconds)} | {spread} | {verdict} |"


def _time(seconds: float) -> str:
    for unit, size in (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6)):
        if seconds >= size:
            return f"{seconds / size:.1f} {unit}"
    return f"{seconds / 1e-9:.0f} ns"

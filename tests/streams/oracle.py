"""Long mixed streams of ``random.Random``, as a text that a test in any language can read.

A line is one draw and what comes of it::

    seed 42                  a new generator
    f 3fe4762f8b1c8ac0       a float, by its bits
    i -10 10 -3              an integer between two, both included
    c 5 0                    the index of a choice among as many
    u 9a1de644-815e-...      a UUID
"""

from __future__ import annotations

import random
import struct
import uuid
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

SEEDS = 64
DRAWS = 10_000
SAFE = range(1 - 2**53, 2**53)
"""Bounds that are exact in every language."""

WIDE = range(-(2**63), 2**63)
"""Bounds of languages whose integers have 64 bits: widths of 65 bits take three words."""


def seeds(count: int = SEEDS) -> list[int]:
    """Seeds of all sizes, from 0 to the greatest one."""
    edges = [0, 1, 2**31, 2**32 - 1, 2**32, 2**32 + 1, 2**53 - 1, 2**53, 2**63, 2**64 - 1]
    chooser = random.Random(2026)  # noqa: S311  (the same each time, so that a failure comes back)
    found = dict.fromkeys(edges)
    while len(found) < count:
        found[chooser.getrandbits(chooser.randint(1, 64))] = None
    return list(found)


def stream(seed: int, bounds: range) -> Iterator[str]:
    """The lines of one seed: which draws they are differs from seed to seed."""
    plan = random.Random(f"plan of {seed}")  # noqa: S311
    source = random.Random(seed)  # noqa: S311
    yield f"seed {seed}"
    for _ in range(DRAWS):
        match plan.randrange(4):
            case 0:
                yield f"f {struct.pack('>d', source.random()).hex()}"
            case 1:
                low, high = _ends(plan, bounds)
                yield f"i {low} {high} {source.randint(low, high)}"
            case 2:
                count = plan.choice((1, 2, 3, 4, 5, 7, 8, 100, 1024))
                yield f"c {count} {source.choice(range(count))}"
            case _:
                yield f"u {uuid.UUID(int=source.getrandbits(128), version=4)}"


def _ends(plan: random.Random, bounds: range) -> tuple[int, int]:
    """Ranges of one integer, of powers of two and beside them, and of all that there is."""
    first, last = bounds[0], bounds[-1]
    match plan.randrange(4):
        case 0:
            at = plan.randint(first, last)
            return at, at
        case 1:
            width = 2 ** plan.randint(0, last.bit_length() - 1) + plan.choice((-1, 0, 1))
            low = plan.randint(first, last - width)
            return low, low + width
        case 2:
            return first, last
        case _:
            low, high = sorted((plan.randint(first, last), plan.randint(first, last)))
            return low, high


def whole(bounds: range) -> Iterator[str]:
    """All streams, line by line."""
    for seed in seeds():
        yield from stream(seed, bounds)

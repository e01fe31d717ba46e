"""Draws of several threads, and of forked processes."""

from __future__ import annotations

import ast
import random
import subprocess
import sys
from functools import partial
from itertools import chain
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from dagstack.conformance.threads import eager_switching
from dagstack.resources import DeterministicRng, RandomRng
from dagstack.resources import draws as draws_module
from dagstack.resources.draws import Draws, LockedDraws
from tests.resources.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

SEED = 5
WIDE = 2**40
"""An upper bound for which one of two attempts is refused, and no two values are alike."""


class Drawn(NamedTuple):
    """One draw of one thread."""

    kind: int
    value: float


def draw(rng: DeterministicRng, kind: int) -> float:
    """Draw in one of three ways."""
    match kind:
        case 0:
            return rng.next_float()
        case 1:
            return rng.next_int(0, WIDE)
        case _:
            return rng.choice(range(WIDE + 1))


def without_order(logs: Sequence[Sequence[Drawn]]) -> int:
    """How many draws fit no order of whole draws, one after the other.

    CPython's own generator is at one place of the stream; some thread's next draw must be what it
    gives there. Floats come first: an integer fits as well where its refused attempts were, in
    truth, somebody's float.
    """
    oracle = random.Random(SEED)  # noqa: S311 - the oracle
    integer = partial(oracle.randint, 0, WIDE)
    draws: list[Callable[[], float]] = [oracle.random, integer, integer]
    waiting = [list(reversed(log)) for log in logs]
    while waiting := [log for log in waiting if log]:
        state: tuple[Any, ...] = oracle.getstate()
        for log in sorted(waiting, key=lambda log: log[-1].kind):
            oracle.setstate(state)
            if draws[log[-1].kind]() == log[-1].value:
                log.pop()
                break
        else:
            break
    return sum(map(len, waiting))


def drawn_in_threads(rng: DeterministicRng) -> list[list[Drawn]]:
    """Let four threads draw in all ways."""
    with eager_switching():
        return in_threads(
            4, lambda number: [Drawn(k % 3, draw(rng, k % 3)) for k in range(number, number + 150)]
        )


@pytest.mark.parametrize("make", [Draws, LockedDraws])
def test_each_draw_is_atomic(
    make: Callable[[random.Random], Draws], monkeypatch: pytest.MonkeyPatch
) -> None:
    """What four threads drew is what one would have drawn, in some order; nothing is torn."""
    monkeypatch.setattr("dagstack.resources.draws.atomic", make)
    for _ in range(3):
        assert without_order(drawn_in_threads(DeterministicRng(seed=SEED))) == 0


def test_a_torn_draw_would_be_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    """A float that another thread draws between two attempts at an integer fits no order."""
    floats: list[Drawn] = []

    class Torn(Draws):
        def below(self, width: int) -> int:
            while (value := self.bits(width.bit_length())) >= width:
                floats.append(Drawn(0, self.fraction()))  # as another thread might
            return value

    monkeypatch.setattr("dagstack.resources.draws.atomic", Torn)
    rng = DeterministicRng(seed=SEED)

    assert without_order([[Drawn(1, draw(rng, 1)) for _ in range(9)], floats]) > 0


def test_threads_share_the_values_of_one_stream() -> None:
    """Eight threads together draw each float of the stream once."""
    rng = DeterministicRng(seed=SEED)
    with eager_switching():
        drawn = in_threads(8, lambda _: [rng.next_float() for _ in range(500)])
    alone = DeterministicRng(seed=SEED)

    assert sorted(alone.next_float() for _ in range(4000)) == sorted(chain(*drawn))


def test_without_a_global_lock_there_is_one_of_our_own(monkeypatch: pytest.MonkeyPatch) -> None:
    """A Python whose threads run C side by side gets draws that wait for each other."""
    assert type(draws_module.atomic(random.Random(1))) is Draws  # noqa: S311
    monkeypatch.setattr(sys, "_is_gil_enabled", lambda: False, raising=False)
    rng = DeterministicRng(seed=0)

    assert type(draws_module.atomic(random.Random(1))) is LockedDraws  # noqa: S311
    oracle = random.Random(0)  # noqa: S311 - the oracle
    assert [oracle.random(), oracle.randint(1, 6), oracle.choice("abc")] == [
        rng.next_float(),
        rng.next_int(1, 6),
        rng.choice("abc"),
    ]


def test_the_systems_source_never_repeats_itself_across_threads() -> None:
    """Eight threads draw no value twice."""
    rng = RandomRng()
    drawn = in_threads(8, lambda _: [rng.uuid4() for _ in range(200)])

    assert len({*chain(*drawn)}) == 1600


def forked(source: str) -> tuple[list[float], list[float]]:
    """What parent and child draw after a fork, from a source that had been used before."""
    script = f"""
import os, random
from dagstack.resources import DeterministicRng, RandomRng
from dagstack.resources.draws import LockedDraws

def locked(seed):
    import dagstack.resources.draws as draws
    draws.atomic = LockedDraws
    rng = DeterministicRng(seed=seed)
    rng._draws._lock.acquire()
    return rng

rng = {source}
draw = lambda: [rng.next_float(), rng.next_int(0, 2**60)]
if "locked" not in {source!r}: draw()
read, write = os.pipe()
if not os.fork():
    os.write(write, repr(draw()).encode())
    os._exit(0)
os.wait()
if "locked" in {source!r}: rng._draws._lock.release()
print((draw(), eval(os.read(read, 1000))))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, timeout=20
    )
    parent, child = ast.literal_eval(done.stdout.decode())
    return parent, child


def test_after_a_fork_the_systems_source_differs_in_parent_and_child() -> None:
    """Neither of them draws what the other does."""
    parent, child = forked("RandomRng()")

    assert set() == {*parent} & {*child}


def test_after_a_fork_a_seed_determines_both_streams() -> None:
    """Parent and child draw the same, and no lock of another thread stops the child."""
    for source in ("DeterministicRng(seed=1)", "locked(1)"):
        parent, child = forked(source)

        assert parent == child

"""What comes with the runner for sources of randomness."""

from __future__ import annotations

import os
import threading
import warnings
from collections import Counter
from typing import TYPE_CHECKING, Final

from dagstack.conformance.harness import Surroundings
from dagstack.conformance.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from dagstack.conformance.stage import ByHand
    from dagstack.contracts import Rng

_DRAWS: Final = 20_000


def floats_have_53_random_bits(case: ByHand) -> None:
    """Every float is a whole number of 2^-53, of either parity."""
    rng: Rng = case["rng"]
    scaled = [rng.next_float() * 2**53 for _ in range(2000)]
    case.expect(all(each.is_integer() for each in scaled), "a float has more than 53 bits")
    parities = {int(each) % 2 for each in scaled}
    case.expect(parities == {0, 1}, "the last of the 53 bits is the same in 2000 floats")


def all_results_are_equally_likely(case: ByHand) -> None:
    """Chi-square over a fixed number of draws."""
    rng: Rng = case["rng"]
    ten = list(range(10))
    ways: list[tuple[str, Callable[[], int], Sequence[int], float]] = [
        ("integers from 1 to 6", lambda: rng.next_int(1, 6), range(1, 7), 50.8),
        ("integers from 1 to 8", lambda: rng.next_int(1, 8), range(1, 9), 55.9),
        ("integers from -1 to 1", lambda: rng.next_int(-1, 1), range(-1, 2), 41.4),
        ("choices of ten items", lambda: rng.choice(ten), ten, 60.7),
        ("floats in 16 parts", lambda: int(rng.next_float() * 16), range(16), 75.0),
    ]
    for what, draw, possible, bound in ways:
        counts = Counter(draw() for _ in range(_DRAWS))
        missing = sorted(set(possible) - set(counts))
        case.expect(not missing, f"{what}: {missing} never came up")
        expected = _DRAWS / len(possible)
        chi = sum((counts[each] - expected) ** 2 / expected for each in possible)
        case.expect(chi < bound, f"{what}: chi-square is {chi:.1f}, not below {bound}")


async def the_systems_source_does_not_repeat_itself(case: ByHand) -> None:
    """No two of 1600 UUIDs are equal."""
    one: Rng = case["rng"]
    other: Rng = case["other"]

    async def draw() -> list[str]:
        return [source.uuid4() for _ in range(100) for source in (one, other)]

    drawn = [each for some in await in_threads([draw] * 8) for each in some]
    case.expect(len(set(drawn)) == len(drawn), f"of {len(drawn)} UUIDs some are equal")


def after_a_fork_both_draw_different_values(case: ByHand) -> None:
    """The child tells its parent what it drew."""
    rng: Rng = case["rng"]
    rng.uuid4()
    receive, send = os.pipe()
    with warnings.catch_warnings():
        # The child does nothing that another thread could be in the middle of.
        warnings.simplefilter("ignore", DeprecationWarning)
        child = os.fork()
    if not child:
        try:
            os.write(send, rng.uuid4().encode())
        finally:
            os._exit(0)
    os.close(send)
    ours = rng.uuid4()
    with os.fdopen(receive) as pipe:
        theirs = pipe.read()
    os.waitpid(child, 0)
    case.expect(len(theirs) == len(ours), f"the child drew {theirs!r}")
    case.expect(theirs != ours, "the child drew what its parent drew")


async def draws_of_many_are_those_of_one(case: ByHand) -> None:
    """Together, eight threads draw the stream of one."""
    shared: Rng = case["rng"]
    alone: Rng = case["alone"]
    await _same_stream(case, shared.next_float, alone.next_float, threads=8)


async def draws_of_several_words_are_not_torn(case: ByHand) -> None:
    """A UUID is four words of the stream, which nobody else may get between."""
    shared: Rng = case["rng"]
    alone: Rng = case["alone"]
    await _same_stream(case, shared.uuid4, alone.uuid4, threads=4)


async def _same_stream(
    case: ByHand,
    shared: Callable[[], float | str],
    alone: Callable[[], float | str],
    *,
    threads: int,
) -> None:
    gate = threading.Barrier(threads)

    async def draw() -> list[float | str]:
        gate.wait()
        return [shared() for _ in range(4000)]

    drawn = [each for some in await in_threads([draw] * threads) for each in some]
    wanted = [alone() for _ in drawn]
    strange = len(set(map(str, drawn)) - set(map(str, wanted)))
    case.expect(
        sorted(map(str, drawn)) == sorted(map(str, wanted)),
        f"{strange} of {len(drawn)} values are not of the stream, or some came twice",
    )


SURROUNDINGS: Final = Surroundings(
    by_hand={
        "floats_have_53_random_bits": floats_have_53_random_bits,
        "all_results_are_equally_likely": all_results_are_equally_likely,
        "the_systems_source_does_not_repeat_itself": the_systems_source_does_not_repeat_itself,
        "after_a_fork_both_draw_different_values": after_a_fork_both_draw_different_values,
        "draws_of_many_are_those_of_one": draws_of_many_are_those_of_one,
        "draws_of_several_words_are_not_torn": draws_of_several_words_are_not_torn,
    },
)

"""What both sources promise."""

from __future__ import annotations

import re
import uuid
from collections import Counter
from typing import TYPE_CHECKING

import pytest

from dagstack.contracts import ForkableRng, InvalidArgument, ResourceClosed, Rng
from dagstack.resources import DeterministicRng, RandomRng
from tests.resources.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    Source = RandomRng | DeterministicRng

LEAST, GREATEST = -(2**63), 2**63 - 1

RNGS: tuple[type[Rng], ...] = (RandomRng, DeterministicRng)
FORKABLE: tuple[type[ForkableRng], ...] = (DeterministicRng,)


def seeded() -> DeterministicRng:
    """A source with some seed."""
    return DeterministicRng(seed=20261123)


both = pytest.mark.parametrize("make", [RandomRng, seeded], ids=["random", "seeded"])


@both
def test_it_is_an_rng(make: Callable[[], Source]) -> None:
    """An instance has the members of the interface."""
    assert isinstance(make(), Rng)


def test_the_seeded_one_can_be_forked() -> None:
    """It has the members of that interface, too; the system's source has no seed to fork."""
    assert isinstance(seeded(), ForkableRng)
    assert not isinstance(RandomRng(), ForkableRng)


@both
def test_floats_lie_in_their_range(make: Callable[[], Source]) -> None:
    """Each is a multiple of 2^-53, at least 0 and less than 1."""
    rng = make()
    drawn = [rng.next_float() for _ in range(2000)]

    assert [value for value in drawn if not 0.0 <= value < 1.0] == []
    assert [value for value in drawn if not (value * 2**53).is_integer()] == []
    assert [value for value in drawn if value * 2**53 % 2] != []


@both
@pytest.mark.parametrize(
    ("low", "high"), [(1, 6), (-3, 3), (0, 0), (GREATEST, GREATEST), (LEAST, LEAST + 2)]
)
def test_integers_lie_in_their_range(make: Callable[[], Source], low: int, high: int) -> None:
    """Both ends are included, and every value comes up."""
    rng = make()

    assert set(range(low, high + 1)) == {rng.next_int(low, high) for _ in range(500)}


@both
def test_the_full_range_of_64_bits_works(make: Callable[[], Source]) -> None:
    """Both signs come up, and nothing outside."""
    rng = make()
    drawn = [rng.next_int(LEAST, GREATEST) for _ in range(200)]

    assert [value for value in drawn if not LEAST <= value <= GREATEST] == []
    assert {True, False} == {value < 0 for value in drawn}
    assert max(map(abs, drawn)) > 2**60


@both
@pytest.mark.parametrize("sides", [2, 3, 6, 8, 10])
def test_integers_are_not_biased(make: Callable[[], Source], sides: int) -> None:
    """Chi-square of 20 000 throws lies below a bound that chance exceeds once in 10^9 times."""
    rng = make()
    throws = 20_000
    counted = Counter(rng.next_int(1, sides) for _ in range(throws))
    chosen = Counter(rng.choice(range(sides)) for _ in range(throws))

    expected = throws / sides
    for counts in (counted, chosen):
        chi_square = sum((count - expected) ** 2 / expected for count in counts.values())
        assert sides == len(counts)
        assert chi_square < {2: 37.3, 3: 41.4, 6: 50.8, 8: 55.9, 10: 60.7}[sides]


@both
def test_floats_are_not_biased(make: Callable[[], Source]) -> None:
    """Chi-square over 16 equal parts lies below the bound of one in 10^9."""
    rng = make()
    counts = Counter(int(rng.next_float() * 16) for _ in range(20_000))

    assert sum((counts[part] - 1250) ** 2 / 1250 for part in range(16)) < 75.0


@both
def test_uuids_are_of_version_4(make: Callable[[], Source]) -> None:
    """Lower case, version and variant as in RFC 9562, and no two alike."""
    rng = make()
    drawn = [rng.uuid4() for _ in range(500)]
    form = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")

    assert [text for text in drawn if not form.fullmatch(text)] == []
    assert len(set(drawn)) == 500
    assert (uuid.UUID(drawn[0]).version, uuid.UUID(drawn[0]).variant) == (4, uuid.RFC_4122)


@both
def test_choice_gives_the_element_itself(make: Callable[[], Source]) -> None:
    """Not a copy; and leaves the list as it was."""
    rng = make()
    first, second = object(), object()
    items = [first, second]

    assert {first, second} == {rng.choice(items) for _ in range(100)}
    assert [first, second] == items


@both
@pytest.mark.parametrize(
    ("low", "high", "argument"),
    [
        (2, 1, "low"),
        (LEAST - 1, 0, "low"),
        (0, GREATEST + 1, "high"),
        (1.0, 2, "low"),
        (1, 2.0, "high"),
        (True, 2, "low"),
        (0, True, "high"),
        ("1", 2, "low"),
        (None, 2, "low"),
    ],
)
def test_a_range_that_is_none_is_refused(
    make: Callable[[], Source], low: int, high: int, argument: str
) -> None:
    """An empty range, or bounds that are no integers of 64 bits."""
    with pytest.raises(InvalidArgument) as caught:
        make().next_int(low, high)

    assert argument == caught.value.argument


@both
def test_there_must_be_something_to_choose_from(make: Callable[[], Source]) -> None:
    """An empty list is refused."""
    with pytest.raises(InvalidArgument, match=r"^items: there is nothing to choose from$"):
        make().choice([])


def test_a_refused_call_draws_nothing() -> None:
    """The stream goes on as if nobody had asked."""
    rng = seeded()
    with pytest.raises(InvalidArgument):
        rng.next_int(2, 1)
    with pytest.raises(InvalidArgument):
        rng.choice([])

    assert seeded().next_float() == rng.next_float()


@both
def test_close_is_idempotent_and_ends_all_use(make: Callable[[], Source]) -> None:
    """Closed by eight threads and once more, it refuses every draw, and says who refuses."""
    rng = make()
    in_threads(8, lambda _: rng.close())
    rng.close()

    calls: list[Callable[[], object]] = [
        rng.next_float,
        rng.uuid4,
        lambda: rng.next_int(1, 2),
        lambda: rng.choice([1]),
        rng.__enter__,
    ]
    for call in calls:
        with pytest.raises(ResourceClosed, match=rf"^{type(rng).__name__} is closed$"):
            call()


@both
def test_a_with_block_closes_it(make: Callable[[], Source]) -> None:
    """After the block it is closed."""
    with make() as rng:
        rng.next_float()

    assert rng.closed


def test_methods_of_a_subclass_are_not_bypassed() -> None:
    """What a subclass overrides is called."""

    class Half(DeterministicRng):
        def next_float(self) -> float:
            return super().next_float() / 2

    assert seeded().next_float() / 2 == Half(seed=seeded().seed).next_float()


def test_it_says_how_to_get_the_same_stream_again() -> None:
    """In a failed assertion one reads the seed."""
    assert repr(seeded()) == "DeterministicRng(seed=20261123)"
    assert repr(RandomRng()) == "RandomRng()"

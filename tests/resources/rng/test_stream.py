"""The seeded stream: the published vectors, and CPython itself as an oracle."""

from __future__ import annotations

import random
import uuid
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagstack.contracts import InvalidArgument, ResourceClosed
from dagstack.resources import DeterministicRng

LEAST, GREATEST = -(2**63), 2**63 - 1

seeds = st.integers(0, 2**64 - 1)
bounds = st.tuples(st.integers(LEAST, GREATEST), st.integers(LEAST, GREATEST)).map(sorted)
draws = st.lists(
    st.one_of(
        st.just(("float",)),
        st.just(("uuid4",)),
        st.tuples(st.just("int"), bounds),
        st.tuples(st.just("int"), st.tuples(st.just(1), st.integers(1, 70))),
        st.tuples(st.just("choice"), st.integers(1, 40)),
    ),
    min_size=1,
    max_size=30,
)


def words(rng: DeterministicRng, count: int) -> list[int]:
    """The first words of its stream."""
    source = random.Random(rng.seed)  # noqa: S311 - the oracle
    return [source.getrandbits(32) for _ in range(count)]


def of(seed: int) -> DeterministicRng:
    """A fresh source."""
    return DeterministicRng(seed=seed)


def test_the_published_array_gives_the_published_words() -> None:
    """The seed whose words are 0x123, 0x234, 0x345, 0x456 needs more than 64 bits: not a seed."""
    oracle = random.Random(0x0000045600000345_0000023400000123)  # noqa: S311 - the oracle
    published = [1067595299, 955945823, 477289528, 4107218783, 4228976476, 3344332714]

    assert published == [oracle.getrandbits(32) for _ in range(6)]


def test_seed_0() -> None:
    """Every kind of draw, each from a fresh source."""
    rng = of(0)
    assert [rng.next_float() for _ in range(3)] == [
        0.8444218515250481,
        0.7579544029403025,
        0.420571580830845,
    ]
    rng = of(0)
    assert [rng.next_int(1, 6) for _ in range(12)] == [4, 4, 1, 3, 5, 4, 4, 3, 4, 3, 5, 2]
    rng = of(0)
    assert [rng.next_int(LEAST, GREATEST) for _ in range(2)] == [
        -1465195632138975614,
        6084712057446794809,
    ]
    assert of(0).uuid4() == "e3e70682-c209-4cac-a29f-6fbed82c07cd"


def test_the_greatest_seed() -> None:
    """All 64 bits of a seed count."""
    assert of(2**64 - 1).next_float() == 0.021825695401270107
    assert of(2**64 - 1).uuid4() == "9e667b13-568d-4a40-bfaf-f32805965e7e"
    assert of(2**64 - 1).next_float() != of(2**32 - 1).next_float()


def test_words_around_the_first_twist() -> None:
    """After 624 words the state is made anew; a float takes two words, the first one first."""
    rng = of(42)
    for _ in range(311):
        rng.next_float()
    first, second = words(rng, 624)[622:]

    assert (first, second) == (words(rng, 623)[622], 2929454134)
    assert words(rng, 625)[624] == 1071722055
    assert ((first >> 5) * 2**26 + (second >> 6)) / 2**53 == rng.next_float()


def test_all_draws_mixed() -> None:
    """One source, all kinds of draws in turn."""
    rng = of(42)

    assert [
        rng.next_float(),
        rng.next_int(5, 5),
        rng.next_int(1, 8),
        rng.next_int(-10, 10),
        rng.next_int(0, 2**32 - 1),
        rng.next_int(0, 2**32),
        rng.next_int(LEAST, GREATEST),
        rng.choice("abcde"),
        rng.uuid4(),
        rng.next_float(),
    ] == [
        0.6394267984578837,
        5,
        5,
        -3,
        958682846,
        3163119785,
        -8637085003156352615,
        "a",
        "9a1de644-815e-46d1-bb8f-aa1837f8a88b",
        0.026535969683863625,
    ]


def test_all_draws_mixed_within_53_bits() -> None:
    """The same with bounds that every language holds exactly."""
    rng = of(42)
    rng.next_float()
    for low, high in [(5, 5), (1, 8), (-10, 10), (0, 2**32 - 1), (0, 2**32)]:
        rng.next_int(low, high)

    assert [
        rng.next_int(-(2**53 - 1), 2**53 - 1),
        rng.choice(list("abcde")),
        rng.uuid4(),
        rng.next_float(),
    ] == [
        4335484628905326,
        "e",
        "0822e8f3-6c03-4199-972a-846916419f82",
        0.029797219438070344,
    ]


def test_a_range_of_one_integer_draws_too() -> None:
    """It takes as many words as it takes until one bit is 0."""
    used: list[int] = []
    for seed in range(10):
        rng = of(seed)
        rng.next_int(5, 5)
        after = rng.next_float()
        stream = words(rng, 20)
        pairs = [((a >> 5) * 2**26 + (b >> 6)) / 2**53 for a, b in zip(stream, stream[1:])]  # noqa: B905, RUF007
        used.append(pairs.index(after))

    assert used == [2, 1, 5, 1, 1, 2, 4, 1, 1, 1]


def oracle_draw(oracle: random.Random, draw: tuple[Any, ...]) -> object:
    """What CPython draws."""
    match draw:
        case ("float",):
            return oracle.random()
        case ("uuid4",):
            return str(uuid.UUID(int=oracle.getrandbits(128), version=4))
        case ("int", (low, high)):
            return oracle.randint(low, high)
        case ("choice", size):
            return oracle.choice(range(size))
    raise AssertionError(draw)


def our_draw(rng: DeterministicRng, draw: tuple[Any, ...]) -> object:
    """What we draw."""
    match draw:
        case ("float",):
            return rng.next_float()
        case ("uuid4",):
            return rng.uuid4()
        case ("int", (low, high)):
            return rng.next_int(low, high)
        case ("choice", size):
            return rng.choice(range(size))
    raise AssertionError(draw)


@given(seeds, draws)
def test_any_draws_from_any_seed_are_those_of_cpython(
    seed: int, kinds: list[tuple[Any, ...]]
) -> None:
    """Whatever is drawn, ``random.Random(seed)`` draws the same."""
    rng, oracle = of(seed), random.Random(seed)  # noqa: S311 - the oracle

    assert [oracle_draw(oracle, kind) for kind in kinds] == [our_draw(rng, kind) for kind in kinds]


def test_more_widths_than_are_kept_give_the_same_stream() -> None:
    """What is kept for each width has no state of its own."""
    rng, oracle = of(7), random.Random(7)  # noqa: S311 - the oracle
    widths = [*range(1, 600), *range(1, 600)]

    assert [oracle.randint(0, width) for width in widths] == [rng.next_int(0, w) for w in widths]


def test_forks() -> None:
    """A child depends on the seed and the name."""
    parent = of(42)

    assert (
        parent.fork("a").seed,
        parent.fork("a").next_float(),
    ) == (17484157032895951945, 0.9146699236488833)
    assert (
        parent.fork("b").seed,
        parent.fork("b").next_float(),
    ) == (3853932623351393644, 0.18006815347707217)
    assert parent.fork("plugin-x").seed == 14118571577941558299


@given(seeds, st.text(), st.text())
def test_forking_draws_nothing_and_depends_on_nothing_drawn(seed: int, a: str, b: str) -> None:
    """Names give streams, whenever one asks; other names give other streams."""
    parent = of(seed)
    early = parent.fork(a).seed
    parent.fork(b)
    first = parent.next_float()

    assert of(seed).next_float() == first
    assert early == parent.fork(a).seed
    assert (a == b) == (early == parent.fork(b).seed)
    assert of(seed).fork(a).fork(b).seed == parent.fork(a).fork(b).seed


def test_a_child_stays_open_when_its_parent_is_closed() -> None:
    """But no more children come."""
    parent = of(1)
    child = parent.fork("a")
    parent.close()

    assert of(1).fork("a").next_float() == child.next_float()
    with pytest.raises(ResourceClosed, match=r"^DeterministicRng is closed$"):
        parent.fork("a")


@pytest.mark.parametrize("name", ["\ud800", b"a", None])
def test_a_name_is_valid_unicode(name: str) -> None:
    """Anything else is refused."""
    with pytest.raises(InvalidArgument) as caught:
        of(1).fork(name)

    assert caught.value.argument == "name"


@pytest.mark.parametrize("seed", [-1, 2**64, True, False, 1.0, "1", b"2", None])
def test_a_seed_is_an_integer_of_64_bits_without_sign(seed: int) -> None:
    """Anything else is refused, also what CPython would take."""
    with pytest.raises(InvalidArgument) as caught:
        DeterministicRng(seed=seed)

    assert caught.value.argument == "seed"

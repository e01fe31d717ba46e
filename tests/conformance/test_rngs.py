"""Sources of randomness before their suite."""

from __future__ import annotations

import functools
from typing import TYPE_CHECKING, ClassVar

import pytest

from dagstack.conformance.pytest import RngConformance, conformance
from dagstack.contracts import ForwardingRng
from dagstack.resources import DeterministicRng, RandomRng

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dagstack.conformance import Factory


class TestDeterministicRng(RngConformance):
    """The seeded source."""

    stands_for: ClassVar[Sequence[str]] = ("Rng", "DeterministicRng")

    @pytest.fixture
    def subjects(self) -> Mapping[str, Factory]:
        """Make one with any seed, or with the one that the case says."""
        return {
            "Rng": functools.partial(DeterministicRng, seed=7),
            "DeterministicRng": DeterministicRng,
        }


class TestRandomRng(RngConformance):
    """The operating system's source."""

    stands_for: ClassVar[Sequence[str]] = ("Rng", "RandomRng")

    @pytest.fixture
    def make(self) -> Factory:
        """Make one."""
        return RandomRng


@pytest.fixture
def forwarding_rng() -> Factory:
    """Wrap a seeded source."""
    return lambda: ForwardingRng(DeterministicRng(seed=7))


def close(rng: ForwardingRng) -> None:
    """Close what is wrapped."""
    assert isinstance(rng.inner, DeterministicRng)
    rng.inner.close()


test_forwarding_rng = conformance(
    "rng",
    name="ForwardingRng",
    actions={"Rng.close": close},
    Rng="forwarding_rng",
)

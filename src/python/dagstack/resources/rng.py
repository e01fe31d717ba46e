"""Sources of randomness: the operating system's, and one that a seed determines."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Final, TypeVar

from dagstack.contracts import InvalidArgument
from dagstack.resources import draws
from dagstack.resources.closing import Closable
from dagstack.resources.direct import bind, unbind

if TYPE_CHECKING:
    from collections.abc import Sequence

T = TypeVar("T")

_SEEDS = 2**64


class _Rng(Closable):
    """An ``Rng`` on top of draws."""

    _needs_closing = False

    def __init__(self, source: draws.Draws) -> None:
        super().__init__()
        self._draws = source
        self._below = source.below

    def next_float(self) -> float:
        """Return a float from 0.0 up to and without 1.0, one of the 2^53 multiples of 2^-53.

        Raises:
            ResourceClosed: the source is closed.
        """
        self._ensure_open()
        return self._draws.fraction()

    def next_int(self, low: int, high: int) -> int:
        """Return an integer from ``low`` to ``high``, both included, all exactly equally likely.

        Args:
            low: The least possible result, from -2^63.
            high: The greatest possible result, up to 2^63 - 1.

        Raises:
            InvalidArgument: ``low`` is greater than ``high``, or one is no integer of 64 bits.
            ResourceClosed: the source is closed.
        """
        self._ensure_open()
        return low + self._below(draws.width(low, high))

    def uuid4(self) -> str:
        """Return a random UUID, version 4 of RFC 9562, with digits in lower case.

        Raises:
            ResourceClosed: the source is closed.
        """
        self._ensure_open()
        return draws.uuid4(self._draws.bits(128))

    def choice(self, items: Sequence[T]) -> T:
        """Return a random element of ``items``; all positions are equally likely.

        Args:
            items: The elements to choose from, at least one; unchanged.

        Raises:
            InvalidArgument: ``items`` is empty.
            ResourceClosed: the source is closed.
        """
        self._ensure_open()
        if not (size := len(items)):
            raise InvalidArgument("items", "there is nothing to choose from")
        return items[self._below(size)]


class RandomRng(_Rng):
    """The operating system's source of randomness, fit for secrets.

    Every draw asks the operating system anew, so there is no state that threads could tear, and
    none that a forked child could share with its parent. Safe for concurrent use by many threads
    and event loops. There is no need to close it.
    """

    def __init__(self) -> None:
        super().__init__(draws.Draws(random.SystemRandom()))

    def __repr__(self) -> str:
        """Say what it is."""
        return f"{type(self).__name__}()"


class DeterministicRng(_Rng):
    """A seeded source for tests: the same seed gives the same stream, in every language.

    The stream is that of ``random.Random(seed)``. Its values can be predicted from earlier ones;
    never use it for secrets. It is a ``ForkableRng`` as well.

    Safe for concurrent use by many threads and event loops: each draw is atomic. Who gets which
    value depends on the order of the calls, so give each caller a fork of its own. A process that
    forks leaves both sides with the same stream. There is no need to close it.

    Args:
        seed: An integer from 0 to 2^64 - 1; kept as ``seed``.

    Raises:
        InvalidArgument: ``seed`` is anything else.
    """

    def __init__(self, *, seed: int) -> None:
        _check_seed(seed)
        super().__init__(draws.atomic(random.Random(seed)))  # noqa: S311 - predictable on purpose
        self.seed: Final = seed
        bind(self, _Rng, next_float=self._draws.fraction)

    def __repr__(self) -> str:
        """Say from which seed it began."""
        return f"{type(self).__name__}(seed={self.seed})"

    def fork(self, name: str) -> DeterministicRng:
        """Return the child called ``name``, which depends on the seed and the name alone.

        Nothing is drawn from this source. The same name gives a child with the same stream again,
        from its beginning; it stays open when this source is closed.

        Args:
            name: Any text.

        Raises:
            InvalidArgument: ``name`` is not valid Unicode.
            ResourceClosed: the source is closed.
        """
        from hashlib import sha256

        self._ensure_open()
        key = b"rng-fork\0" + self.seed.to_bytes(8) + b"\0" + _encoded(name)
        return DeterministicRng(seed=int.from_bytes(sha256(key).digest()[:8]))

    def _release(self) -> None:
        unbind(self, "next_float")


def _check_seed(seed: object) -> None:
    if isinstance(seed, bool) or not isinstance(seed, int):
        raise InvalidArgument("seed", f"must be an integer, not {type(seed).__name__}")
    if not 0 <= seed < _SEEDS:
        raise InvalidArgument("seed", f"must be from 0 to 2^64 - 1, not {seed}")


def _encoded(name: object) -> bytes:
    if not isinstance(name, str):
        raise InvalidArgument("name", f"must be a str, not {type(name).__name__}")
    try:
        return name.encode()
    except UnicodeEncodeError:
        raise InvalidArgument("name", f"{name!a} is not valid Unicode") from None

"""How random values are made from bits: the same for every source, and each draw in one piece."""

from __future__ import annotations

import sys
import threading
from functools import partial
from itertools import repeat
from operator import gt
from typing import TYPE_CHECKING, Protocol

from dagstack.contracts import InvalidArgument
from dagstack.resources.forking import renew_after_fork

if TYPE_CHECKING:
    from collections.abc import Callable

_LEAST, _GREATEST = -(2**63), 2**63 - 1
_KEPT = 256
_VERSION_AND_VARIANT = 0xF000 << 64 | 0xC000 << 48
_VERSION_4 = 4 << 76 | 0x8000 << 48


class Generator(Protocol):
    """What ``random.Random`` and ``random.SystemRandom`` have in common."""

    def random(self) -> float:
        """Return 53 random bits as a fraction."""
        ...

    def getrandbits(self, k: int, /) -> int:
        """Return ``k`` random bits."""
        ...


class Draws:
    """Draws that no other thread can come between, because each is a single call into C.

    CPython hands the interpreter to another thread only between instructions of bytecode. This
    needs no lock, and so neither costs the time of one nor is found locked in a forked child.
    """

    def __init__(self, generator: Generator) -> None:
        """Draw from ``generator``, which must be written in C unless it has no state."""
        self.fraction = generator.random
        self.bits = generator.getrandbits
        self._below = _Attempts(generator)

    def below(self, width: int) -> int:
        """Draw from 0 to ``width`` - 1: as many bits as ``width`` has, until they are less."""
        return self._below[width]()


class _Attempts(dict[int, "Callable[[], int]"]):
    """For each width, a call that draws until it has a value below.

    The loop is in C, lest another thread's draw come between two attempts; what it consists of is
    kept, because making it takes longer than a draw.
    """

    def __init__(self, generator: Generator) -> None:
        super().__init__()
        self._bits = generator.getrandbits

    def __missing__(self, width: int) -> Callable[[], int]:
        if len(self) >= _KEPT:
            self.clear()
        attempts = map(self._bits, repeat(width.bit_length()))
        self[width] = draw = filter(partial(gt, width), attempts).__next__
        return draw


class LockedDraws(Draws):
    """The same where threads run C side by side, in a Python without the global lock."""

    def __init__(self, generator: Generator) -> None:
        """Draw from ``generator``, by one thread at a time."""
        super().__init__(generator)
        self._lock = threading.Lock()
        self._generator = generator
        self._unlocked = Draws(generator)
        self.fraction = self._locked_fraction
        self.bits = self._locked_bits
        renew_after_fork(self)

    def below(self, width: int) -> int:
        """Do the same, alone."""
        with self._lock:
            return self._unlocked.below(width)

    def renew(self) -> None:
        """Have a lock that no thread of the parent holds."""
        self._lock = threading.Lock()

    def _locked_fraction(self) -> float:
        with self._lock:
            return self._generator.random()

    def _locked_bits(self, k: int, /) -> int:
        with self._lock:
            return self._generator.getrandbits(k)


def atomic(generator: Generator) -> Draws:
    """Draw from a generator with state, so that each draw is atomic in this Python."""
    has_global_lock = getattr(sys, "_is_gil_enabled", lambda: True)
    return Draws(generator) if has_global_lock() else LockedDraws(generator)


def width(low: int, high: int) -> int:
    """How many integers there are from ``low`` to ``high``.

    Raises:
        InvalidArgument: a bound is no integer of 64 bits, or ``low`` is greater than ``high``.
    """
    if type(low) is not int or type(high) is not int or not _LEAST <= low <= high <= _GREATEST:
        _check_bounds(low, high)
    return high - low + 1


def _check_bounds(low: int, high: int) -> None:
    _check_bound("low", low)
    _check_bound("high", high)
    if low > high:
        raise InvalidArgument("low", f"{low} is greater than high, {high}")


def _check_bound(argument: str, bound: object) -> None:
    if isinstance(bound, bool) or not isinstance(bound, int):
        raise InvalidArgument(argument, f"must be an integer, not {type(bound).__name__}")
    if not _LEAST <= bound <= _GREATEST:
        raise InvalidArgument(argument, f"{bound} is not an integer of 64 bits")


def uuid4(bits: int) -> str:
    """Make a UUID of version 4 from 128 bits; the first word drawn becomes its last 8 digits."""
    value = bits & ~_VERSION_AND_VARIANT | _VERSION_4
    digits = f"{value:032x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"

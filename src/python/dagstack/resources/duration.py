"""Durations as whole nanoseconds."""

from __future__ import annotations

from datetime import timedelta

from dagstack.contracts import InvalidArgument

SECOND = 1_000_000_000
"""Nanoseconds in a second."""
MICROSECOND = 1_000
"""Nanoseconds in a microsecond."""


def nanoseconds(argument: str, amount: object) -> int:
    """Turn seconds or a duration into nanoseconds: the nearest, the even one of two as near.

    A float is taken as the exact number that it is, so nothing is lost before that one rounding.

    Args:
        argument: The name of the argument, for the error.
        amount: Seconds, or a duration; of either sign.

    Raises:
        InvalidArgument: ``amount`` is not a number or a duration, or is NaN or infinite.
    """
    if isinstance(amount, timedelta):
        seconds = amount.days * 86_400 + amount.seconds
        return seconds * SECOND + amount.microseconds * MICROSECOND
    if isinstance(amount, bool) or not isinstance(amount, int | float):
        kind = type(amount).__name__
        raise InvalidArgument(argument, f"must be a number of seconds or a timedelta, not {kind}")
    try:
        numerator, denominator = amount.as_integer_ratio()
    except (OverflowError, ValueError):  # infinite, or NaN
        raise InvalidArgument(argument, f"must be finite, not {amount}") from None
    whole, rest = divmod(numerator * SECOND, denominator)
    return whole + (2 * rest + whole % 2 > denominator)


def not_negative(argument: str, amount: float | timedelta) -> int:
    """The same for an amount that may not be less than zero.

    Raises:
        InvalidArgument: ``amount`` is not a number or a duration, NaN, infinite or negative.
    """
    whole = nanoseconds(argument, amount)
    if amount < timedelta() if isinstance(amount, timedelta) else amount < 0:
        raise InvalidArgument(argument, f"must not be negative, but is {amount}")
    return whole


def delay_ns(delay: timedelta) -> int:
    """The argument of ``Sleeper.sleep`` as nanoseconds.

    Raises:
        InvalidArgument: it is not a duration, or is negative.
    """
    # Seconds would be understood; but other sleepers, to which the caller may be given, take none.
    if not _is_duration(delay):
        raise InvalidArgument("delay", f"must be a timedelta, not {type(delay).__name__}")
    return not_negative("delay", delay)


def _is_duration(value: object) -> bool:
    return isinstance(value, timedelta)

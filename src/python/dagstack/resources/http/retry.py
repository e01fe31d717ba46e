"""When a request is tried again, and after which wait: pure, without a clock of its own."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import UTC
from typing import TYPE_CHECKING

from dagstack.contracts import InvalidArgument

if TYPE_CHECKING:
    from datetime import datetime

IDEMPOTENT = frozenset({"GET", "HEAD", "OPTIONS", "TRACE", "PUT", "DELETE"})
"""The methods that RFC 9110 lets anyone repeat."""

TRANSIENT = frozenset({429, 502, 503, 504})
"""The statuses that say "not now"."""

_SECONDS = re.compile(r"[0-9]+")
_TOO_MANY_DIGITS = 18


@dataclass(frozen=True, slots=True, kw_only=True)
class RetryPolicy:
    """When a request is tried again, and how long to wait before.

    The wait before retry n is a random share ("full jitter") of ``base * 2**(n - 1)`` seconds, or
    of ``cap`` if that is less. A ``Retry-After`` of the response is added to it.

    Attributes:
        max_attempts: How often a call may be tried, at least 1; 1 means no retries.
        methods: The methods that may be repeated; kept in upper case.
        statuses: The statuses of responses that are worth another attempt.
        base: Seconds, the limit of the first wait.
        cap: Seconds, the limit of every wait, ``Retry-After`` apart.
        idempotency_key: Whether a request of another method may be repeated, too, if it has a
            header ``idempotency-key``.

    Raises:
        InvalidArgument: A number is out of its range.
    """

    max_attempts: int = 3
    methods: frozenset[str] = IDEMPOTENT
    statuses: frozenset[int] = TRANSIENT
    base: float = 0.5
    cap: float = 30.0
    idempotency_key: bool = False

    def __post_init__(self) -> None:
        """Check the numbers."""
        object.__setattr__(self, "methods", frozenset(name.upper() for name in self.methods))
        if self.max_attempts < 1:
            raise InvalidArgument("max_attempts", f"{self.max_attempts!r} is less than 1")
        for name in ("base", "cap"):
            value: float = getattr(self, name)
            if not (math.isfinite(value) and value >= 0):
                raise InvalidArgument(name, f"{value!r} is not a number of seconds")

    def delay(self, attempt: int, share: float, retry_after: float = 0.0) -> float:
        """Return the seconds to wait after attempt number ``attempt`` has failed.

        Args:
            attempt: The number of the attempt, from 1.
            share: A random number, at least 0.0 and less than 1.0.
            retry_after: The seconds that the server asks for, 0.0 if it does not.
        """
        # Beyond 2**60 the cap has long decided, and the power would not fit a float at last.
        limit = min(self.cap, self.base * 2.0 ** min(attempt - 1, 60))
        return retry_after + share * limit


NO_RETRIES = RetryPolicy(max_attempts=1)
"""For whoever retries elsewhere."""


def parse_retry_after(value: str, now: datetime) -> float | None:
    """Return the seconds that a ``Retry-After`` asks for, or ``None`` where it makes no sense.

    Args:
        value: A number of seconds, or a date in any of the three forms of HTTP.
        now: The current instant, with a zone.

    Returns:
        At least 0.0, as for a date that has passed; infinity for a number beyond reason.
    """
    text = value.strip()
    if _SECONDS.fullmatch(text):
        return float(text) if len(text) <= _TOO_MANY_DIGITS else math.inf
    from email.utils import parsedate_to_datetime  # rare, and slow to import

    try:
        when = parsedate_to_datetime(text)
    except (ValueError, OverflowError):
        return None
    if when.tzinfo is None:  # asctime's form, which is UTC by definition
        when = when.replace(tzinfo=UTC)
    return max(0.0, (when - now).total_seconds())

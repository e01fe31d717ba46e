"""What clocks show."""

from __future__ import annotations

import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from fractions import Fraction
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagstack.conformance.threads import eager_switching
from dagstack.contracts import Clock, InvalidArgument, ResourceClosed, Sleeper
from dagstack.resources import FrozenClock, SystemClock
from tests.resources.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

START = datetime(2026, 1, 1, tzinfo=UTC)

CLOCKS: tuple[type[Clock], ...] = (SystemClock, FrozenClock)
SLEEPERS: tuple[type[Sleeper], ...] = (SystemClock, FrozenClock)


def frozen() -> FrozenClock:
    """A clock that stands at the beginning of a year."""
    return FrozenClock(now=START)


def either(make: Callable[[], SystemClock | FrozenClock]) -> pytest.MarkDecorator:
    """Try a fact on both clocks."""
    return pytest.mark.parametrize("make", [SystemClock, make], ids=["system", "frozen"])


both = either(frozen)


@both
def test_it_is_a_clock_and_a_sleeper(make: Callable[[], SystemClock | FrozenClock]) -> None:
    """An instance has the members of both interfaces."""
    clock = make()

    assert isinstance(clock, Clock)
    assert isinstance(clock, Sleeper)


@both
def test_now_is_aware_and_in_utc(make: Callable[[], SystemClock | FrozenClock]) -> None:
    """The zone of what ``now`` returns is UTC itself."""
    assert UTC is make().now().tzinfo


def test_the_system_clock_shows_the_time_of_day() -> None:
    """It lies between two readings taken by hand."""
    before = datetime.now(UTC)
    shown = SystemClock().now()

    assert before <= shown <= datetime.now(UTC)


@both
def test_monotonic_never_falls_in_eight_threads(
    make: Callable[[], SystemClock | FrozenClock],
) -> None:
    """No thread reads less than what any thread had read before."""
    clock = make()
    highest = [0]
    lock = threading.Lock()

    def read(number: int) -> int:
        fallen = 0
        for _ in range(500):
            if number == 0 and isinstance(clock, FrozenClock):
                clock.advance_ns(1)
            with lock:
                floor = highest[0]
            reading = clock.monotonic_ns()
            fallen += reading < floor
            with lock:
                highest[0] = max(highest[0], reading)
        return fallen

    with eager_switching():
        assert in_threads(8, read) == [0] * 8


@both
def test_close_is_idempotent_and_ends_all_use(
    make: Callable[[], SystemClock | FrozenClock],
) -> None:
    """Closed by eight threads and once more, it refuses every reading, and says who refuses."""
    clock = make()
    in_threads(8, lambda _: clock.close())
    clock.close()

    assert clock.closed
    for read in (clock.now, clock.monotonic_ns):
        with pytest.raises(ResourceClosed, match=rf"^{type(clock).__name__} is closed$"):
            read()


@both
def test_a_with_block_closes_it(make: Callable[[], SystemClock | FrozenClock]) -> None:
    """After the block it is closed, and cannot be entered again."""
    with make() as clock:
        clock.now()

    assert clock.closed
    with pytest.raises(ResourceClosed):
        clock.__enter__()


def test_a_closed_frozen_clock_cannot_be_moved() -> None:
    """All three ways to move it are refused."""
    clock = frozen()
    clock.close()

    for move in (clock.advance, clock.advance_ns, clock.shift_wall):
        with pytest.raises(ResourceClosed):
            move(1)


def test_methods_of_a_subclass_are_not_bypassed() -> None:
    """What a subclass of the system clock overrides is called, and what it does not works."""

    class Stopped(SystemClock):
        def now(self) -> datetime:
            return START

    clock = Stopped()

    assert clock.now() == START
    assert clock.monotonic_ns() <= time.monotonic_ns()


def test_it_stands_still_where_it_was_told_to() -> None:
    """A new one shows its instant and 0, and goes on to."""
    clock = frozen()

    assert (
        clock.now(),
        clock.monotonic_ns(),
        clock.now(),
        clock.monotonic_ns(),
    ) == (START, 0, START, 0)


def test_it_is_told_in_any_zone() -> None:
    """An instant in another zone is kept in UTC."""
    clock = FrozenClock(now=datetime(2026, 1, 1, 3, tzinfo=timezone(timedelta(hours=3))))

    assert clock.now() == START
    assert UTC is clock.now().tzinfo


class _NoOffset(tzinfo):
    """A zone that does not know its offset, which makes a time naive."""

    def utcoffset(self, _: datetime | None, /) -> timedelta | None:
        return None

    def dst(self, _: datetime | None, /) -> timedelta | None:
        return None

    def tzname(self, _: datetime | None, /) -> str | None:
        return None


@pytest.mark.parametrize(
    ("now", "reason"),
    [
        (datetime(2026, 1, 1), "has no time zone"),  # noqa: DTZ001 - that is the point
        (datetime(2026, 1, 1, tzinfo=_NoOffset()), "has no time zone"),
        (
            datetime(1, 1, 1, tzinfo=timezone(timedelta(hours=1))),
            "leads out of the years 1 to 9999",
        ),
        ("2026-01-01", "must be a datetime, not str"),
        (START.timestamp(), "must be a datetime, not float"),
        (START.date(), "must be a datetime, not date"),
    ],
)
def test_it_refuses_what_is_no_instant(now: datetime, reason: str) -> None:
    """A naive time, one outside the calendar, or something else is refused and named."""
    with pytest.raises(InvalidArgument, match=reason) as caught:
        FrozenClock(now=now)

    assert caught.value.argument == "now"


def test_advance_moves_both_readings_alike() -> None:
    """Both move by what was asked for, be it an integer, a float, a duration or nanoseconds."""
    clock = frozen()
    clock.advance(seconds=1)
    clock.advance(seconds=0.5)
    clock.advance(timedelta(minutes=1, microseconds=1))
    clock.advance_ns(999)

    assert clock.monotonic_ns() == 61_500_001_999
    assert START + timedelta(seconds=61, microseconds=500_001) == clock.now()


def test_ten_times_a_tenth_of_a_second_is_a_second() -> None:
    """Nothing is lost in floats."""
    clock = frozen()
    for _ in range(10):
        clock.advance(seconds=0.1)

    assert clock.monotonic_ns() == 1_000_000_000
    assert START + timedelta(seconds=1) == clock.now()


def test_digits_beyond_the_microsecond_are_kept_but_not_shown() -> None:
    """They are cut off in ``now`` and add up, also before 1970."""
    clock = FrozenClock(now=datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC))
    clock.advance_ns(999)
    assert datetime(1969, 12, 31, 23, 59, 59, 999_999, tzinfo=UTC) == clock.now()

    clock.advance_ns(1)
    assert datetime(1970, 1, 1, tzinfo=UTC) == clock.now()


@given(st.floats(min_value=0, max_value=1e9))
def test_seconds_are_rounded_to_the_nearest_nanosecond(seconds: float) -> None:
    """A float counts as the exact number that it is; of two as near, the even one is taken."""
    clock = frozen()
    clock.advance(seconds)

    assert round(Fraction(seconds) * 10**9) == clock.monotonic_ns()


@pytest.mark.parametrize(
    ("seconds", "reason"),
    [
        (-1, "must not be negative, but is -1"),
        (-1e-12, "must not be negative, but is -1e-12"),
        (timedelta(microseconds=-1), "must not be negative"),
        (float("nan"), "must be finite, not nan"),
        (float("inf"), "must be finite, not inf"),
        (float("-inf"), "must be finite, not -inf"),
        (1e300, r"leads beyond 2\^63 - 1 ns"),
        (2**63 // 10**9 + 1, r"leads beyond 2\^63 - 1 ns"),
        (True, "must be a number of seconds or a timedelta, not bool"),
        ("1", "must be a number of seconds or a timedelta, not str"),
        (None, "must be a number of seconds or a timedelta, not NoneType"),
    ],
)
def test_advance_refuses_and_leaves_the_clock_where_it_was(seconds: float, reason: str) -> None:
    """What is negative, not finite, too far or no duration moves nothing."""
    clock = frozen()
    clock.advance(1)
    with pytest.raises(InvalidArgument, match=reason) as caught:
        clock.advance(seconds=seconds)

    assert caught.value.argument == "seconds"
    assert (1_000_000_000, START + timedelta(seconds=1)) == (clock.monotonic_ns(), clock.now())


@pytest.mark.parametrize("amount", [-1, 0.5, True, "1"])
def test_advance_ns_takes_whole_nanoseconds_only(amount: int) -> None:
    """Anything else is refused and moves nothing."""
    clock = frozen()
    with pytest.raises(InvalidArgument, match=r"^nanoseconds: must "):
        clock.advance_ns(amount)

    assert clock.monotonic_ns() == 0


def test_nothing_at_all_is_an_amount_too() -> None:
    """Zero in any form is fine and moves nothing."""
    clock = frozen()
    for zero in (0, 0.0, -0.0, timedelta()):
        clock.advance(zero)
    clock.advance_ns(0)

    assert (clock.monotonic_ns(), clock.now()) == (0, START)


def test_it_cannot_leave_the_calendar() -> None:
    """Beyond the year 9999 it refuses to go, and stays where it is."""
    clock = FrozenClock(now=datetime.max.replace(tzinfo=UTC))
    with pytest.raises(InvalidArgument, match="leads out of the years 1 to 9999 in UTC"):
        clock.advance(1)

    assert (0, datetime.max.replace(tzinfo=UTC)) == (clock.monotonic_ns(), clock.now())


def test_two_threads_that_advance_add_up() -> None:
    """No advance is lost."""
    clock = frozen()

    def advance(_: int) -> None:
        for _ in range(1000):
            clock.advance_ns(1_000)

    with eager_switching():
        in_threads(2, advance)

    assert clock.monotonic_ns() == 2_000_000
    assert START + timedelta(milliseconds=2) == clock.now()


def test_a_reader_sees_an_advance_whole() -> None:
    """Whatever ``now`` shows, the monotonic reading taken next has come at least as far."""
    clock = frozen()

    def use(number: int) -> int:
        torn = 0
        for _ in range(1000):
            if number == 0:
                clock.advance_ns(1_000)
            else:
                before = clock.monotonic_ns()
                shown = (clock.now() - START) // timedelta(microseconds=1) * 1000
                torn += not before <= shown <= clock.monotonic_ns()
        return torn

    with eager_switching():
        assert in_threads(8, use) == [0] * 8


def test_shift_wall_sets_the_wall_clock_only() -> None:
    """It steps forward or back, and later advances go on from there."""
    clock = frozen()
    clock.shift_wall(-3600)
    clock.shift_wall(seconds=timedelta(seconds=1))
    clock.advance(2)

    assert START + timedelta(seconds=-3597) == clock.now()
    assert clock.monotonic_ns() == 2_000_000_000


@pytest.mark.parametrize("step", [float("nan"), float("inf"), -1e12, 1e300, "1"])
def test_shift_wall_refuses_what_is_no_step(step: float) -> None:
    """What is not finite, or leads out of the calendar, moves nothing."""
    clock = frozen()
    with pytest.raises(InvalidArgument):
        clock.shift_wall(step)

    assert clock.now() == START


def test_it_says_what_it_shows() -> None:
    """In a failed assertion one reads the instant."""
    assert repr(frozen()) == "FrozenClock(now=2026-01-01T00:00:00+00:00)"
    assert repr(SystemClock()) == "SystemClock()"


def test_clocks_alone_do_not_import_asyncio() -> None:
    """Whoever only reads the time does not pay for event loops."""
    script = (
        "import sys, datetime as d\n"
        "from dagstack.resources import FrozenClock, SystemClock, DeterministicRng\n"
        "SystemClock().now(); FrozenClock(now=d.datetime.now(d.UTC)).advance(1)\n"
        "DeterministicRng(seed=1).next_float()\n"
        "print('asyncio' in sys.modules)\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, check=True)

    assert done.stdout == b"False\n"

"""What comes with the runner for clocks."""

from __future__ import annotations

import asyncio
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Final

from dagstack.conformance.harness import Surroundings
from dagstack.conformance.threads import in_threads

if TYPE_CHECKING:
    from dagstack.conformance.stage import ByHand
    from dagstack.contracts import Clock, Sleeper


def a_system_clock_shows_the_time_of_day(case: ByHand) -> None:
    """Between two readings of the system's own clock lies that of the clock under test."""
    clock: Clock = case["clock"]
    for _ in range(100):
        readings = [_system_now(), clock.now(), _system_now()]
        case.expect(readings == sorted(readings), f"out of order: {readings}")


def _system_now() -> datetime:
    """The system's clock, cut off to microseconds as a ``datetime`` is."""
    return datetime(1970, 1, 1, tzinfo=UTC) + timedelta(microseconds=time.time_ns() // 1000)


async def readings_never_fall_across_threads(case: ByHand) -> None:
    """What one thread has read, no other one falls below later."""
    clock: Clock = case["clock"]
    highest = clock.monotonic_ns()
    lock = threading.Lock()

    async def read() -> int:
        nonlocal highest
        worst = 0
        for _ in range(500):
            with lock:
                before = highest
            reading = clock.monotonic_ns()
            worst = max(worst, before - reading)
            with lock:
                highest = max(highest, reading)
        return worst

    fall = max(await in_threads([read] * 8))
    case.expect(fall <= 0, f"a reading was {fall} ns less than one that was taken before it")


async def an_advance_is_seen_whole(case: ByHand) -> None:
    """``now`` lies between the monotonic readings before and after it."""
    clock: Clock = case["clock"]
    beginning = clock.now()

    async def advance() -> str:
        for _ in range(1000):
            await case.act("FrozenClock", "advance", clock, seconds=1e-6)
        return ""

    async def read() -> str:
        for _ in range(1000):
            before, now, after = clock.monotonic_ns(), clock.now(), clock.monotonic_ns()
            passed = (now - beginning) // timedelta(microseconds=1) * 1000
            if not before <= passed <= after:
                return f"now showed {passed} ns, between readings of {before} and {after}"
        return ""

    torn = [said for said in await in_threads([advance, *[read] * 7]) if said]
    case.expect(not torn, "; ".join(torn))


async def a_negative_wait_is_refused(case: ByHand) -> None:
    """Both a usual amount and the least one that there is."""
    sleeper: Sleeper = case["sleeper"]
    refusal = case.error("InvalidArgument")
    for delay in (timedelta(seconds=-1), timedelta.min):
        try:
            await sleeper.sleep(delay)
        except refusal as error:
            argument = getattr(error, "argument", None)
            case.expect(argument == "delay", f"the refusal names {argument!r}, not delay")
        else:
            case.expect(holds=False, otherwise=f"a sleep of {delay} was not refused")
    await sleeper.sleep(timedelta(0))


async def a_real_wait_is_never_too_short(case: ByHand) -> None:
    """Sixty sleeps of odd lengths at the same time."""
    clock: Clock = case["sleeper"]
    sleeper: Sleeper = case["sleeper"]

    async def missing(microseconds: int) -> int:
        before = clock.monotonic_ns()
        await sleeper.sleep(timedelta(microseconds=microseconds))
        return microseconds * 1000 - (clock.monotonic_ns() - before)

    worst = max(await asyncio.gather(*(missing(137 * n) for n in range(1, 61))))
    case.expect(worst <= 0, f"a sleep was {worst} ns too short")


SURROUNDINGS: Final = Surroundings(
    by_hand={
        "a_system_clock_shows_the_time_of_day": a_system_clock_shows_the_time_of_day,
        "readings_never_fall_across_threads": readings_never_fall_across_threads,
        "an_advance_is_seen_whole": an_advance_is_seen_whole,
        "a_negative_wait_is_refused": a_negative_wait_is_refused,
        "a_real_wait_is_never_too_short": a_real_wait_is_never_too_short,
    },
)

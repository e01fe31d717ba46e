"""How clocks are slept on."""

from __future__ import annotations

import asyncio
import gc
import subprocess
import sys
import threading
import time
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagstack.contracts import InvalidArgument, ResourceClosed
from dagstack.resources import FrozenClock, SystemClock
from dagstack.resources.sleeping import Wait
from tests.resources.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Callable

    Maker = Callable[[], SystemClock | FrozenClock]

START = datetime(2026, 1, 1, tzinfo=UTC)
SECOND = timedelta(seconds=1)


def frozen() -> FrozenClock:
    """A clock that stands at the beginning of a year."""
    return FrozenClock(now=START)


def pending(clock: SystemClock | FrozenClock) -> int:
    """How many sleeps the clock remembers."""
    return len(clock._sleeps)  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


both = pytest.mark.parametrize("make", [SystemClock, frozen], ids=["system", "frozen"])


def test_sleepers_wake_in_the_order_of_their_deadlines() -> None:
    """Equal deadlines wake in the order in which they began; each sees its own deadline passed."""
    clock = frozen()

    async def scenario() -> list[tuple[int, int]]:
        woken: list[tuple[int, int]] = []

        async def sleep(number: int, seconds: int) -> None:
            await clock.sleep(seconds * SECOND)
            woken.append((number, clock.monotonic_ns()))

        async with asyncio.TaskGroup() as tasks:
            for number, seconds in enumerate([3, 1, 2, 1]):
                tasks.create_task(sleep(number, seconds))
            await clock.wait_for_sleepers(4)
            clock.advance(1)
            clock.advance(1.5)
            await clock.wait_for_sleepers(1)
            clock.advance(7)
        return woken

    late, last = 2_500_000_000, 9_500_000_000
    assert [(1, late), (3, late), (2, late), (0, last)] == asyncio.run(scenario())


@given(
    st.lists(st.integers(1, 20), min_size=1, max_size=12),
    st.lists(st.integers(0, 9), max_size=6),
)
def test_any_advances_wake_those_that_are_due_and_no_others(
    delays: list[int], advances: list[int]
) -> None:
    """The order is that of deadline and beginning, whatever the steps."""
    clock = frozen()

    async def scenario() -> tuple[list[int], int]:
        woken: list[int] = []

        async def sleep(number: int) -> None:
            await clock.sleep(delays[number] * SECOND)
            assert clock.monotonic_ns() >= delays[number] * 10**9
            woken.append(number)

        tasks = [asyncio.create_task(sleep(number)) for number in range(len(delays))]
        await clock.wait_for_sleepers(len(delays))
        for step in advances:
            clock.advance(step)
        for _ in range(3):
            await asyncio.sleep(0)
        still = pending(clock)
        clock.advance(100)
        await asyncio.gather(*tasks)
        return woken, still

    woken, still = asyncio.run(scenario())
    assert sorted(range(len(delays)), key=lambda number: delays[number]) == woken
    assert sum(delay > sum(advances) for delay in delays) == still


def test_who_is_not_due_sleeps_on() -> None:
    """One nanosecond before its deadline a sleeper still sleeps."""
    clock = frozen()

    async def scenario() -> list[bool]:
        task = asyncio.create_task(clock.sleep(SECOND))
        await clock.wait_for_sleepers(1)
        seen: list[bool] = []
        for step in (999_999_999, 1):
            clock.advance_ns(step)
            for _ in range(3):
                await asyncio.sleep(0)
            seen.append(task.done())
        return seen

    assert asyncio.run(scenario()) == [False, True]


def test_setting_the_wall_clock_wakes_nobody() -> None:
    """Sleeps are measured on the monotonic clock."""
    clock = frozen()

    async def scenario() -> bool:
        task = asyncio.create_task(clock.sleep(SECOND))
        await clock.wait_for_sleepers(1)
        clock.shift_wall(3600)
        for _ in range(3):
            await asyncio.sleep(0)
        asleep = not task.done()
        clock.advance(1)
        await task
        return asleep

    assert asyncio.run(scenario())


@pytest.mark.parametrize("engine", ["asyncio", "uvloop"])
def test_a_sleep_on_the_system_clock_is_never_too_short(engine: str) -> None:
    """Also where the timers of the event loop go by milliseconds."""
    run: Callable[..., list[int]] = pytest.importorskip(engine).run
    clock = SystemClock()

    async def sleep(delay: timedelta) -> int:
        before = time.monotonic_ns()
        await clock.sleep(delay)
        return time.monotonic_ns() - before - delay // timedelta(microseconds=1) * 1000

    async def scenario() -> list[int]:
        delays = [timedelta(microseconds=137 * n) for n in range(1, 60)]
        return await asyncio.gather(*map(sleep, delays))

    assert [over for over in run(scenario()) if over < 0] == []


def test_sleeps_on_the_system_clock_end_in_the_order_of_their_deadlines() -> None:
    """The one with the earlier deadline ends first, whichever began first."""
    clock = SystemClock()

    async def scenario() -> list[int]:
        woken: list[int] = []

        async def sleep(number: int) -> None:
            await clock.sleep(timedelta(milliseconds=number))
            woken.append(number)

        await asyncio.gather(*map(sleep, [7, 3, 5, 1]))
        return woken

    assert asyncio.run(scenario()) == [1, 3, 5, 7]


@both
def test_no_time_at_all_lets_others_run(make: Maker) -> None:
    """A sleep of zero ends by itself, and is a point at which another task gets its turn."""
    clock = make()

    async def scenario() -> list[str]:
        log: list[str] = []

        async def other() -> None:
            log.append("other")

        task = asyncio.create_task(other())
        await clock.sleep(timedelta())
        log.append("slept")
        await task
        return log

    assert asyncio.run(scenario()) == ["other", "slept"]
    assert pending(clock) == 0


@both
@pytest.mark.parametrize(
    ("delay", "reason"),
    [
        (timedelta(microseconds=-1), "delay: must not be negative"),
        (0.5, "delay: must be a timedelta, not float"),
        (None, "delay: must be a timedelta, not NoneType"),
    ],
)
def test_what_is_no_delay_is_refused(make: Maker, delay: timedelta, reason: str) -> None:
    """A negative duration is refused, and so are seconds, which other sleepers do not take."""
    clock = make()

    with pytest.raises(InvalidArgument, match=rf"^{reason}"):
        asyncio.run(clock.sleep(delay))
    assert pending(clock) == 0


@both
def test_a_cancelled_sleep_leaves_nothing_behind(make: Maker) -> None:
    """It ends at once; the clock forgets it, the loop has no timer for it, and the clock works."""
    clock = make()

    async def scenario() -> tuple[int, int]:
        loop = asyncio.get_running_loop()
        task = asyncio.create_task(clock.sleep(3600 * SECOND))
        await asyncio.sleep(0)
        during = pending(clock)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        timers: list[asyncio.TimerHandle] = vars(loop)["_scheduled"]
        assert [timer for timer in timers if not timer.cancelled()] == []
        await clock.sleep(timedelta())
        return during, pending(clock)

    assert asyncio.run(scenario()) == (1, 0)


@both
def test_a_forgotten_coroutine_leaves_nothing_behind(make: Maker) -> None:
    """One that is collected as garbage in the middle of its sleep is forgotten, too."""
    clock = make()

    async def scenario() -> int:
        sleep = clock.sleep(3600 * SECOND)
        sleep.send(None)
        assert pending(clock) == 1
        del sleep
        gc.collect()
        return pending(clock)

    assert asyncio.run(scenario()) == 0


@both
def test_closing_ends_every_sleep(make: Maker) -> None:
    """Sleepers in several threads and loops end with the same error as every later use."""
    clock = make()
    asleep = threading.Barrier(5)

    async def sleep() -> str:
        task = asyncio.create_task(clock.sleep(3600 * SECOND))
        await asyncio.sleep(0)
        await asyncio.to_thread(asleep.wait)
        with pytest.raises(ResourceClosed) as caught:
            await task
        return str(caught.value)

    def act(number: int) -> str:
        if number:
            return asyncio.run(sleep())
        asleep.wait()
        clock.close()
        with pytest.raises(ResourceClosed) as caught:
            asyncio.run(clock.sleep(SECOND))
        return str(caught.value)

    assert [f"{type(clock).__name__} is closed"] * 5 == in_threads(5, act)
    assert pending(clock) == 0


def test_sleepers_in_many_loops_are_woken_from_a_thread_without_one() -> None:
    """Eight threads with a loop of their own sleep ten times each; another thread advances."""
    clock = frozen()
    sleepers, naps = 8, 10

    async def nap() -> list[int]:
        seen: list[int] = []
        for _ in range(naps):
            deadline = clock.monotonic_ns() + 10**9
            await clock.sleep(SECOND)
            seen.append(clock.monotonic_ns() - deadline)
        return seen

    def act(number: int) -> list[int]:
        if number:
            return asyncio.run(nap())
        for _ in range(naps):
            asyncio.run(clock.wait_for_sleepers(sleepers))
            clock.advance(1)
        return []

    assert [[]] + [[0] * naps] * sleepers == in_threads(sleepers + 1, act)


def test_the_test_waits_until_enough_sleep() -> None:
    """It goes on when the last of them has come to its sleep, and not before."""
    clock = frozen()

    async def scenario() -> tuple[bool, bool]:
        waiting = asyncio.create_task(clock.wait_for_sleepers(2))
        tasks = [asyncio.create_task(clock.sleep(SECOND))]
        for _ in range(5):
            await asyncio.sleep(0)
        early = waiting.done()
        tasks.append(asyncio.create_task(clock.sleep(SECOND)))
        await waiting
        clock.advance(1)
        await asyncio.gather(*tasks)
        return early, waiting.done()

    assert asyncio.run(scenario()) == (False, True)


def test_waiting_for_sleepers_that_never_come_says_how_many_did() -> None:
    """It ends after its timeout of real time, and leaves nothing behind."""
    clock = frozen()

    async def scenario() -> str:
        task = asyncio.create_task(clock.sleep(SECOND))
        with pytest.raises(TimeoutError) as caught:
            await clock.wait_for_sleepers(2, timeout=timedelta(milliseconds=10))
        task.cancel()
        return str(caught.value)

    assert asyncio.run(scenario()) == "1 of 2 sleepers after 0.01 s"
    assert clock._watches == {}  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]


def test_a_sleeper_whose_loop_is_gone_does_not_count() -> None:
    """It never wakes, so nobody should wait for it; advancing past it is no error."""
    clock = frozen()
    sleep = clock.sleep(SECOND)

    async def begin() -> None:
        sleep.send(None)

    asyncio.run(begin())

    with pytest.raises(TimeoutError, match=r"^0 of 1 sleepers after 0\.01 s$"):
        asyncio.run(clock.wait_for_sleepers(1, timeout=0.01))
    clock.advance(1)

    sleep.close()


@pytest.mark.parametrize(
    ("count", "timeout"), [(-1, 1), (1.5, 1), (True, 1), (1, -1), (1, float("nan"))]
)
def test_waiting_for_sleepers_refuses_what_is_no_number(count: int, timeout: float) -> None:
    """A count below zero or not whole is refused, and so is a negative timeout."""
    with pytest.raises(InvalidArgument):
        asyncio.run(frozen().wait_for_sleepers(count, timeout=timeout))


def test_closing_ends_the_wait_for_sleepers() -> None:
    """Nobody can come any more."""
    clock = frozen()

    async def scenario() -> None:
        waiting = asyncio.create_task(clock.wait_for_sleepers(1))
        await asyncio.sleep(0)
        clock.close()
        with pytest.raises(ResourceClosed):
            await waiting
        with pytest.raises(ResourceClosed):
            await clock.wait_for_sleepers(0)

    asyncio.run(scenario())


def test_a_wait_ends_once() -> None:
    """The first to end it says how; the rest is ignored."""

    async def scenario() -> bool:
        wait = Wait(0)
        wait.end(come=True)
        wait.end(come=False)
        await asyncio.sleep(0)
        wait.settle(come=False)
        return await wait

    assert asyncio.run(scenario())


@pytest.mark.parametrize("kind", ["SystemClock()", "FrozenClock(now=START)"])
def test_a_forked_child_can_use_the_clock(kind: str) -> None:
    """Although another thread of the parent held its lock, and sleepers waited in a loop there."""
    script = f"""
import asyncio, os, threading
from datetime import UTC, datetime, timedelta
from dagstack.resources import FrozenClock, SystemClock

START = datetime(2026, 1, 1, tzinfo=UTC)
clock = {kind}

async def forked():
    task = asyncio.create_task(clock.sleep(timedelta(hours=1)))
    await asyncio.sleep(0)
    clock._lock.acquire()
    child = os.fork()
    if not child:
        assert not clock._sleeps
        if isinstance(clock, FrozenClock):
            clock.advance(1)
        clock.now(), clock.close()
        os._exit(42)
    clock._lock.release()
    task.cancel()
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

print(asyncio.run(forked()))
"""
    done = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, check=True, timeout=20
    )

    assert done.stdout == b"42\n"

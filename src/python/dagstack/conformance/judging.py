"""Puts an implementation before a suite."""

from __future__ import annotations

import asyncio
import sys
import tempfile
import traceback
from collections.abc import Callable
from concurrent.futures import wait
from contextlib import ExitStack, suppress
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

from dagstack.conformance.failures import told
from dagstack.conformance.harness import (
    Harness,
    applicable,
    check,
    reason_to_skip,
    row_id,
    surroundings_of,
)
from dagstack.conformance.live import CaseFailed, Live, settled
from dagstack.conformance.outcomes import Outcome
from dagstack.conformance.result_types import shown
from dagstack.conformance.stage import ByHand, Stage
from dagstack.conformance.steps import Player, StepFailed
from dagstack.conformance.threads import Worker
from dagstack.conformance.values import Names

if TYPE_CHECKING:
    import threading

    from dagstack.conformance.documents import Case, Suite
    from dagstack.conformance.harness import Body

LIMIT: Final = 60.0
"""Seconds that a row of a case may take."""

_GRACE: Final = 5.0
"""Seconds more for what does not heed a cancellation."""

MakeHarness: TypeAlias = Callable[[Path], Harness]
"""Describes an implementation that keeps its files in the folder it is given, one for each row."""


def judge(suite: Suite, harness: Harness | MakeHarness, *, limit: float = LIMIT) -> list[Outcome]:
    """Execute all cases of a suite that concern an implementation.

    Args:
        suite: The suite, see ``load``.
        harness: The implementation, or what describes it for one row, given an empty folder.
        limit: The seconds that a row may take.

    Raises:
        ValueError: the harness does not fit the suite; nothing was executed.
    """
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as parent:
        first = harness if isinstance(harness, Harness) else harness(_folder(parent, "first"))
        check(suite, first)
        outcomes: list[Outcome] = []
        for case in applicable(suite, first):
            for row in case.rows:
                own = (
                    harness
                    if isinstance(harness, Harness)
                    else harness(_folder(parent, row_id(case, row)))
                )
                outcomes.append(judge_row(suite, own, case, row, limit=limit))
        return outcomes


def _folder(parent: str, name: str) -> Path:
    made = Path(parent).resolve() / name
    made.mkdir()
    return made


def judge_row(
    suite: Suite, harness: Harness, case: Case, row: int, *, limit: float = LIMIT
) -> Outcome:
    """Execute one row of a case, in a thread with an event loop of its own.

    Args:
        suite: The suite.
        harness: The implementation, which fits the suite.
        case: One of the suite's cases.
        row: The number of the row, 0 if the case has no table.
        limit: The seconds that it may take.
    """
    if skipped := reason_to_skip(case, harness):
        return Outcome(case.name, row, "skipped", skipped)
    said = _attempt(suite, harness, case, row, limit)
    declared = harness.expected_failures.get(
        row_id(case, row), harness.expected_failures.get(case.name, "")
    )
    if declared and said:
        return Outcome(case.name, row, "expected_failure", declared)
    if declared:
        passes = _report(suite, case, row, case.line, f"it passes, but is to fail: {declared}")
        return Outcome(case.name, row, "unexpected_pass", passes)
    return Outcome(case.name, row, "failed", said) if said else Outcome(case.name, row, "passed")


def _attempt(suite: Suite, harness: Harness, case: Case, row: int, limit: float) -> str:
    """Execute a row; say what went wrong."""
    timers: list[asyncio.Timeout] = []

    async def play() -> None:
        async with asyncio.timeout(limit) as timer:
            timers.append(timer)
            await _play(suite, harness, case, row)

    worker = Worker(play)
    too_long = f"it took longer than {limit:g} s"
    if wait([worker.done], limit + _GRACE).not_done:
        where = f"\n{_position(worker.thread)}" if worker.thread.is_alive() else ""
        return _report(suite, case, row, case.line, f"{too_long}{where}")
    try:
        worker.done.result()
    except StepFailed as failure:
        return _report(suite, case, row, failure.line, str(failure))
    except CaseFailed as failure:
        return _report(suite, case, row, case.line, str(failure))
    except TimeoutError as error:
        reason = too_long if timers[0].expired() else f"it failed with {told(error)}"
        return _report(suite, case, row, case.line, reason)
    except KeyboardInterrupt:
        raise
    except BaseException as error:  # noqa: BLE001 - pytest's own are no Exception
        return _report(suite, case, row, case.line, f"it failed with {told(error)}")
    return ""


async def _play(suite: Suite, harness: Harness, case: Case, row: int) -> None:
    around = surroundings_of(suite)
    stage = Stage(suite, harness, around)
    names = Names(suite)
    if row:
        for name, value in case.table[row - 1].items():
            names[name] = names.evaluate(value)
    given: dict[str, Live] = {}
    with ExitStack() as folders:
        try:
            for each in case.given:
                options = {name: names.evaluate(value) for name, value in each["options"].items()}
                given[each["name"]] = names[each["name"]] = await stage.make(
                    each["subject"], options
                )
            if case.by_hand:
                body = harness.by_hand.get(case.name, around.by_hand.get(case.name, _no_body(case)))
                await settled(body(ByHand(stage, given, folders)))
            else:
                await Player(stage).play(case.steps, names)
        except BaseException:
            with suppress(CaseFailed):  # what failed first says more
                await stage.clear()
            raise
        await stage.clear()


def _no_body(case: Case) -> Body:
    def fail(_: ByHand) -> None:
        raise CaseFailed(f"no body; it has to do this by hand: {case.by_hand}")

    return fail


def _report(suite: Suite, case: Case, row: int, line: int, said: str) -> str:
    columns = f"\nits row: {shown(dict(case.table[row - 1]))}" if row else ""
    return f"{row_id(case, row)} ({suite.source}:{line}): {case.summary}\n{said}{columns}"


def _position(thread: threading.Thread) -> str:
    """Where a thread hangs."""
    frame = sys._current_frames().get(thread.ident or 0)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - the only way to know
    return "it hangs here:\n" + "".join(traceback.format_stack(frame)).rstrip() if frame else ""

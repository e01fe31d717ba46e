"""Executes the steps of a case."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any, Final, cast

from dagstack.conformance.failures import told, unlike
from dagstack.conformance.live import CaseFailed, Live
from dagstack.conformance.matching import mismatch
from dagstack.conformance.result_types import shown
from dagstack.conformance.started import Started
from dagstack.conformance.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Coroutine, Iterable, Sequence

    from dagstack.conformance.documents import Json
    from dagstack.conformance.stage import Stage
    from dagstack.conformance.values import Names

    Step = Mapping[str, Json]

_VERBS: Final = (
    *("call", "read", "make", "start", "wait", "cancel", "pending", "ended"),
    *("let", "overwrite", "check", "for", "together", "branches"),
)


class StepFailed(CaseFailed):
    """A step did not go as the case says; it knows the step's line."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(text)
        self.line = line


class Player:
    """Executes steps on a stage, which makes and closes the subjects."""

    def __init__(self, stage: Stage) -> None:
        self._stage = stage
        self._turns = count()

    async def play(self, steps: Iterable[Step], names: Names) -> None:
        """Execute steps in order.

        Raises:
            StepFailed: one did not go as the case says.
        """
        for step in steps:
            verb = next((each for each in _VERBS if each in step), "")
            if not verb:
                raise ValueError(f"this runner does not know the step {dict(step)}")
            try:
                await getattr(self, f"_{verb}")(step, names)
            except StepFailed:
                raise
            except CaseFailed as failure:
                raise StepFailed(step["line"], f"{_title(verb, step)}: {failure}") from failure

    # Steps with an end

    async def _call(self, step: Step, names: Names) -> None:
        await self._expect(self._calling(step["call"], step, names), step, names)

    async def _read(self, step: Step, names: Names) -> None:
        name, member = step["read"]

        async def reading() -> object:
            return names[name].read(member)

        await self._expect(reading, step, names)

    async def _make(self, step: Step, names: Names) -> None:
        what = step["make"]
        options = {name: names.evaluate(each) for name, each in what["options"].items()}

        async def making() -> object:
            return await self._stage.make(what["subject"], options)

        await self._expect(making, step, names)

    async def _wait(self, step: Step, names: Names) -> None:
        started: Started = names[step["wait"]]
        await self._expect(started.result, step, names)

    def _calling(
        self, target: Sequence[str], step: Step, names: Names
    ) -> Callable[[], Coroutine[Any, Any, object]]:
        live = names[target[0]]
        if not isinstance(live, Live):
            raise CaseFailed(f"{target[0]} is {shown(live)}, which has no {target[1]}")
        arguments = {name: names.evaluate(each) for name, each in step.get("args", {}).items()}

        async def call() -> object:
            return await live.call(target[1], arguments)

        return call

    async def _expect(self, act: Callable[[], Awaitable[object]], step: Step, names: Names) -> None:
        """Do something, and compare what comes of it with what the step says."""
        try:
            result = await act()
        except CaseFailed:
            raise
        except (Exception, asyncio.CancelledError) as error:
            if _is_ours(error):
                raise
            if "raises" not in step:
                raise CaseFailed(f"it failed with {told(error)}") from error
            if said := await unlike(error, step["raises"], names):
                raise CaseFailed(said) from error
            return
        if "raises" in step:
            raise CaseFailed(f"expected {step['raises']['error']}, got {shown(result)}")
        if "returns" in step:
            wanted = names.evaluate(step["returns"])
            if said := await mismatch(wanted, result, names.suite):
                raise CaseFailed(said)
        if "as" in step:
            names[step["as"]] = result

    # Calls that go on

    async def _start(self, step: Step, names: Names) -> None:
        started = Started(self._calling(step["start"], step, names), self._turns)
        self._stage.started.append(started)
        names[step["as"]] = started
        await asyncio.sleep(0)  # so that it has begun

    async def _cancel(self, step: Step, names: Names) -> None:
        names[step["cancel"]].cancel()

    async def _pending(self, step: Step, names: Names) -> None:
        for _ in range(20):  # whoever could end has its chance
            await asyncio.sleep(0)
        if over := [name for name in step["pending"] if names[name].turn is not None]:
            raise CaseFailed(f"{', '.join(over)} ended already")

    async def _ended(self, step: Step, names: Names) -> None:
        order: list[str] = step["ended"]
        if still := [name for name in order if names[name].turn is None]:
            raise CaseFailed(f"{', '.join(still)} did not end yet")
        found = sorted(order, key=lambda name: names[name].turn)
        if found != order:
            raise CaseFailed(f"expected them to end in this order, got {', '.join(found)}")

    # Values

    async def _let(self, step: Step, names: Names) -> None:
        for name, value in step["let"]:
            names[name] = names.evaluate(value)

    async def _overwrite(self, step: Step, names: Names) -> None:
        value = names.evaluate(step["overwrite"])
        if isinstance(value, bytearray):  # bytes cannot be changed at all
            value[:] = bytes(byte ^ 0xFF for byte in value)

    async def _check(self, step: Step, names: Names) -> None:
        value, wanted = names.evaluate(step["check"]), names.evaluate(step["is"])
        if said := await mismatch(wanted, value, names.suite):
            raise CaseFailed(said)

    # Blocks

    async def _for(self, step: Step, names: Names) -> None:
        for item in _items(step["in"], names):
            await self._turn(step["do"], names, step["for"], item)()

    async def _together(self, step: Step, names: Names) -> None:
        blocks = [
            self._turn(step["do"], names, step["together"], item)
            for item in _items(step["in"], names)
        ]
        await in_threads(blocks)

    async def _branches(self, step: Step, names: Names) -> None:
        await in_threads([partial(self.play, branch, names.inner()) for branch in step["branches"]])

    def _turn(
        self, steps: Iterable[Step], names: Names, name: str, item: object
    ) -> Callable[[], Coroutine[Any, Any, None]]:
        """Make what executes a block once, for one item."""
        inner = names.inner()
        inner[name] = item

        async def play() -> None:
            try:
                await self.play(steps, inner)
            except StepFailed as failure:
                text = f"{failure}\nwhere {name} is {shown(item)}"
                raise StepFailed(failure.line, text) from failure.__cause__

        return play


def _items(items: Json, names: Names) -> Iterable[object]:
    if isinstance(items, Mapping) and "from" in items:
        bounds = cast("Mapping[str, Json]", items)
        return range(names.evaluate(bounds["from"]), names.evaluate(bounds["to"]) + 1)
    return cast("Iterable[object]", names.evaluate(items))


def _is_ours(error: BaseException) -> bool:
    """Whether the case itself is being cancelled, as opposed to a call in it."""
    task = asyncio.current_task()
    return isinstance(error, asyncio.CancelledError) and task is not None and task.cancelling() > 0


def _title(verb: str, step: Step) -> str:
    """Name a step as the case writes it."""
    target = step[verb]
    match verb:
        case "call" | "read" | "start":
            return f"{verb} {'.'.join(target)}"
        case "make":
            return f"{verb} {target['subject']}"
        case "wait" | "cancel":
            return f"{verb} {target}"
        case "pending" | "ended":
            return f"{verb} {', '.join(target)}"
        case _:
            return verb

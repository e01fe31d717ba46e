"""Errors in the words of a case: which one was raised, and where in the code under test."""

from __future__ import annotations

import asyncio
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Final, cast

from dagstack.conformance.matching import mismatch
from dagstack.conformance.result_types import misfit, shown

if TYPE_CHECKING:
    from dagstack.conformance.documents import Json
    from dagstack.conformance.values import Names

_OWN: Final = Path(__file__).parent
_MACHINERY: Final = (_OWN, Path(asyncio.__file__).parent)


async def unlike(error: BaseException, expected: Json, names: Names) -> str:
    """Say how an error differs from what a step expects; nothing if it does not."""
    wanted, fields = expected["error"], expected["fields"]
    if wanted == "Cancelled":
        return "" if isinstance(error, asyncio.CancelledError) else _other("a cancellation", error)
    if wanted == "Failures":
        if not isinstance(error, Exception):
            return _other("an error", error)
        found: dict[str, object] = {"messages": messages(error)}
        return await _fields(fields, found, names, "Failures")
    suite = names.suite
    kind = suite.type_of("errors", wanted)
    if not isinstance(error, kind):
        return _other(kind.__name__, error)
    found = {"message": str(error)}
    for name in fields:
        if name != "message":
            about = suite.errors[wanted]["fields"][name]
            value = getattr(error, about["name"])
            # What an error holds is for reading, so any sequence is a list.
            found[name] = [*value] if isinstance(value, tuple) else value
            if said := misfit(found[name], about["type"], suite):
                return f"{kind.__name__}.{about['name']} has the wrong type: {said}"
    return await _fields(fields, found, names, kind.__name__)


async def _fields(expected: Json, found: dict[str, object], names: Names, error: str) -> str:
    for name, value in expected.items():
        wanted = names.evaluate(value)
        if said := await mismatch(wanted, found[name], names.suite, f".{name}"):
            return f"{error} {said}"
    return ""


def _other(wanted: str, error: BaseException) -> str:
    return f"expected {wanted}, got {told(error)}"


def messages(error: BaseException) -> list[str]:
    """The texts of all errors that an error bundles, or its own."""
    if isinstance(error, BaseExceptionGroup):
        group = cast("BaseExceptionGroup[BaseException]", error)
        return [text for each in group.exceptions for text in messages(each)]
    return [str(error)]


def told(error: BaseException) -> str:
    """An error's class and text, and where it came from, without the runner's own frames."""
    text = f"{type(error).__name__}: {shown(str(error), 400)[1:-1]}"
    frames = [
        frame
        for frame in traceback.extract_tb(error.__traceback__)
        if not any(Path(frame.filename).is_relative_to(folder) for folder in _MACHINERY)
        or Path(frame.filename).is_relative_to(_OWN / "suites")
    ]
    where = "".join(traceback.format_list(frames)).rstrip()
    return f"{text}\n{where}" if where else text

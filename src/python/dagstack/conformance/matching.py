"""Whether a value is what a case expects."""

from __future__ import annotations

import itertools
import math
import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from dagstack.conformance.live import Live, plain
from dagstack.conformance.result_types import shown
from dagstack.conformance.values import Expectation

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dagstack.conformance.documents import Suite


async def mismatch(expected: object, actual: object, suite: Suite, where: str = "") -> str:
    """Say what is wrong with a value; nothing if it is as expected.

    Args:
        expected: A value, in which there may be an ``Expectation`` at any depth.
        actual: What an implementation gave.
        suite: Says what the members of objects are called.
        where: The place within a larger value, such as ``[0].key``.
    """
    if isinstance(expected, Expectation):
        for operator, operand in expected.operators.items():
            if said := await _OPERATORS[operator](operand, actual, suite, where):
                return said
        return ""
    if isinstance(expected, Mapping) and isinstance(actual, Mapping):
        return await _entries(
            cast("Mapping[object, object]", expected),
            cast("Mapping[object, object]", actual),
            suite,
            where,
        )
    if isinstance(expected, list) and isinstance(actual, list | tuple):
        return await _items(
            cast("list[object]", expected), cast("Sequence[object]", actual), suite, where
        )
    return "" if equal(expected, actual) else _expected(shown(plain(expected)), actual, where)


def equal(expected: Any, actual: Any) -> bool:  # noqa: ANN401 - any value
    """Whether two values are the same to a case: numbers by value, truth values by themselves."""
    expected, actual = plain(expected), plain(actual)
    if isinstance(expected, bool) or isinstance(actual, bool):
        return expected is actual
    if isinstance(actual, Path) and isinstance(expected, str):
        return str(actual) == expected
    if isinstance(expected, float) and math.isnan(expected):
        return isinstance(actual, float) and math.isnan(actual)
    return bool(expected == actual)


async def _entries(
    expected: Mapping[object, object], actual: Mapping[object, object], suite: Suite, where: str
) -> str:
    if set(expected) != set(actual):
        keys = sorted(map(str, expected))
        return _expected(f"the keys {shown(keys)}", sorted(map(str, actual)), where)
    return await _parts(expected, actual, suite, where)


async def _parts(
    expected: Mapping[object, object], actual: Mapping[object, object], suite: Suite, where: str
) -> str:
    for key, each in expected.items():
        if said := await mismatch(each, actual[key], suite, f"{where}[{key!r}]"):
            return said
    return ""


async def _items(
    expected: Sequence[object], actual: Sequence[object], suite: Suite, where: str
) -> str:
    if len(expected) != len(actual):
        return _expected(f"{len(expected)} items, {shown(plain(list(expected)))}", actual, where)
    for index, (each, found) in enumerate(zip(expected, actual, strict=True)):
        if said := await mismatch(each, found, suite, f"{where}[{index}]"):
            return said
    return ""


def _expected(wanted: str, actual: object, where: str) -> str:
    place = f"at {where} " if where else ""
    return f"{place}expected {wanted}, got {shown(plain(actual))}"


def _comparison(words: str, holds: Callable[[Any, Any], bool]) -> _Operator:
    async def compared(operand: object, actual: object, _: Suite, where: str) -> str:
        kinds = (datetime,) if isinstance(operand, datetime) else (int, float)
        fits = isinstance(actual, kinds) and not isinstance(actual, bool)
        if fits and holds(actual, operand):
            return ""
        return _expected(f"{words} {shown(plain(operand))}", actual, where)

    return compared


def _of_text(words: str, holds: Callable[[str, str], bool]) -> _Operator:
    async def compared(operand: object, actual: object, _: Suite, where: str) -> str:
        text = str(actual) if isinstance(actual, Path) else actual
        if isinstance(text, str) and holds(text, str(operand)):
            return ""
        return _expected(f"{words} {shown(operand)}", actual, where)

    return compared


async def _anything(_: object, __: object, ___: Suite, ____: str) -> str:
    return ""


async def _between(operand: Any, actual: object, suite: Suite, where: str) -> str:  # noqa: ANN401
    return await _OPERATORS["at_least"](operand[0], actual, suite, where) or await _OPERATORS[
        "at_most"
    ](operand[1], actual, suite, where)


async def _length(operand: object, actual: object, suite: Suite, where: str) -> str:
    whole = actual
    if not isinstance(actual, str | bytes | Sequence | Mapping):
        return _expected(f"something of length {operand}", whole, where)
    length = len(cast("Sequence[object]", whole))
    said = await mismatch(operand, length, suite)
    return said and _expected(f"length {shown(operand)}, not {length}", whole, where)


async def _contains(operand: object, actual: object, suite: Suite, where: str) -> str:
    whole = actual
    if isinstance(actual, Mapping) and isinstance(operand, Mapping):
        entries = cast("Mapping[object, object]", actual)
        wanted = cast("Mapping[object, object]", operand)
        missing = [key for key in wanted if key not in entries]
        if missing:
            return _expected(f"the key {missing[0]!r}", entries, where)
        return await _parts(wanted, entries, suite, where)
    if isinstance(actual, str | bytes) and isinstance(operand, str | bytes):
        found = cast("Any", operand) in actual
    elif isinstance(actual, list | tuple):
        items = cast("Sequence[object]", actual)
        found = any([not await mismatch(operand, each, suite) for each in items])
    else:
        found = False
    return "" if found else _expected(f"something with {shown(plain(operand))}", whole, where)


async def _sorted(_: object, actual: object, __: Suite, where: str) -> str:
    items = cast("list[str]", actual)
    whole = actual
    if isinstance(actual, list) and all(one < two for one, two in itertools.pairwise(items)):
        return ""
    return _expected("texts that ascend by code points, none twice", whole, where)


async def _one_of(operand: Any, actual: object, suite: Suite, where: str) -> str:  # noqa: ANN401
    for each in operand:
        if not await mismatch(each, actual, suite):
            return ""
    return _expected(f"one of {shown(plain(operand))}", actual, where)


async def _each(operand: object, actual: object, suite: Suite, where: str) -> str:
    if isinstance(actual, Mapping):
        entries = cast("Mapping[object, object]", actual)
        return await _parts(dict.fromkeys(entries, operand), entries, suite, where)
    if not isinstance(actual, list | tuple):
        return _expected("a list or a map", actual, where)
    items = cast("Sequence[object]", actual)
    return await _items([operand] * len(items), items, suite, where)


async def _not(operand: object, actual: object, suite: Suite, where: str) -> str:
    if await mismatch(operand, actual, suite):
        return ""
    return _expected(f"anything but {shown(plain(operand))}", actual, where)


async def _same_as(operand: object, actual: object, _: Suite, where: str) -> str:
    wanted, found = plain(operand), plain(actual)
    if wanted is found or (isinstance(wanted, str | int | float) and equal(wanted, found)):
        return ""
    return _expected(f"the same object as {shown(wanted)}", found, where)


async def _has(operand: Any, actual: object, suite: Suite, where: str) -> str:  # noqa: ANN401
    for name, wanted in operand["members"].items():
        found = await member(actual, operand["type"], name, suite)
        if said := await mismatch(wanted, found, suite, f"{where}.{name}"):
            return said
    return ""


async def member(value: object, kind: str, name: str, suite: Suite) -> object:
    """Read a property, the result of a method without arguments, or a field of a record."""
    if kind in suite.records:
        return getattr(plain(value), suite.records[kind]["fields"][name])
    live = value if isinstance(value, Live) else Live(value, suite, None, (kind,), {})
    if name in suite.interfaces[kind]["properties"]:
        return live.read(name)
    return await live.call(name, {})


if TYPE_CHECKING:
    from typing import TypeAlias

    _Operator: TypeAlias = Callable[[Any, object, Suite, str], Awaitable[str]]

_OPERATORS: dict[str, _Operator] = {
    "anything": _anything,
    "between": _between,
    "at_least": _comparison("at least", lambda actual, low: actual >= low),
    "at_most": _comparison("at most", lambda actual, high: actual <= high),
    "less_than": _comparison("less than", lambda actual, high: actual < high),
    "more_than": _comparison("more than", lambda actual, low: actual > low),
    "length": _length,
    "matches": _of_text("a text that matches", lambda text, rule: bool(re.fullmatch(rule, text))),
    "contains": _contains,
    "starts_with": _of_text("a text that starts with", str.startswith),
    "ends_with": _of_text("a text that ends with", str.endswith),
    "sorted": _sorted,
    "one_of": _one_of,
    "each": _each,
    "not": _not,
    "same_as": _same_as,
    "has": _has,
}

"""Operators that make a value which YAML cannot hold."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dagstack.idl.check.cases import values as rules
from dagstack.idl.resolve.suites.kinds import ANY, BYTES, INT, TEXTS
from dagstack.idl.resolve.suites.plain import literal

if TYPE_CHECKING:
    from collections.abc import Callable

    from dagstack.idl.case_model import Compiled
    from dagstack.idl.model import Type
    from dagstack.idl.resolve.suites.context import Context
    from dagstack.idl.source import At

_HEX = re.compile(r"([0-9A-Fa-f]{2})*")
_NAIVE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?")
_PAIR = 2


def made_by(context: Context, name: str, operand: Any, kind: Type, at: At) -> Compiled:  # noqa: ANN401
    """The value that an operator makes of its operand."""
    return MAKERS[name](context, operand, kind, at)


def _hex(context: Context, operand: Any, kind: Type, at: At) -> Compiled:  # noqa: ANN401
    context.demand("$hex", kind, ("bytes",), at)
    if isinstance(operand, str) and _HEX.fullmatch(operand):
        return {"$hex": operand.lower()}
    return _malformed_operand(context, "$hex", 'pairs of hexadecimal digits: "00ff"', at)


def _buffer(context: Context, operand: Any, kind: Type, at: At) -> Compiled:  # noqa: ANN401
    context.demand("$buffer", kind, ("bytes",), at)
    return {"$buffer": context.value(operand, BYTES, at)}


def _repeat(context: Context, operand: Any, kind: Type, at: At) -> Compiled:  # noqa: ANN401
    context.demand("$repeat", kind, (*TEXTS, "bytes"), at)
    if isinstance(operand, dict) and operand.keys() == {"value", "times"}:
        value = context.value(operand["value"], kind, (*at, "value"))
        return {"$repeat": [value, context.value(operand["times"], INT, (*at, "times"))]}
    wanted = "a value and how often: {value: ab, times: 3}"
    return _malformed_operand(context, "$repeat", wanted, at)


def _malformed(context: Context, operand: Any, kind: Type, at: At) -> Compiled:  # noqa: ANN401
    context.demand("$malformed", kind, TEXTS, at)
    texts = isinstance(operand, list) and all(isinstance(part, str) for part in operand)
    if texts and len(operand) == _PAIR:
        return {"$malformed": operand}
    return _malformed_operand(context, "$malformed", "two texts: [before, after]", at)


def _wrong_type(context: Context, operand: Any, _: Type, at: At) -> Compiled:  # noqa: ANN401
    context.needs.add("dynamic_types")
    return context.value(operand, ANY, at)


def _naive(context: Context, operand: Any, kind: Type, at: At) -> Compiled:  # noqa: ANN401
    context.needs.add("naive_datetimes")
    context.demand("$naive", kind, ("datetime",), at)
    if isinstance(operand, str) and _NAIVE.fullmatch(operand):
        return {"$naive": operand}
    wanted = 'a time without a zone: "2026-01-31T12:00:00"'
    return _malformed_operand(context, "$naive", wanted, at)


def _malformed_operand(context: Context, name: str, wanted: str, at: At) -> Compiled:
    context.report.add(rules.malformed_operand(at, name, wanted))


MAKERS: dict[str, Callable[[Context, Any, Type, At], Compiled]] = {
    "$hex": _hex,
    "$buffer": _buffer,
    "$repeat": _repeat,
    "$malformed": _malformed,
    "$wrong_type": _wrong_type,
    "$naive": _naive,
    "$literal": literal,
}

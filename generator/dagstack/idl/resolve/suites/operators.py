"""Operators: mappings whose keys begin with ``$``."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from dagstack.idl.check.cases import values as rules
from dagstack.idl.check.literals import spelled
from dagstack.idl.model import ListOf, MapOf, Maybe, Named, Scalar, Variable
from dagstack.idl.resolve.suites.regular import Unportable, portable
from dagstack.idl.resolve.suites.scope import ANY, EXPRESSION

if TYPE_CHECKING:
    from dagstack.idl.case_model import Compiled
    from dagstack.idl.model import Type
    from dagstack.idl.resolve.suites.values import Values
    from dagstack.idl.source import At

MAKERS = ("$hex", "$buffer", "$repeat", "$malformed", "$wrong_type", "$naive", "$literal")
"""Those that make a value."""
TEXTS = ("string", "path")
ORDERED = ("int", "int64", "float", "datetime", "duration")
_STRING = Scalar(name="string")
_INT = Scalar(name="int")
_BYTES = Scalar(name="bytes")
_HEX = re.compile(r"([0-9A-Fa-f]{2})*")
_NAIVE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?")
_PAIR = 2

EXPECTATIONS: dict[str, tuple[str, ...]] = {
    "$anything": (),
    "$between": ORDERED,
    "$at_least": ORDERED,
    "$at_most": ORDERED,
    "$less_than": ORDERED,
    "$more_than": ORDERED,
    "$length": ("string", "bytes", "list", "map"),
    "$matches": TEXTS,
    "$contains": (*TEXTS, "list", "map"),
    "$starts_with": TEXTS,
    "$ends_with": TEXTS,
    "$sorted": ("list",),
    "$one_of": (),
    "$each": ("list", "map"),
    "$not": (),
    "$same_as": (),
    "$has": ("object",),
}
"""Those that expect something, and the kinds of types they are for; none means any."""


def operators(
    values: Values, raw: dict[str, Any], kind: Type, at: At, *, expected: bool
) -> Compiled:
    """A mapping with at least one key that begins with `$`."""
    known = (*MAKERS, *EXPECTATIONS)
    report = values.report
    for name in raw:
        if not name.startswith("$"):
            problem = f"`{name}` is no operator, but stands beside one"
            report.add(rules.misplaced_operator((*at, name), problem, "write {$literal: {...}}"))
            return None
        if name not in known:
            report.add(rules.unknown_operator((*at, name), name, known))
            return None
    maker = next((name for name in raw if name in MAKERS), None)
    if maker is not None:
        if len(raw) > 1:
            other = next(name for name in raw if name != maker)
            problem = f"`{maker}` makes a value and stands alone"
            report.add(rules.misplaced_operator((*at, other), problem))
        return _made(values, maker, raw[maker], kind, (*at, maker))
    if not expected:
        name = next(iter(raw))
        problem = f"`{name}` expects something, and a value is given here"
        report.add(rules.misplaced_operator((*at, name), problem))
        return None
    bare = kind.inner if isinstance(kind, Maybe) else kind
    return {
        "$expect": {
            name.removeprefix("$"): _expected(values, name, operand, bare, (*at, name))
            for name, operand in raw.items()
        }
    }


def _made(values: Values, name: str, operand: Any, kind: Type, at: At) -> Compiled:  # noqa: ANN401, C901, PLR0911  (one per operator)
    bare = kind.inner if isinstance(kind, Maybe) else kind
    match name:
        case "$wrong_type":
            values.needs.add("dynamic_types")
            return values.value(operand, ANY, at)
        case "$literal":
            return values.literal(operand, kind, at)
        case "$buffer" | "$hex":
            values.demand(name, bare, ("bytes",), at)
            if name == "$buffer":
                return {"$buffer": values.value(operand, _BYTES, at)}
            if isinstance(operand, str) and _HEX.fullmatch(operand):
                return {"$hex": operand.lower()}
            wanted = 'pairs of hexadecimal digits, in quotes: "00ff"'
        case "$naive":
            values.needs.add("naive_datetimes")
            values.demand(name, bare, ("datetime",), at)
            if isinstance(operand, str) and _NAIVE.fullmatch(operand):
                return {"$naive": operand}
            wanted = 'a time without a zone, "2026-01-31T12:00:00"'
        case "$malformed":
            values.demand(name, bare, TEXTS, at)
            if _is_pair(operand) and all(isinstance(part, str) for part in operand):
                return {"$malformed": operand}
            wanted = "two texts: [before, after]"
        case _:
            values.demand(name, bare, (*TEXTS, "bytes"), at)
            if isinstance(operand, dict) and operand.keys() == {"value", "times"}:
                return {
                    "$repeat": [
                        values.value(operand["value"], bare, (*at, "value")),
                        values.value(operand["times"], _INT, (*at, "times")),
                    ]
                }
            wanted = "a value and how often: {value: ab, times: 3}"
    values.report.add(rules.malformed_operand(at, name, wanted))
    return None


def _expected(values: Values, name: str, operand: Any, kind: Type, at: At) -> Compiled:  # noqa: ANN401, C901, PLR0911, PLR0912  (one per operator)
    values.demand(name, kind, EXPECTATIONS[name], at)
    match name:
        case "$anything" | "$sorted":
            if operand is True:
                if name == "$sorted":
                    values.demand_texts(name, kind, at)
                return True
            wanted = "true"
        case "$between":
            if _is_pair(operand):
                return [values.value(end, kind, (*at, i)) for i, end in enumerate(operand)]
            wanted = "two values: [low, high]"
        case "$at_least" | "$at_most" | "$less_than" | "$more_than":
            return values.value(operand, kind, at)
        case "$length":
            return values.value(operand, _INT, at)
        case "$matches":
            return values.value(operand, EXPRESSION, at)
        case "$starts_with" | "$ends_with":
            return values.value(operand, _STRING, at)
        case "$contains":
            return _part(values, operand, kind, at)
        case "$one_of":
            if isinstance(operand, list) and operand:
                return [
                    values.value(choice, kind, (*at, i), expected=True)
                    for i, choice in enumerate(operand)
                ]
            wanted = "a list of what it may be"
        case "$each":
            inner = _item(kind)
            return values.value(operand, inner, at, expected=True)
        case "$not":
            return values.value(operand, kind, at, expected=True)
        case "$same_as":
            if isinstance(operand, str) and values.is_reference(operand):
                return values.value(operand, ANY, at)
            wanted = 'a name: "${name}"'
        case _:
            if isinstance(operand, dict) and operand:
                return values.has(operand, kind, at)
            wanted = "expectations by name: {status_code: 200}"
    values.report.add(rules.malformed_operand(at, name, wanted))
    return None


def _part(values: Values, operand: Any, kind: Type, at: At) -> Compiled:  # noqa: ANN401
    match kind:
        case ListOf(item=item):
            return values.value(operand, item, at, expected=True)
        case Scalar(name="string" | "path"):
            return values.value(operand, _STRING, at)
        case _:
            return values.value(operand, kind, at, expected=True)


def _item(kind: Type) -> Type:
    match kind:
        case ListOf(item=inner) | MapOf(value=inner):
            return inner
        case _:
            return ANY


def expression(values: Values, raw: object, at: At) -> Compiled:
    """A regular expression as it is written."""
    if not isinstance(raw, str):
        values.report.add(rules.malformed_operand(at, "$matches", "a regular expression"))
        return None
    made = portable(raw)
    if isinstance(made, Unportable):
        values.report.add(rules.expression_is_not_portable(at, made.problem, made.help))
        return None
    return made


def _is_pair(operand: object) -> bool:
    return isinstance(operand, list) and len(operand) == _PAIR


def family(kind: Type) -> str:  # noqa: PLR0911  (one per kind)
    """What a type is to an operator; empty if that is not known."""
    match kind:
        case Scalar(name="any" | "json") | Variable():
            return ""
        case Scalar(name=name):
            return name
        case ListOf():
            return "list"
        case MapOf():
            return "map"
        case Named(kind="enum"):
            return "enum"
        case Named():
            return "object"
        case Maybe(inner=inner):
            return family(inner)


def wrong_family(name: str, kind: Type, families: tuple[str, ...]) -> str:
    """Why an operator is not for a type; empty if it is."""
    own = family(kind)
    if not families or not own or own in families:
        return ""
    return f"`{name}` is for {', '.join(families)}, not for a value of `{spelled(kind)}`"

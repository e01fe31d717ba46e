"""Operators that expect something of a value."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagstack.idl.check.cases import steps as step_rules
from dagstack.idl.check.cases import values as rules
from dagstack.idl.check.literals import spelled
from dagstack.idl.model import ListOf, MapOf, Named, Scalar
from dagstack.idl.resolve.suites.kinds import ANY, EXPRESSION, INT, STRING, TEXTS, bare
from dagstack.idl.resolve.suites.placeholders import only_placeholder

if TYPE_CHECKING:
    from dagstack.idl.case_model import Compiled
    from dagstack.idl.model import Type
    from dagstack.idl.resolve.suites.context import Context
    from dagstack.idl.source import At

_ORDERED = ("int", "int64", "float", "datetime", "duration")
_PAIR = 2

EXPECTATIONS: dict[str, tuple[str, ...]] = {
    "$anything": (),
    "$between": _ORDERED,
    "$at_least": _ORDERED,
    "$at_most": _ORDERED,
    "$less_than": _ORDERED,
    "$more_than": _ORDERED,
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
"""Those that there are, and what each is for; nothing means any value."""
_WANTED = {
    "$anything": "true",
    "$between": "two values: [low, high]",
    "$sorted": "true",
    "$one_of": "a list of what it may be",
    "$same_as": 'a name: "${name}"',
    "$has": "expectations by name: {status_code: 200}",
}
"""What those take that do not take everything."""


def expectation(context: Context, name: str, operand: Any, kind: Type, at: At) -> Compiled:  # noqa: ANN401, PLR0911  (one per operator)
    """What an operator expects of a value of type ``kind``."""
    if not context.demand(name, kind, EXPECTATIONS[name], at):
        return None
    if name in _WANTED and not _can_take(name, operand):
        context.report.add(rules.malformed_operand(at, name, _WANTED[name]))
        return None
    match name:
        case "$anything":
            return True
        case "$sorted":
            if isinstance(kind, ListOf):
                context.demand(name, kind.item, TEXTS, at)
            return True
        case "$between":
            return [context.value(end, kind, (*at, i)) for i, end in enumerate(operand)]
        case "$one_of":
            return [
                context.value(choice, kind, (*at, i), expected=True)
                for i, choice in enumerate(operand)
            ]
        case "$has":
            return _has(context, operand, kind, at)
        case _:
            inner, expected = _operand_type(name, kind)
            return context.value(operand, inner, at, expected=expected)


def _can_take(name: str, operand: object) -> bool:
    match name:
        case "$anything" | "$sorted":
            return operand is True
        case "$between":
            return isinstance(operand, list) and len(operand) == _PAIR
        case "$one_of":
            return isinstance(operand, list) and operand != []
        case "$same_as":
            return only_placeholder(operand) is not None
        case _:
            return isinstance(operand, dict) and operand != {}


def _operand_type(name: str, kind: Type) -> tuple[Type, bool]:  # noqa: PLR0911  (one per operator)
    """The type of an operand that is one value, and whether it is an expectation again."""
    match name, kind:
        case "$length", _:
            return INT, False
        case "$matches", _:
            return EXPRESSION, False
        case "$starts_with" | "$ends_with", _:
            return STRING, False
        case "$same_as", _:
            return ANY, False
        case "$contains", ListOf(item=item):
            return item, True
        case "$contains", Scalar(name="string" | "path"):
            return STRING, False
        case "$each", ListOf(item=inner) | MapOf(value=inner):
            return inner, True
        case "$each" | "$contains" | "$not", _:
            return kind, True
        case _:
            return kind, False


def _has(context: Context, members: dict[str, Any], kind: Type, at: At) -> Compiled:
    """What can be had of an object without arguments."""
    types = _readable(context, kind)
    if types is None or not isinstance(kind, Named):
        problem = f"what a value of `{spelled(kind)}` has is not known here"
        context.report.add(rules.misplaced_operator(at, problem))
        return None
    made: dict[str, Compiled] = {}
    for name, expected in members.items():
        if name in types:
            made[name] = context.value(expected, types[name], (*at, name), expected=True)
        else:
            problem = f"`{kind.name}` has no property, field or method without arguments `{name}`"
            finding = step_rules.unknown_member((*at, name), problem, types, name, part="key")
            context.report.add(finding)
    return {"type": kind.name, "members": made}


def _readable(context: Context, kind: Type) -> dict[str, Type] | None:
    if isinstance(kind, Named) and kind.name in context.reach.records:
        return {field.name: field.type for field in context.reach.records[kind.name].fields}
    members = context.members(bare(kind))
    if members is None:
        return None
    return members.properties | {
        name: each.returns
        for name, each in members.callables.items()
        if each.returns is not None and not any(slot.required for slot in each.slots)
    }

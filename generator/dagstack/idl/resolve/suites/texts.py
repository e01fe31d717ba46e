"""Texts with names in them, against the types of their places."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check.cases import steps as step_rules
from dagstack.idl.check.cases import values as rules
from dagstack.idl.check.literals import spelled
from dagstack.idl.resolve.suites.kinds import ANY, family, fits
from dagstack.idl.resolve.suites.placeholders import MalformedPlaceholderError, split_text
from dagstack.idl.resolve.suites.plain import plain
from dagstack.idl.resolve.suites.scope import Use

if TYPE_CHECKING:
    from dagstack.idl.case_model import Compiled
    from dagstack.idl.model import Type
    from dagstack.idl.resolve.suites.context import Context
    from dagstack.idl.resolve.suites.placeholders import Placeholder
    from dagstack.idl.resolve.suites.scope import Binding
    from dagstack.idl.source import At

_PUT_IN = frozenset({"string", "path", "int", "int64", ""})
"""What can be put into a text; the empty one is what is not known."""
_PUT_TOGETHER = frozenset({"string", "path", "bytes", ""})
"""What can be made of texts."""


def text(context: Context, raw: str, kind: Type, at: At, *, expected: bool) -> Compiled:
    """A text in which `${` stands somewhere."""
    try:
        parts = split_text(raw)
    except MalformedPlaceholderError as error:
        context.report.add(rules.malformed_placeholder(at, str(error)))
        return None
    if len(parts) == 1:
        only = parts[0]
        if isinstance(only, str):
            return plain(context, only, kind, at, expected=expected)
        return _reference(context, only, kind, at, expected=expected)
    if family(kind) not in _PUT_TOGETHER:
        context.misfit(at, f"a value of type `{spelled(kind)}` is not put together of texts")
    made = [part if isinstance(part, str) else _put_in(context, part, at) for part in parts]
    return _as_family({"$text": made}, family(kind))


def _put_in(context: Context, part: Placeholder, at: At) -> Compiled:
    binding = _binding(context, part, at)
    kind = _type(context, part, binding, at) if binding is not None else None
    if kind is not None and family(kind) not in _PUT_IN:
        problem = f"`{part.text}` is of type `{spelled(kind)}`, which is not put into a text"
        context.report.add(rules.case_value_does_not_fit(at, problem, word=part.text))
    return {"$ref": list(part.path)}


def _reference(
    context: Context, part: Placeholder, kind: Type, at: At, *, expected: bool
) -> Compiled:
    made = {"$ref": list(part.path)}
    binding = _binding(context, part, at)
    if binding is None:
        return made
    own = _type(context, part, binding, at)
    if own is None:
        binding.uses.append(Use(kind, expected, at))
        return made
    if fits(own, kind, context.subjects, expected=expected):
        return made
    given, wanted = family(own), family(kind)
    if {given, wanted} == {"string", "path"}:
        return _as_family({"$text": [made]}, wanted)
    problem = f"`{part.text}` is of type `{spelled(own)}`, where `{spelled(kind)}` belongs"
    context.report.add(rules.case_value_does_not_fit(at, problem, word=part.text))
    return made


def _binding(context: Context, part: Placeholder, at: At) -> Binding | None:
    """What a name stands for; nothing after a finding."""
    name = part.path[0]
    binding = context.scope.names.get(name)
    if binding is None:
        known = [each.name for each in context.scope.names.values() if each.what == "value"]
        finding = step_rules.unknown_name_in_case(at, name, known, "is called", word=part.text)
        context.report.add(finding)
        return None
    binding.used = True
    if binding.what == "task":
        problem = f"`{name}` is a call that was started, not a value"
        hint = f"`{{wait: {name}, as: ...}}` names what it returns"
        context.report.add(rules.case_value_does_not_fit(at, problem, hint, word=part.text))
        return None
    return binding


def _type(context: Context, part: Placeholder, binding: Binding, at: At) -> Type | None:
    """The type of a name or of a property of it; nothing if it has none of its own."""
    if len(part.path) == 1 or binding.type is ANY:
        return binding.type
    kind = context.property_of(part, binding.type)
    if kind is not None:
        return kind
    members = context.members(binding.type)
    known = members.properties if members else {}
    owner = members.called if members else part.path[0]
    problem = f"`{owner}` has no property `{part.path[1]}`"
    context.report.add(step_rules.unknown_member(at, problem, known, part.path[1], word=part.text))
    return ANY


def _as_family(made: Compiled, wanted: str) -> Compiled:
    """A text that is put together, as the type of its place has it."""
    match wanted:
        case "bytes":
            return {"$utf8": made}
        case "path":
            return {"$path": made}
        case _:
            return made

"""What may come of a step: its result, or an error."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from dagstack.idl.check.cases import steps as rules
from dagstack.idl.check.references import unknown_error
from dagstack.idl.model import ListOf, Scalar

if TYPE_CHECKING:
    from dagstack.idl.case_model import Compiled
    from dagstack.idl.case_syntax import Step
    from dagstack.idl.model import Type
    from dagstack.idl.resolve.suites.members import Callable
    from dagstack.idl.resolve.suites.values import Values
    from dagstack.idl.source import At, Part

_STRING = Scalar(name="string")
OF_NO_SPEC: dict[str, dict[str, Type]] = {
    "Cancelled": {},
    "Failures": {"messages": ListOf(item=_STRING)},
}
"""Errors that belong to languages, with their fields."""


def outcome(values: Values, step: Step, member: Callable, at: At) -> dict[str, Compiled]:
    """What a step expects to come of a call, or of what is like one."""
    made: dict[str, Compiled] = {}
    nothing = "who raises an error returns nothing"
    if member.returns is None:
        nothing = f"`{member.name}` returns nothing"
    if step.returns is not UNSET:
        place = (*at, "returns")
        if step.raises is not UNSET or member.returns is None:
            values.report.add(rules.nothing_is_returned(place, nothing))
        else:
            made["returns"] = values.value(step.returns, member.returns, place, expected=True)
    if step.as_ is not UNSET and (step.raises is not UNSET or member.returns is None):
        values.report.add(rules.nothing_is_returned((*at, "as"), nothing))
    if step.raises is not UNSET:
        made["raises"] = _raised(values, step.raises, member, (*at, "raises"))
    return made


def _raised(
    values: Values,
    written: Any,  # noqa: ANN401  (a name, or a mapping of one)
    member: Callable,
    at: At,
) -> Compiled:
    given: dict[str, dict[str, Any]] = {written: {}} if isinstance(written, str) else written
    if len(given) != 1:
        values.report.add(rules.one_error_is_raised(at))
        return None
    name, expected = next(iter(given.items()))
    place = at if isinstance(written, str) else (*at, name)
    fields = _fields(values, name, place)
    if fields is None:
        return None
    listed = member.errors
    if name not in OF_NO_SPEC and listed is not None and not _is_listed(values, name, listed):
        part: Part = "value" if isinstance(written, str) else "key"
        values.report.add(rules.unlisted_error(place, member.name, name, listed, part))
    made: dict[str, Compiled] = {}
    for field, expectation in expected.items():
        if field in fields:
            made[field] = values.value(expectation, fields[field], (*place, field), expected=True)
        else:
            values.report.add(rules.unknown_error_field((*place, field), name, field, [*fields]))
    return {"error": name, "fields": made}


def _fields(values: Values, name: str, at: At) -> dict[str, Type] | None:
    """The fields of an error by name; nothing if there is no such error."""
    if name in OF_NO_SPEC:
        return OF_NO_SPEC[name]
    error = values.reach.errors.get(name)
    if error is None:
        known = (*values.reach.errors, *OF_NO_SPEC)
        values.report.add(unknown_error(at, name, known))
        return None
    own = {field.name: field.type for field in (*error.inherited, *error.fields)}
    return own | {"message": _STRING}


def _is_listed(values: Values, name: str, listed: tuple[str, ...]) -> bool:
    """Whether an error is listed, or is above or below one that is."""
    reach = values.reach
    above = reach.ancestors(name)
    return any(each in above or name in reach.ancestors(each) for each in listed)

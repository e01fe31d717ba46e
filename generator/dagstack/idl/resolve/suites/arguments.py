"""What is given to a call, or to who makes a subject: by name, params and options alike."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagstack.idl.check.cases import steps as rules
from dagstack.idl.check.cases import suites as suite_rules
from dagstack.idl.check.rule import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.idl.case_model import Compiled
    from dagstack.idl.model import Value
    from dagstack.idl.resolve.suites.values import Values
    from dagstack.idl.source import At, Part


def arguments(
    values: Values, owner: str, slots: tuple[Value, ...], given: Mapping[str, Any], at: At
) -> dict[str, Compiled]:
    """The arguments by name, each held against its slot; ``at`` is where they stand."""
    known = {slot.name: slot for slot in slots}
    made: dict[str, Compiled] = {}
    for name, raw in given.items():
        if name in known:
            made[name] = values.value(raw, known[name].type, (*at, name))
        else:
            values.report.add(rules.unknown_argument((*at, name), owner, name, [*known]))
    # A misspelt argument is not a missing one as well.
    meant = {did_you_mean(name, known) for name in given if name not in known}
    for slot in slots:
        misspelt = did_you_mean(slot.name, (slot.name,)) in meant
        if slot.required and slot.name not in given and not misspelt:
            values.report.add(rules.missing_argument(at, owner, slot.name))
    return made


def subject_made(
    values: Values, written: str | dict[str, dict[str, Any]], at: At
) -> tuple[str, Compiled]:
    """The subject that is given or made, and its options; no name after a finding."""
    given = {written: {}} if isinstance(written, str) else written
    known = values.subjects
    if len(given) != 1:
        values.report.add(suite_rules.unknown_subject(at, "", known, "key"))
        return "", {}
    name, options = next(iter(given.items()))
    place = at if isinstance(written, str) else (*at, name)
    if name not in known:
        part: Part = "value" if isinstance(written, str) else "key"
        values.report.add(suite_rules.unknown_subject(place, name, known, part))
        return "", {}
    return name, arguments(values, name, known[name].options, options, place)

"""Operators: mappings whose keys begin with ``$``. Some make a value, the others expect one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagstack.idl.check.cases import values as rules
from dagstack.idl.resolve.suites.expectations import EXPECTATIONS, expectation
from dagstack.idl.resolve.suites.kinds import bare
from dagstack.idl.resolve.suites.makers import MAKERS, made_by
from dagstack.idl.resolve.suites.placeholders import is_operator

if TYPE_CHECKING:
    from dagstack.idl.case_model import Compiled
    from dagstack.idl.model import Type
    from dagstack.idl.resolve.suites.context import Context
    from dagstack.idl.source import At


def operators(
    context: Context, raw: dict[str, Any], kind: Type, at: At, *, expected: bool
) -> Compiled:
    """A mapping with at least one key that begins with `$`."""
    if not _are_known(context, raw, at):
        return None
    maker = next((name for name in raw if name in MAKERS), None)
    if maker is not None:
        others = [name for name in raw if name != maker]
        if others:
            problem = f"`{maker}` makes a value and stands alone"
            context.report.add(rules.misplaced_operator((*at, others[0]), problem))
        return made_by(context, maker, raw[maker], bare(kind), (*at, maker))
    if not expected:
        name = next(iter(raw))
        problem = f"`{name}` expects something, and a value is given here"
        context.report.add(rules.misplaced_operator((*at, name), problem))
        return None
    return {
        "$expect": {
            name.removeprefix("$"): expectation(context, name, operand, bare(kind), (*at, name))
            for name, operand in raw.items()
        }
    }


def _are_known(context: Context, raw: dict[str, Any], at: At) -> bool:
    known = (*MAKERS, *EXPECTATIONS)
    for name in raw:
        if not is_operator(name):
            problem = f"`{name}` is no operator, but stands beside one"
            hint = "a mapping as it is: {$literal: {...}}"
            context.report.add(rules.misplaced_operator((*at, name), problem, hint))
            return False
        if name not in known:
            context.report.add(rules.unknown_operator((*at, name), name, known))
            return False
    return True

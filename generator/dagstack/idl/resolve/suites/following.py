"""Following what a step names: objects and their members, calls that were started."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from dagstack.idl.check.cases import steps as rules
from dagstack.idl.check.cases import suites as suite_rules
from dagstack.idl.resolve.suites.kinds import ANY
from dagstack.idl.resolve.suites.placeholders import NAME

if TYPE_CHECKING:
    from dagstack.idl.model import Type
    from dagstack.idl.resolve.suites.context import Context
    from dagstack.idl.resolve.suites.members import Callable, Members
    from dagstack.idl.resolve.suites.scope import Binding
    from dagstack.idl.source import At, Part


def bind(context: Context, binding: Binding, part: Part = "value") -> None:
    """Take a new name into the scope at hand; one that is taken goes on standing for the first."""
    if not NAME.fullmatch(binding.name):
        finding = suite_rules.malformed_name_in_suite(
            binding.at, binding.name, "new", "snake_case", part
        )
        context.report.add(finding)
    first = context.scope.names.get(binding.name)
    if first is not None:
        finding = rules.name_made_twice(binding.at, binding.name, first.at, part)
        context.report.add(finding)
        return
    context.scope.add(binding)


def callable_at(context: Context, written: object, at: At) -> tuple[list[str], Callable] | None:
    """The method or action that `name.member` names; nothing after a finding."""
    found = _member(context, written, at)
    if found is None:
        return None
    pair, members = found
    if pair[1] in members.callables:
        return pair, members.callables[pair[1]]
    problem = f"`{members.called}` has no method or action `{pair[1]}`"
    if pair[1] in members.properties:
        problem = f"`{pair[1]}` is a property of `{members.called}`: `read` it"
    finding = rules.unknown_member(at, problem, members.callables, pair[1], word=pair[1])
    context.report.add(finding)
    return None


def property_at(context: Context, written: object, at: At) -> tuple[list[str], Type] | None:
    """The property that `name.member` names, with its type; nothing after a finding."""
    found = _member(context, written, at)
    if found is None:
        return None
    pair, members = found
    if pair[1] in members.properties:
        return pair, members.properties[pair[1]]
    problem = f"`{members.called}` has no property `{pair[1]}`"
    if pair[1] in members.callables:
        problem = f"`{pair[1]}` of `{members.called}` is no property: `call` it"
    finding = rules.unknown_member(at, problem, members.properties, pair[1], word=pair[1])
    context.report.add(finding)
    return None


def tasks_at(context: Context, names: Any, at: At) -> list[str]:  # noqa: ANN401
    """Several calls that were started."""
    for index, name in enumerate(names):
        task_at(context, name, (*at, index))
    return list(names)


def task_at(context: Context, name: Any, at: At) -> Binding | None:  # noqa: ANN401
    """A call that was started; nothing after a finding."""
    binding = context.scope.names.get(name)
    if binding is None or binding.what != "task":
        known = [each.name for each in context.scope.names.values() if each.what == "task"]
        context.report.add(rules.unknown_name_in_case(at, name, known, "was started as"))
        return None
    binding.used = True
    return binding


def _member(context: Context, written: object, at: At) -> tuple[list[str], Members] | None:
    """Follow `name.member` to what the name stands for."""
    name, dot, member = str(written).partition(".")
    binding = context.scope.names.get(name)
    if binding is None:
        known = [each.name for each in context.scope.names.values() if each.type]
        context.report.add(rules.unknown_name_in_case(at, name, known, "is called"))
        return None
    binding.used = True
    if binding.type is ANY:
        return None
    members = context.members(binding.type)
    if members is None or not dot:
        problem = f"`{name}` is nothing with methods or properties"
        there: list[str] = []
        if members is not None:
            problem = f"a dot and a member belong after `{name}`"
            there = [*members.callables, *members.properties]
        context.report.add(rules.unknown_member(at, problem, there, member, word=name))
        return None
    return [name, member], members

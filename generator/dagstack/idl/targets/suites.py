"""Conformance suites as the documents that runners read, with the names of one language.

``docs/conformance-format.md`` says what they hold. Languages differ in the tables of names alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from dagstack.idl.model import ListOf, MapOf, Maybe, Named, Scalar, Variable

if TYPE_CHECKING:
    from dagstack.idl.case_model import Action, Case, Subject, Suite
    from dagstack.idl.model import (
        Enum,
        Error,
        Interface,
        Method,
        Property,
        Record,
        Type,
        Value,
    )

FORMAT = 1
"""The version of the documents."""


class Spelling(Protocol):
    """How a language calls what a suite refers to, without the package that it is in."""

    def home(self, declared: Named) -> str:
        """The package that it is in."""
        ...

    def interface(self, declared: Interface) -> str:
        """The type of an interface."""
        ...

    def member(self, declared: Method | Property) -> str:
        """A method, or what reads a property."""
        ...

    def option(self, declared: Value) -> str:
        """An option, as a caller writes it."""
        ...

    def record(self, declared: Record) -> str:
        """The type of a record."""
        ...

    def field(self, declared: Value) -> str:
        """A field of a record."""
        ...

    def enum(self, declared: Enum) -> str:
        """The type of an enum."""
        ...

    def error(self, declared: Error) -> str:
        """The type of an error that has its fields."""
        ...

    def error_field(self, declared: Value) -> str:
        """A field of an error."""
        ...

    def fails(self, declared: Method) -> bool:
        """Whether the signature of a method says that it can fail."""
        ...


def document(suite: Suite, spelling: Spelling) -> dict[str, Any]:
    """Everything that a runner needs of a suite."""
    return {
        "format": FORMAT,
        "suite": suite.name,
        "source": suite.file,
        "summary": suite.summary,
        "promises": dict(suite.promises),
        "capabilities": dict(suite.capabilities),
        "subjects": {each.name: _subject(each) for each in suite.subjects},
        "interfaces": {each.name: _interface(each, spelling) for each in suite.interfaces},
        "records": {each.name: _record(each, spelling) for each in suite.records},
        "enums": {each.name: _enum(each, spelling) for each in suite.enums},
        "errors": {each.name: _error(each, spelling) for each in suite.errors},
        "cases": [_case(each) for each in suite.cases],
    }


def tree(kind: Type) -> Any:  # noqa: ANN401  (JSON)
    """A type as runners read it."""
    match kind:
        case Scalar(name=name):
            return name
        case ListOf(item=item):
            return {"list": tree(item)}
        case MapOf(key=key, value=value):
            return {"map": [tree(key), tree(value)]}
        case Maybe(inner=inner):
            return {"maybe": tree(inner)}
        case Variable(name=name):
            return {"variable": name}
        case Named(kind=what, name=name):
            return {what: name}


def _subject(subject: Subject) -> dict[str, Any]:
    return {
        "is": [each.name for each in subject.interfaces],
        "options": _slots(subject.options, dict(subject.defaults)),
        "properties": {each.name: {"type": tree(each.type)} for each in subject.properties},
        "actions": {each.name: _action(each) for each in subject.actions},
    }


def _action(action: Action) -> dict[str, Any]:
    return {
        "params": _slots(action.params, dict(action.defaults)),
        "returns": tree(action.returns) if action.returns is not None else None,
        "errors": [each.name for each in action.errors],
    }


def _slots(values: tuple[Value, ...], defaults: dict[str, Any]) -> dict[str, Any]:
    """Params or options by name; what may be left out has a default."""
    return {
        each.name: {"type": tree(each.type)}
        | ({"default": defaults[each.name]} if each.name in defaults else {})
        for each in values
    }


def _interface(interface: Interface, spelling: Spelling) -> dict[str, Any]:
    return {
        "name": spelling.interface(interface),
        "home": spelling.home(interface.named),
        "methods": {each.name: _method(each, spelling) for each in interface.methods},
        "properties": {
            each.name: {"name": spelling.member(each), "type": tree(each.type)}
            for each in interface.properties
        },
    }


def _method(method: Method, spelling: Spelling) -> dict[str, Any]:
    return {
        "name": spelling.member(method),
        "effect": method.effect,
        "params": [_param(each) for each in method.params],
        "options": [
            {"name": each.name, "field": spelling.option(each), "type": tree(each.type)}
            for each in method.options
        ],
        "returns": tree(method.returns.type) if method.returns is not None else None,
        "fails": spelling.fails(method),
    }


def _param(param: Value) -> dict[str, Any]:
    return {"name": param.name, "type": tree(param.type), "required": param.required}


def _record(record: Record, spelling: Spelling) -> dict[str, Any]:
    fields = {each.name: spelling.field(each) for each in record.fields}
    return {
        "name": spelling.record(record),
        "home": spelling.home(record.named),
        "fields": fields,
    }


def _enum(enum: Enum, spelling: Spelling) -> dict[str, Any]:
    return {
        "name": spelling.enum(enum),
        "home": spelling.home(enum.named),
        "values": [each.name for each in enum.values],
    }


def _error(error: Error, spelling: Spelling) -> dict[str, Any]:
    fields = {
        each.name: {"name": spelling.error_field(each), "type": tree(each.type)}
        for each in (*error.inherited, *error.fields)
    }
    return {"name": spelling.error(error), "home": spelling.home(error.named), "fields": fields}


def _case(case: Case) -> dict[str, Any]:
    done = {"by_hand": case.by_hand} if case.by_hand else {"steps": list(case.steps)}
    return {
        "name": case.name,
        "line": case.line,
        "summary": case.summary,
        "shows": list(case.shows),
        "needs": list(case.needs),
        "given": [
            {"name": each.name, "subject": each.subject, "options": each.options}
            for each in case.given
        ],
        "table": list(case.table),
        **done,
    }

"""What can be called on an object, and read of it: of a subject, or of an interface."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.model import Maybe, Named, Type, Value
from dagstack.idl.node import Node

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.idl.case_model import Subject
    from dagstack.idl.model import Interface, Method
    from dagstack.idl.resolve.suites.reach import Reach


class Callable(Node):
    """A method or an action, as a step sees it."""

    name: str
    slots: tuple[Value, ...] = ()
    """Params and options alike."""
    returns: Type | None = None
    errors: tuple[str, ...] | None = None
    """The names of those that it lists; nothing if any error is as good as another."""
    needs: tuple[str, ...] = ()


class Members(Node):
    """What an object has."""

    called: str
    """What the object is, for messages."""
    callables: dict[str, Callable] = {}  # noqa: RUF012  (msgspec copies it)
    properties: dict[str, Type] = {}  # noqa: RUF012


CLOSE = Callable(name="close")


def members_of(kind: Type, reach: Reach, subjects: Mapping[str, Subject]) -> Members | None:
    """The members of what has a type; nothing if a type has none that steps could name."""
    if isinstance(kind, Maybe):
        kind = kind.inner
    if not isinstance(kind, Named):
        return None
    if kind.kind == "subject" and kind.name in subjects:
        return _of_subject(subjects[kind.name], reach)
    if kind.kind == "interface" and kind.name in reach.interfaces:
        return _of_interface(reach.interfaces[kind.name])
    return None


def _of_subject(subject: Subject, reach: Reach) -> Members:
    callables: dict[str, Callable] = {"close": CLOSE}
    properties: dict[str, Type] = {}
    for named in subject.interfaces:
        if named.name in reach.interfaces:
            own = _of_interface(reach.interfaces[named.name])
            callables |= own.callables
            properties |= own.properties
    properties |= {each.name: each.type for each in subject.properties}
    for action in subject.actions:
        callables[action.name] = Callable(
            name=action.name,
            slots=action.params,
            returns=action.returns,
            errors=tuple(each.name for each in action.errors),
            needs=action.needs,
        )
    return Members(called=subject.name, callables=callables, properties=properties)


def _of_interface(interface: Interface) -> Members:
    return Members(
        called=interface.name,
        callables={method.name: _callable(method) for method in interface.methods},
        properties={each.name: each.type for each in interface.properties},
    )


def _callable(method: Method) -> Callable:
    return Callable(
        name=method.name,
        slots=(*method.params, *method.options),
        returns=method.returns.type if method.returns else None,
        errors=tuple(entry.error.name for entry in (*method.raises, *method.rejects)),
    )

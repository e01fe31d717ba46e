"""How Python spells every name, which names are taken, and all names that the output declares."""

from __future__ import annotations

import builtins
import keyword
import re
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from dagstack.idl.naming import pascal, renamed, snake

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from dagstack.idl.model import (
        EnumValue,
        Interface,
        Method,
        Named,
        Property,
        Ref,
        Renames,
        Spec,
        Value,
        Variable,
    )

TARGET = "python"

Name: TypeAlias = tuple[str, str]
"""A name as Python spells it, and the reserved word that it would have been; else empty."""

KEYWORDS = frozenset(keyword.kwlist)

IMPORTED = frozenset(
    [
        "Any",
        "Awaitable",
        "Callable",
        "Enum",
        "Final",
        "Generic",
        "JsonValue",
        "Mapping",
        "Path",
        "Protocol",
        "RESOURCES",
        "Sequence",
        "StrEnum",
        "TYPE_CHECKING",
        "TypeAlias",
        "TypeVar",
        "UNSET",
        "Unset",
    ]
)
"""What generated modules may import: a declared type of that name would hide it."""

TYPES = KEYWORDS | IMPORTED | {name for name in dir(builtins) if name[0].isupper()}
MODULES = KEYWORDS | {"catalogue", "conformance", "testing"}
MEMBERS = KEYWORDS | {"builtins", "self"}
PARAMS = KEYWORDS | {"self"}
ERROR_FIELDS = PARAMS | frozenset(
    [
        "add_note",
        "args",
        "characters_written",
        "errno",
        "filename2",
        "strerror",
        "super",
        "winerror",
        "with_traceback",
    ]
)
"""Also what ``BaseException`` and ``OSError`` have already, with a type of its own."""
VALUES = KEYWORDS | {"name", "value", "mro"} | {name for name in dir(str) if name[0] != "_"}

_SNAKE = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
_PASCAL = re.compile(r"[A-Z][A-Za-z0-9]*")
_ODD = re.compile(r"[^A-Za-z0-9_]+")


def type_name(declared: Named | Interface) -> str:
    """The class that a declaration becomes."""
    return type_spelled(declared.name, declared.renames)[0]


def variable_name(variable: str | Variable) -> str:
    """The ``TypeVar`` of a type parameter."""
    name = variable if isinstance(variable, str) else variable.name
    return type_spelled(name, ())[0]


def member_name(member: Method | Property) -> str:
    """The method or property of a class."""
    return member_spelled(member.name, member.renames)[0]


def param_name(value: Value) -> str:
    """The argument that a param or option becomes."""
    return param_spelled(value.name, value.renames)[0]


def field_name(value: Value) -> str:
    """The attribute of a record."""
    return param_spelled(value.name, value.renames)[0]


def error_field_name(value: Value) -> str:
    """The attribute of an error."""
    return error_field_spelled(value.name, value.renames)[0]


def value_name(value: EnumValue) -> str:
    """The member of an enum."""
    return value_spelled(value.name, value.renames)[0]


def module_name(spec: str) -> str:
    """The module of a spec file."""
    return module_spelled(spec)[0]


def accessor_name(spec: Spec) -> str:
    """The function that reads a resource."""
    return f"{resource_name(spec)}_from"


def resource_name(spec: Spec) -> str:
    """The attribute by which a host offers a resource."""
    return member_spelled(spec.name, ())[0]


def call_name(interface: str, method: Method) -> str:
    """The class of a recorded call."""
    name = interface + pascal(method.name)
    return f"{name}_" if name == union_name(interface) else name


def union_name(interface: str) -> str:
    """The union of an interface's recorded calls."""
    return f"{interface}Call"


def generated_names(interface: str) -> tuple[str, ...]:
    """The classes that every interface brings along."""
    return tuple(f"{prefix}{interface}" for prefix in ("Unimplemented", "Forwarding", "Stub"))


def free(name: str, taken: Collection[str]) -> str:
    """``name``, with as many underscores as it takes to differ from what is taken."""
    while name in taken:
        name += "_"
    return name


def ref_name(ref: Ref) -> str:
    """What prose calls a thing, without its owner."""
    if ref.kind == "literal":
        return {"null": "None", "true": "True", "false": "False"}.get(ref.name, ref.name)
    spelled = _SPELLED[ref.kind]
    if ref.kind == "field" and ref.owner is not None and ref.owner.kind == "error":
        spelled = error_field_spelled
    return spelled(ref.name, ref.renames)[0]


@cache
def type_spelled(name: str, renames: Renames) -> Name:
    """A class or type variable: ``BlobStore``."""
    derived = name if _PASCAL.fullmatch(name) else pascal(name)
    return _escaped(renamed(renames, TARGET, derived), TYPES)


@cache
def member_spelled(name: str, renames: Renames) -> Name:
    """A method or property: ``next_float``."""
    return _escaped(renamed(renames, TARGET, _snake(name)), MEMBERS)


@cache
def param_spelled(name: str, renames: Renames) -> Name:
    """An argument or a record's field: ``content_type``."""
    return _escaped(renamed(renames, TARGET, _snake(name)), PARAMS)


@cache
def error_field_spelled(name: str, renames: Renames) -> Name:
    """An error's attribute, and the argument that sets it."""
    return _escaped(renamed(renames, TARGET, _snake(name)), ERROR_FIELDS)


@cache
def value_spelled(name: str, renames: Renames) -> Name:
    """An enum's member: ``NOT_FOUND``."""
    return _escaped(renamed(renames, TARGET, _snake(name).upper()), VALUES)


@cache
def module_spelled(name: str) -> Name:
    """A module: ``blob_store``."""
    return _escaped(_snake(name), MODULES)


_SPELLED: dict[str, Callable[[str, Renames], Name]] = {
    "param": param_spelled,
    "option": param_spelled,
    "field": param_spelled,
    "method": member_spelled,
    "property": member_spelled,
    "value": value_spelled,
    "type": type_spelled,
}


def _snake(name: str) -> str:
    """A name in snake case stays as it is, also where its words would be joined otherwise."""
    return name if _SNAKE.fullmatch(name) else snake(name)


def _escaped(name: str, reserved: Collection[str]) -> Name:
    """A public identifier that is not reserved: an underscore goes after what is.

    The spec checker refuses what is no identifier; should it come this far, it still is no code.
    """
    public = _ODD.sub("_", name)
    if public[:1] == "_":
        public = public.strip("_")
    if not public or public[0].isdigit():
        public = f"n{public}"
    if public in reserved:
        return f"{public}_", public
    return public, name if public != name else ""

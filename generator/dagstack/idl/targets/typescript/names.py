"""How TypeScript spells the names of a spec, and of what is generated besides."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from dagstack.idl.naming import camel, pascal, renamed, snake
from dagstack.idl.targets.typescript import reserved

if TYPE_CHECKING:
    from dagstack.idl.model import Named, Renames

TARGET = "typescript"

_IDENTIFIER = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")


class Spelling(NamedTuple):
    """A name in the output, and the reserved word that it would have been."""

    text: str
    reserved: str = ""


@cache
def type_name(name: str, renames: Renames = ()) -> Spelling:
    """An interface, record, enum, error or type parameter."""
    return _spell(pascal(name), renames, reserved.BINDINGS)


def named(kind: Named) -> str:
    """The type that ``kind`` is, wherever it is declared."""
    return type_name(kind.name, kind.renames).text


@cache
def member(name: str, renames: Renames = ()) -> Spelling:
    """A method, property, option or field of a record."""
    return _spell(camel(name), renames, reserved.MEMBERS)


@cache
def error_field(name: str, renames: Renames = ()) -> Spelling:
    """A field of an error."""
    return _spell(camel(name), renames, reserved.ERROR_MEMBERS)


@cache
def param(name: str, renames: Renames = (), *, options: bool = False) -> Spelling:
    """A positional param; ``options`` says that the method has an options object, called that."""
    return _spell(camel(name), renames, reserved.WITH_OPTIONS if options else reserved.BINDINGS)


@cache
def enum_key(name: str, renames: Renames = ()) -> Spelling:
    """A value of an enum, as a key of its object."""
    return _spell(pascal(name), renames, reserved.MEMBERS)


@cache
def module(spec: str) -> Spelling:
    """The file of a spec in ``src``, without its suffix."""
    return Spelling(spec + "_", spec) if spec in reserved.MODULES else Spelling(spec)


@cache
def code(error: str) -> str:
    """The stable code of an error, whatever the class is called."""
    return snake(error).upper()


def options_type(interface: str, method: str) -> str:
    """The options object of a method, both as TypeScript spells them."""
    return f"{interface}{method[:1].upper()}{method[1:]}Options"


def members_const(interface: str) -> str:
    """The table of an interface's members."""
    return f"{interface[:1].lower()}{interface[1:]}Members"


def unimplemented(interface: str) -> str:
    """The base that keeps an implementation compiling when its interface grows."""
    return f"Unimplemented{interface}"


def forwarding(interface: str) -> str:
    """The base of decorators."""
    return f"Forwarding{interface}"


def stub(interface: str) -> str:
    """The test double."""
    return f"Stub{interface}"


def call_type(interface: str) -> str:
    """A recorded call of the test double."""
    return f"{interface}Call"


def fields_type(error: str) -> str:
    """What an error is made from."""
    return f"{error}Fields"


def guard(error: str) -> str:
    """The type guard of an error."""
    return f"is{error}"


@cache
def accessor(resource: str) -> str:
    """The function that takes a resource out of a source."""
    return f"{camel(resource)}From"


def catalogue_const(catalogue: str) -> str:
    """The table of all resources."""
    return f"{catalogue[:1].lower()}{catalogue[1:]}"


def besides(name: str, taken: frozenset[str]) -> str:
    """A generated member's name where the interface may have one of its own so called."""
    while name in taken:
        name += "_"
    return name


def _spell(derived: str, renames: Renames, taken: frozenset[str]) -> Spelling:
    name = renamed(renames, TARGET, derived)
    if not _IDENTIFIER.fullmatch(name):
        return Spelling(derived + "_", name)
    if name in taken:
        return Spelling(name + "_", name)
    return Spelling(name)

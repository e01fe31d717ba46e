"""Types: what the spec says, as TypeScript writes it and where a long one may break."""

from __future__ import annotations

from functools import cache
from typing import TypeAlias

from dagstack.idl.model import ListOf, MapOf, Maybe, Named, Scalar, Type, Variable
from dagstack.idl.node import Node
from dagstack.idl.targets.typescript import names

SCALARS = {
    "bool": "boolean",
    "int": "number",
    "int64": "bigint",
    "float": "number",
    "string": "string",
    "bytes": "Uint8Array",
    "datetime": "Date",
    "duration": "Milliseconds",
    "path": "string",
    "json": "JsonValue",
    "any": "unknown",
}

SUPPORT = frozenset(("Milliseconds", "JsonValue"))
"""The scalars that the support module declares."""


class Plain(Node):
    """A name: it never breaks."""

    text: str


class Generic(Node):
    """``Name<A, B>``."""

    text: str
    name: str
    args: tuple[TsType, ...]


class Array(Node):
    """``T[]``, ``readonly T[]``."""

    text: str
    item: TsType
    readonly: bool


class Union(Node):
    """``A | B``."""

    text: str
    members: tuple[TsType, ...]


TsType: TypeAlias = Plain | Generic | Array | Union

UNDEFINED = Plain(text="undefined")
VOID = Plain(text="void")


@cache
def written(kind: Type, *, frozen: bool) -> TsType:
    """``kind`` in TypeScript; ``frozen`` where whoever is given the value must not change it."""
    match kind:
        case Scalar(name=name):
            return Plain(text=SCALARS[name])
        case Named():
            return Plain(text=names.named(kind))
        case Variable(name=name):
            return Plain(text=names.type_name(name).text)
        case Maybe(inner=inner):
            return optional(written(inner, frozen=frozen))
        case ListOf(item=item):
            return _array(written(item, frozen=frozen), readonly=frozen)
        case MapOf(key=key, value=value):
            return _record(key, written(value, frozen=frozen), frozen=frozen)


def generic(name: str, *args: TsType) -> Generic:
    """``name`` applied to ``args``."""
    return Generic(text=f"{name}<{', '.join([arg.text for arg in args])}>", name=name, args=args)


@cache
def promise(of: TsType) -> TsType:
    """What an asynchronous method returns."""
    return generic("Promise", of)


def optional(inner: TsType) -> TsType:
    """``inner`` or nothing."""
    if inner.text == "unknown":
        return inner
    if isinstance(inner, Union):
        return inner
    return Union(text=f"{inner.text} | undefined", members=(inner, UNDEFINED))


def present(kind: Type) -> Type:
    """``kind`` without its ``?``: a param that may be left out says that by itself."""
    while isinstance(kind, Maybe):
        kind = kind.inner
    return kind


@cache
def mentioned(kind: Type) -> tuple[Named, ...]:
    """The declarations that a type names."""
    match kind:
        case Named():
            return (kind,)
        case ListOf(item=inner) | Maybe(inner=inner):
            return mentioned(inner)
        case MapOf(key=key, value=value):
            return mentioned(key) + mentioned(value)
        case _:
            return ()


@cache
def supported(kind: Type) -> tuple[str, ...]:
    """The names of the support module that a type needs."""
    match kind:
        case Scalar(name=name):
            return (SCALARS[name],) if SCALARS[name] in SUPPORT else ()
        case ListOf(item=inner) | Maybe(inner=inner) | MapOf(value=inner):
            return supported(inner)
        case _:
            return ()


@cache
def variables(kind: Type) -> tuple[str, ...]:
    """The type parameters that a type uses."""
    match kind:
        case Variable(name=name):
            return (names.type_name(name).text,)
        case ListOf(item=inner) | Maybe(inner=inner) | MapOf(value=inner):
            return variables(inner)
        case _:
            return ()


def _array(item: TsType, *, readonly: bool) -> Array:
    nested = isinstance(item, Union) or (isinstance(item, Array) and item.readonly)
    text = f"({item.text})[]" if nested else f"{item.text}[]"
    return Array(text=f"readonly {text}" if readonly else text, item=item, readonly=readonly)


def _record(key: Type, value: TsType, *, frozen: bool) -> TsType:
    # An object's keys are strings: those that are spelled as a bigint are a type of their own.
    large = key == Scalar(name="int64")
    spelled = Plain(text="`${bigint}`") if large else written(key, frozen=frozen)
    made: TsType = generic("Record", spelled, value)
    if isinstance(key, Named):
        # Without this a map from an enum would have to hold all of its values.
        made = generic("Partial", made)
    return generic("Readonly", made) if frozen else made

"""Types of the model as annotations."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from dagstack.idl.model import ListOf, MapOf, Maybe, Named, Scalar, Variable
from dagstack.idl.targets.python.names import module_name, type_name, variable_name
from dagstack.idl.targets.python.symbols import SUPPORT, Symbol

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.model import Method, Type

Spelled: TypeAlias = tuple[str, frozenset[Symbol]]
"""An annotation or expression, and what it needs imported."""

NOTHING: frozenset[Symbol] = frozenset()
NOTHING_HIDDEN: frozenset[str] = frozenset()
BUILTINS = Symbol("builtins")

SHADOWABLE = frozenset(
    {
        "bool",
        "bytes",
        "datetime",
        "deprecated",
        "dict",
        "field",
        "float",
        "int",
        "list",
        "object",
        "property",
        "str",
        "timedelta",
    }
)
"""The names in a class body that a member of the class can hide."""

_SCALARS = {
    "bool": "bool",
    "int": "int",
    "int64": "int",
    "float": "float",
    "string": "str",
    "bytes": "bytes",
    "datetime": "datetime",
    "duration": "timedelta",
    "path": "Path",
    "json": "JsonValue",
    "any": "object",
}
_MODULES = {
    "datetime": "datetime",
    "timedelta": "datetime",
    "Path": "pathlib",
    "field": "dataclasses",
    "Sequence": "collections.abc",
    "Mapping": "collections.abc",
    "Any": "typing",
}


class Place(NamedTuple):
    """Where an annotation stands."""

    result: bool = False
    """Results are lists and dicts; everything else takes whatever reads like one."""
    hidden: frozenset[str] = NOTHING_HIDDEN
    """What a member of the class hides."""
    erased: frozenset[str] = NOTHING_HIDDEN
    """The type parameters that are not worth a variable."""
    suffix: str = ""
    """What is put after the name of a type variable."""


READ = Place()
RESULT = Place(result=True)


@cache
def annotation(kind: Type, where: Place) -> Spelled:  # noqa: PLR0911  (one for each kind)
    """A type as an annotation."""
    result, hidden, erased, suffix = where
    match kind:
        case Scalar(name=name):
            return symbol(_SCALARS[name], hidden)
        case Maybe(inner=inner):
            text, needs = annotation(inner, where)
            return text if text.endswith(" | None") else f"{text} | None", needs
        case ListOf(item=item):
            text, needs = annotation(item, where)
            name, more = symbol("list" if result else "Sequence", hidden)
            return f"{name}[{text}]", needs | more
        case MapOf(key=key, value=value):
            first, needs = annotation(key, where)
            second, more = annotation(value, where)
            name, most = symbol("dict" if result else "Mapping", hidden)
            return f"{name}[{first}, {second}]", needs | more | most
        case Variable(name=name):
            if name in erased:
                return symbol("Any" if result else "object", hidden)
            return variable_name(name) + suffix, NOTHING
        case Named():
            name = type_name(kind)
            home = "" if kind.package else module_name(kind.spec)
            return name, frozenset({Symbol(home, name, package=kind.package)})


@cache
def symbol(name: str, hidden: frozenset[str]) -> Spelled:
    """A name that generated code uses, spelled so that no member of the class hides it."""
    if name == "JsonValue":
        return name, frozenset({Symbol(SUPPORT, name, package="")})
    if name in _MODULES:
        alias = f"_{name}" if name in hidden else ""
        return alias or name, frozenset({Symbol(_MODULES[name], name, alias)})
    if name in hidden:
        return f"builtins.{name}", frozenset({BUILTINS})
    return name, NOTHING


def erased(method: Method) -> frozenset[str]:
    """The type parameters that occur once: they relate nothing, and ``object`` says as much."""
    if not method.types:
        return frozenset()
    kinds = [value.type for value in (*method.params, *method.options)]
    if method.returns is not None:
        kinds.append(method.returns.type)
    used = [name for kind in kinds for name in variables(kind)]
    return frozenset(name for name in method.types if used.count(name) < 2)  # noqa: PLR2004


def variables(kind: Type) -> Iterator[str]:
    """The type parameters in a type, as often as they occur."""
    match kind:
        case Variable(name=name):
            yield name
        case ListOf(item=inner) | Maybe(inner=inner):
            yield from variables(inner)
        case MapOf(key=key, value=value):
            yield from variables(key)
            yield from variables(value)
        case _:
            pass

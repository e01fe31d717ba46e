"""Defaults and the values of examples as Python expressions."""

from __future__ import annotations

import base64
import re
from typing import TYPE_CHECKING, TypeAlias, cast

from dagstack.idl.model import ListOf, MapOf, Maybe, Member, Named, Scalar
from dagstack.idl.targets.python.layout import quoted
from dagstack.idl.targets.python.names import field_name, module_name, type_name, value_spelled
from dagstack.idl.targets.python.symbols import Symbol
from dagstack.idl.targets.python.types import NOTHING, annotation, symbol

if TYPE_CHECKING:
    from dagstack.idl.model import Record, Type, Value
    from dagstack.idl.targets.python.index import Index
    from dagstack.idl.targets.python.types import Place, Spelled

Given: TypeAlias = (
    "bool | int | float | str | list[Given] | tuple[Given, ...] | dict[str, Given] | Member | None"
)
"""A literal as YAML reads it; an enum's value may be resolved already."""

_DURATION = re.compile(r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?")
_DECIMALS = 6


def default(value: Value, where: Place, index: Index) -> Spelled:
    """The default of a param or option; what callers share is immutable or never changed."""
    given = value.default
    if given is None:
        return "None", NOTHING
    if isinstance(given, str) and _inner(value.type) == Scalar(name="string"):
        return quoted(given), NOTHING
    return literal(cast("Given", given), value.type, where.hidden, index)


def field_default(value: Value, where: Place, index: Index) -> Spelled:
    """The default of a dataclass's field, ``field(...)`` included where it takes one."""
    kind = _inner(value.type)
    if isinstance(value.default, dict) and isinstance(kind, MapOf):
        made, needs = annotation(kind, where._replace(result=True))
        field, more = symbol("field", where.hidden)
        return f"{field}(default_factory={made})", needs | more
    return default(value, where, index)


def literal(given: Given, kind: Type, hidden: frozenset[str], index: Index) -> Spelled:  # noqa: PLR0911
    """A value of a type, as the spec writes it, in Python."""
    if given is None:
        return "None", NOTHING
    if isinstance(given, Member):
        name = type_name(given.enum)
        home = "" if given.enum.package else module_name(given.enum.spec)
        member = value_spelled(given.name, given.renames)[0]
        needs = frozenset({Symbol(home, name, package=given.enum.package)})
        return f"{name}.{member}", needs
    match _inner(kind):
        case Scalar(name=name):
            return _scalar(given, name, hidden)
        case ListOf(item=item) if isinstance(given, list | tuple):
            if not given:
                return ("()" if isinstance(given, tuple) else "[]"), NOTHING
            return (
                f"[{', '.join(literal(each, item, hidden, index)[0] for each in given)}]",
                NOTHING,
            )
        case MapOf(key=key, value=value) if isinstance(given, dict):
            pairs = (
                f"{_key(name, key, hidden, index)}: {literal(each, value, hidden, index)[0]}"
                for name, each in given.items()
            )
            return "{" + ", ".join(pairs) + "}", NOTHING
        case Named() as named:
            return _named(given, named, hidden, index)
        case _:
            return _plain(given), NOTHING


def _inner(kind: Type) -> Type:
    return _inner(kind.inner) if isinstance(kind, Maybe) else kind


def _key(given: Given, kind: Type, hidden: frozenset[str], index: Index) -> str:
    if isinstance(kind, Scalar) and kind.name != "string":
        return str(given)
    return literal(given, kind, hidden, index)[0]


def _scalar(given: Given, name: str, hidden: frozenset[str]) -> Spelled:
    if name == "float" and type(given) is int:
        return f"{given}.0", NOTHING
    if name == "bytes":
        return _bytes(given), NOTHING
    if isinstance(given, str):
        if name == "path":
            made, needs = symbol("Path", hidden)
            return f"{made}({quoted(given)})", needs
        if name == "datetime":
            made, needs = symbol("datetime", hidden)
            return f"{made}.fromisoformat({quoted(given)})", needs
        if name == "duration":
            made, needs = symbol("timedelta", hidden)
            return f"{made}({_duration(given)})", needs
    return _plain(given), NOTHING


def _bytes(given: Given) -> str:
    data = b""
    if isinstance(given, dict):
        data = base64.b64decode(str(given.get("base64", "")))
    elif isinstance(given, str):
        data = given.encode()
    return quoted(data.decode("latin-1"), "b") if data.isascii() else _hexadecimal(data)


def _hexadecimal(data: bytes) -> str:
    return f"bytes.fromhex({quoted(data.hex())})"


def _duration(given: str) -> str:
    match = _DURATION.fullmatch(given)
    if match is None:
        return ""
    days, hours, minutes, seconds = match.groups()
    rest = round(float(seconds), _DECIMALS) if seconds else 0
    parts = {
        "days": int(days or 0),
        "hours": int(hours or 0),
        "minutes": int(minutes or 0),
        "seconds": int(rest) if rest == int(rest) else rest,
    }
    return ", ".join(f"{unit}={number}" for unit, number in parts.items() if number)


def _named(given: Given, kind: Named, hidden: frozenset[str], index: Index) -> Spelled:
    if kind.kind == "enum":
        enum = index.enums.get((kind.package, kind.name))
        for value in enum.values if enum else ():
            if value.name == given:
                return f"{type_name(kind)}.{value_spelled(value.name, value.renames)[0]}", NOTHING
    record = index.records.get((kind.package, kind.name))
    if record is None or not isinstance(given, dict):
        return _plain(given), NOTHING
    return f"{type_name(kind)}({_fields(given, record, hidden, index)})", NOTHING


def _fields(given: dict[str, Given], record: Record, hidden: frozenset[str], index: Index) -> str:
    return ", ".join(
        f"{field_name(field)}={literal(given[field.name], field.type, hidden, index)[0]}"
        for field in record.fields
        if field.name in given
    )


def _plain(given: Given) -> str:
    """A value of JSON."""
    if isinstance(given, str):
        return quoted(given)
    if isinstance(given, dict):
        pairs = (f"{quoted(str(key))}: {_plain(each)}" for key, each in given.items())
        return "{" + ", ".join(pairs) + "}"
    if isinstance(given, list | tuple):
        return f"[{', '.join(map(_plain, given))}]"
    if isinstance(given, float) and given in {float("inf"), float("-inf")}:
        return f'float("{given}")'
    return repr(given).replace("e+", "e") if isinstance(given, float) else repr(given)

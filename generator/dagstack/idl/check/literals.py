"""Whether a literal, as YAML reads it, fits a type."""

from __future__ import annotations

import base64
import binascii
import math
import re
import sys
from datetime import datetime
from typing import TYPE_CHECKING, Any

from dagstack.idl.check.rule import did_you_mean
from dagstack.idl.model import ListOf, MapOf, Maybe, Named, Scalar, Variable
from dagstack.idl.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dagstack.idl.check.survey import Survey
    from dagstack.idl.model import Type, Value

_DURATION = re.compile(
    r"P(?=.)([0-9]+D)?(T(?=[0-9])([0-9]+H)?([0-9]+M)?([0-9]+(\.[0-9]{1,9})?S)?)?"
)
_DATETIME = re.compile(
    r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(\.[0-9]{1,9})?(Z|[+-][0-9]{2}:[0-9]{2})"
)
_INT_RANGES = {"int": 53, "int64": 63}


class Misfit(Node):
    """Why a literal does not fit, and the steps from it to the part that does not."""

    path: tuple[str | int, ...]
    problem: str
    help: str = ""


def spelled(kind: Type) -> str:
    """A type as a spec writes it."""
    match kind:
        case ListOf(item=item):
            return f"list<{spelled(item)}>"
        case MapOf(key=key, value=value):
            return f"map<{spelled(key)}, {spelled(value)}>"
        case Maybe(inner=inner):
            return f"{spelled(inner)}?"
        case Scalar(name=name) | Variable(name=name) | Named(name=name):
            return name


def misfits(literal: Any, kind: Type, survey: Survey) -> Iterator[Misfit]:  # noqa: ANN401
    """Everything in ``literal`` that does not fit ``kind``.

    What cannot be known fits: a type parameter, a record of another package.
    """
    match kind:
        case Maybe(inner=inner):
            if literal is not None:
                yield from misfits(literal, inner, survey)
        case ListOf():
            yield from _list_misfits(literal, kind, survey)
        case MapOf():
            yield from _map_misfits(literal, kind, survey)
        case Named(kind="enum"):
            yield from _enum_misfits(literal, kind, survey)
        case Named():
            yield from _object_misfits(literal, kind, survey)
        case Scalar(name=name):
            yield from _scalar_misfits(literal, name, kind)
        case Variable():
            return


def _list_misfits(literal: Any, kind: ListOf, survey: Survey) -> Iterator[Misfit]:  # noqa: ANN401
    if not isinstance(literal, list | tuple):
        yield _not(literal, kind)
        return
    for index, element in enumerate(literal):
        yield from _below(index, misfits(element, kind.item, survey))


def _map_misfits(literal: Any, kind: MapOf, survey: Survey) -> Iterator[Misfit]:  # noqa: ANN401
    if not isinstance(literal, dict):
        yield _not(literal, kind)
        return
    for name, element in literal.items():
        yield from _below(name, _key_misfits(name, kind.key, survey))
        yield from _below(name, misfits(element, kind.value, survey))


def _below(step: str | int, inner: Iterable[Misfit]) -> Iterator[Misfit]:
    for misfit in inner:
        yield Misfit(path=(step, *misfit.path), problem=misfit.problem, help=misfit.help)


def _not(literal: object, kind: Type, problem: str = "", help: str = "") -> Misfit:  # noqa: A002
    return Misfit(
        path=(), problem=problem or f"{shown(literal)} is not {_article(spelled(kind))}", help=help
    )


def _key_misfits(key: object, kind: Type, survey: Survey) -> Iterator[Misfit]:
    """The keys of a YAML mapping are text, those of a map may be whole numbers."""
    if isinstance(kind, Scalar) and kind.name in _INT_RANGES:
        text = str(key)
        whole = re.fullmatch(r"-?[0-9]{1,19}", text)
        yield from _scalar_misfits(int(text) if whole else key, kind.name, kind)
    else:
        yield from misfits(key, kind, survey)


def _scalar_misfits(literal: Any, name: str, kind: Type) -> Iterator[Misfit]:  # noqa: ANN401
    if name == "any":
        return
    fits = _FITS[name](literal) if name in _FITS else isinstance(literal, str)
    if fits:
        return
    if name in _INT_RANGES and type(literal) is int:
        bits = _INT_RANGES[name]
        yield _not(literal, kind, f"{literal} is outside of ±(2^{bits}-1), the range of `{name}`")
    else:
        yield _not(literal, kind, help=_HELP.get(name, ""))


def _enum_misfits(literal: Any, kind: Named, survey: Survey) -> Iterator[Misfit]:  # noqa: ANN401
    enum = survey.enum(kind)
    if not isinstance(literal, str):
        yield _not(literal, kind)
    elif enum is not None:
        known = [value.name for value in enum.values]
        if literal not in known:
            near = did_you_mean(literal, known) or f"one of: {', '.join(known)}"
            yield _not(literal, kind, f"`{kind.name}` has no value `{literal}`", near)


def _object_misfits(literal: Any, kind: Named, survey: Survey) -> Iterator[Misfit]:  # noqa: ANN401
    if not isinstance(literal, dict):
        yield _not(literal, kind)
        return
    record, interface = survey.record(kind), survey.interface(kind)
    if record is not None:
        types = {field.name: field.type for field in record.fields}
        yield from _absent(literal, record.fields, kind)
    elif interface is not None:
        types = {prop.name: prop.type for prop in interface.properties}
    else:
        return
    for name, element in literal.items():
        if name in types:
            yield from _below(name, misfits(element, types[name], survey))
        else:
            near = did_you_mean(name, [*types])
            what = "property" if record is None else "field"
            yield Misfit(path=(name,), problem=f"`{kind.name}` has no {what} `{name}`", help=near)


def _absent(literal: dict[str, Any], fields: Iterable[Value], kind: Named) -> Iterator[Misfit]:
    for field in fields:
        if field.required and field.name not in literal and not isinstance(field.type, Maybe):
            yield Misfit(path=(), problem=f"the field `{field.name}` of `{kind.name}` is missing")


def _is_int(literal: object, bits: int) -> bool:
    limit = 1 << bits
    if type(literal) is not int:
        return False
    return -limit < literal < limit or (bits == 63 and literal == -limit)  # noqa: PLR2004


def _is_json(literal: object) -> bool:
    if isinstance(literal, dict):
        return all(map(_is_json, literal.values()))
    if isinstance(literal, list | tuple):
        return all(map(_is_json, literal))
    return not isinstance(literal, float) or math.isfinite(literal)


def _is_bytes(literal: object) -> bool:
    if isinstance(literal, dict) and [*literal] == ["base64"]:
        try:
            base64.b64decode(str(literal["base64"]), validate=True)
        except (binascii.Error, ValueError):
            return False
        return True
    return isinstance(literal, str)


def _is_datetime(literal: object) -> bool:
    if not isinstance(literal, str) or not _DATETIME.fullmatch(literal):
        return False
    try:
        datetime.fromisoformat(literal)
    except (ValueError, OverflowError):
        return False
    return True


def _is_duration(literal: object) -> bool:
    return isinstance(literal, str) and _DURATION.fullmatch(literal) is not None


_FITS = {
    "bool": lambda literal: type(literal) is bool,
    "int": lambda literal: _is_int(literal, 53),
    "int64": lambda literal: _is_int(literal, 63),
    "float": lambda literal: (
        type(literal) in {int, float} and abs(literal) <= sys.float_info.max  # which NaN is not
    ),
    "bytes": _is_bytes,
    "datetime": _is_datetime,
    "duration": _is_duration,
    "json": _is_json,
}
_HELP = {
    "bool": "write true or false",
    "float": "write a finite number",
    "string": "put it in quotes",
    "path": "put it in quotes",
    "bytes": "write text, or {base64: ...}",
    "datetime": 'write it in ISO 8601 with an offset: "2026-01-31T12:00:00Z"',
    "duration": 'write it in ISO 8601: "PT1.5S"',
}


def shown(literal: object) -> str:
    """A literal as a message shows it."""
    match literal:
        case None:
            return "null"
        case bool():
            return str(literal).lower()
        case dict():
            return "a mapping" if literal else "{}"
        case list() | tuple():
            return "a list" if literal else "[]"
        case str():
            return f'"{literal}"' if len(literal) <= 40 else "this text"  # noqa: PLR2004
        case _:
            return str(literal)


def _article(type_name: str) -> str:
    return f"{'an' if type_name[0] in 'aeiouAEIO' else 'a'} `{type_name}`"

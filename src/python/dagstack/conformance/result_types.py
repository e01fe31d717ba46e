"""Whether what an implementation returned has the type that the specification gives it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, cast

if TYPE_CHECKING:
    from dagstack.conformance.documents import Json, Suite, Type

_EXACT: Final[Mapping[str, type]] = {
    "bool": bool,
    "int": int,
    "int64": int,
    "float": float,
    "string": str,
    "bytes": bytes,
    "duration": timedelta,
}
_ANYTHING: Final = frozenset({"any"})
_CLASSES: Final = {
    "interface": "interfaces",
    "record": "records",
    "enum": "enums",
    "error": "errors",
}


def misfit(value: object, kind: Type | None, suite: Suite) -> str:  # noqa: PLR0911 - a table
    """Say why a value is not of a type; nothing if it is.

    A subclass of a built-in type is not of it: what comes back is plain data.
    """
    if kind is None:
        return "" if value is None else f"nothing was to be returned, not {_what(value)}"
    if isinstance(kind, str):
        return _scalar(value, kind)
    ((form, inner),) = kind.items()
    match form:
        case "maybe":
            return "" if value is None else misfit(value, inner, suite)
        case "list":
            return _items(value, inner, suite)
        case "map":
            return _entries(value, inner, suite)
        case "interface" | "record" | "enum" | "error":
            wanted = suite.type_of(_CLASSES[form], inner)
            return "" if isinstance(value, wanted) else f"{_what(value)} is no {wanted.__name__}"
        case _:  # a variable, or a subject of the harness's own
            return ""


def _scalar(value: object, kind: str) -> str:  # noqa: PLR0911 - a table
    if kind in _ANYTHING:
        return ""
    if kind == "json":
        return _json(value)
    if kind == "datetime":
        if not isinstance(value, datetime):
            return f"{_what(value)} is no datetime"
        return "" if value.utcoffset() == timedelta(0) else f"{value!r} is not in UTC"
    if kind == "path":
        if not isinstance(value, Path):
            return f"{_what(value)} is no pathlib.Path"
        return "" if value.is_absolute() else f"{value!r} is not absolute"
    wanted = _EXACT[kind]
    return "" if type(value) is wanted else f"{_what(value)} is not exactly {wanted.__name__}"


def _items(value: object, kind: Type, suite: Suite) -> str:
    if type(value) is not list:
        return f"{_what(value)} is not exactly list"
    items = cast("list[object]", value)
    return next((said for each in items if (said := misfit(each, kind, suite))), "")


def _entries(value: object, kinds: Json, suite: Suite) -> str:
    if not isinstance(value, Mapping):
        return f"{_what(value)} is no mapping"
    for key, each in cast("Mapping[Any, object]", value).items():
        if said := misfit(key, kinds[0], suite) or misfit(each, kinds[1], suite):
            return said
    return ""


def _json(value: object) -> str:
    if value is None or type(value) in {bool, int, float, str}:
        return ""
    if type(value) is list:
        return next((said for each in cast("list[object]", value) if (said := _json(each))), "")
    if type(value) is dict:
        entries = cast("dict[object, object]", value)
        if wrong := [key for key in entries if type(key) is not str]:
            return f"the key {wrong[0]!r} of a JSON object is not exactly str"
        return next((said for each in entries.values() if (said := _json(each))), "")
    return f"{_what(value)} is no JSON value"


def _what(value: object) -> str:
    return "None" if value is None else f"{type(value).__name__} {shown(value)}"


def shown(value: object, limit: int = 200) -> str:
    """A value for people: its ``repr``, shortened in the middle."""
    text = repr(value)
    if len(text) <= limit:
        return text
    half = (limit - 20) // 2
    return f"{text[:half]} … {len(text)} characters … {text[-half:]}"

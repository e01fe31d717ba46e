"""Values as TypeScript source: defaults, examples, messages."""

from __future__ import annotations

import base64
import json
import re
from typing import TYPE_CHECKING

from dagstack.idl.model import ListOf, MapOf, Maybe, Member, Named, Scalar
from dagstack.idl.targets.typescript import names

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from dagstack.idl.model import Record, Type

INVISIBLE = re.compile(
    "[\\x00-\\x1f\\x7f-\\x9f\\xad\\u061c\\u200b-\\u200f\\u2028-\\u202e\\u2060-\\u2069"
    "\\ud800-\\udfff\\ufeff\\ufff9-\\ufffb]"
)
"""Control and bidirectional characters, line ends that editors disagree about, lone surrogates."""

_KEY = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*")
_DURATION = re.compile(
    r"(?P<sign>-?)P(?:(?P<d>[\d.]+)D)?"
    r"(?:T(?:(?P<h>[\d.]+)H)?(?:(?P<m>[\d.]+)M)?(?:(?P<s>[\d.]+)S)?)?"
)
_MS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1000}


def string(text: str) -> str:
    """A string literal, in the quotes that need fewer escapes."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    text = text.replace("\\", "\\\\").replace(quote, "\\" + quote)
    return f"{quote}{INVISIBLE.sub(_escape, text)}{quote}"


def template(text: str) -> str:
    """A piece of a template literal, without its backticks."""
    text = text.replace("\\", "\\\\").replace("`", "\\`").replace("${", "\\${")
    return INVISIBLE.sub(_escape, text)


def value(given: object, kind: Type, records: Mapping[str, Record] | None = None) -> str:
    """A default or an example's value, which fits ``kind``."""
    while isinstance(kind, Maybe):
        kind = kind.inner
    if isinstance(given, Member):
        return f"{names.named(given.enum)}.{names.enum_key(given.name, given.renames).text}"
    if given is None:
        is_json = isinstance(kind, Scalar) and kind.name in ("json", "any")
        return "null" if is_json else "undefined"
    if isinstance(kind, Scalar):
        make = _SCALARS.get(kind.name, plain)
        return make(given)
    return _composite(given, kind, records)


def constant(given: object, kind: Type) -> str:
    """A default in code that runs.

    It does without ``TextEncoder``: that belongs to hosts and not to the language, and the package
    is compiled without any host's types.
    """
    inner = kind.inner if isinstance(kind, Maybe) else kind
    if isinstance(given, str) and isinstance(inner, Scalar) and inner.name == "bytes":
        return _bytes({"base64": base64.b64encode(given.encode()).decode()})
    return value(given, kind)


def _composite(given: object, kind: Type, records: Mapping[str, Record] | None) -> str:
    match kind:
        case ListOf(item=item) if isinstance(given, (list, tuple)):
            return f"[{', '.join([value(each, item, records) for each in given])}]"
        case MapOf(value=of) if isinstance(given, dict):
            return _braced({_key(str(k)): value(v, of, records) for k, v in given.items()})
        case Named(kind="record") if isinstance(given, dict):
            return _record(given, records.get(kind.name) if records else None, records)
        case _:
            return plain(given)


def plain(given: object) -> str:
    """A value of JSON."""
    match given:
        case None:
            return "null"
        case bool():
            return "true" if given else "false"
        case str():
            return string(given)
        case list() | tuple():
            return f"[{', '.join([plain(each) for each in given])}]"
        case dict():
            return _braced({_key(str(k)): plain(v) for k, v in given.items()})
        case _:
            return json.dumps(given, default=str)


def _record(
    given: dict[str, object], record: Record | None, records: Mapping[str, Record] | None
) -> str:
    if record is None:
        return plain(given)
    return _braced(
        {
            names.member(field.name, field.renames).text: value(
                given[field.name], field.type, records
            )
            for field in record.fields
            if field.name in given
        }
    )


def _bytes(given: object) -> str:
    if isinstance(given, dict):
        data = base64.b64decode(str(given.get("base64", "")))
        return f"Uint8Array.of({', '.join(map(str, data))})"
    text = str(given)
    return f"new TextEncoder().encode({string(text)})" if text else "new Uint8Array()"


def _duration(given: object) -> str:
    match = _DURATION.fullmatch(str(given))
    if match is None:
        return plain(given)
    total = sum(float(match[unit] or 0) * size for unit, size in _MS.items())
    return f"{match['sign']}{total:.15g}"


_SCALARS: dict[str, Callable[[object], str]] = {
    "int64": lambda given: f"{given}n",
    "bytes": _bytes,
    "datetime": lambda given: f"new Date({string(str(given))})",
    "duration": _duration,
}


def _key(text: str) -> str:
    if text == "__proto__":
        return '["__proto__"]'
    return text if _KEY.fullmatch(text) else string(text)


def _braced(items: dict[str, str]) -> str:
    inner = ", ".join([f"{key}: {text}" for key, text in items.items()])
    return f"{{ {inner} }}" if inner else "{}"


def _escape(match: re.Match[str]) -> str:
    return f"\\u{ord(match[0]):04x}"

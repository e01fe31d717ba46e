"""Values of the specs as Go expressions."""

from __future__ import annotations

import base64
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from dagstack.idl.model import ListOf, MapOf, Maybe, Member, Named, Record, Scalar

if TYPE_CHECKING:
    from dagstack.idl.model import Package, Type
    from dagstack.idl.targets.go.names import Names
    from dagstack.idl.targets.go.types import Types

_DURATION = re.compile(r"(-?)P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:\.(\d{1,9}))?S)?)?")
_UNITS = (
    (3_600_000_000_000, "time.Hour"),
    (60_000_000_000, "time.Minute"),
    (1_000_000_000, "time.Second"),
    (1_000_000, "time.Millisecond"),
    (1_000, "time.Microsecond"),
)
_ESCAPES = {"\n": "\\n", "\r": "\\r", "\t": "\\t", '"': '\\"', "\\": "\\\\"}


class Literals:
    """Writes literals for one package, whose records and enums it looks up."""

    def __init__(self, package: Package, names: Names, types: Types) -> None:
        self._names = names
        self._types = types
        self._records: dict[tuple[str, str], Record] = {}
        self._values: dict[tuple[str, str, str], str] = {}
        parts = [("", package.specs)]
        parts += [(known.name, known.package.specs) for known in package.dependencies]
        for origin, specs in parts:
            for spec in specs:
                for record in spec.records:
                    self._records[origin, record.name] = record
                for enum in spec.enums:
                    for value in enum.values:
                        given = dict(value.renames).get("go", "")
                        self._values[origin, enum.name, value.name] = given

    def expression(self, kind: Type, value: object) -> str:  # noqa: PLR0911  (a case per kind)
        """``value`` as a Go expression of type ``kind``."""
        if isinstance(value, Member):
            return self._names.constant(value.enum, value.name, value.renames)
        if isinstance(kind, Maybe):
            inner = self._types.of(kind.inner)
            if value is None:
                return "nil"
            text = self.expression(kind.inner, value)
            return text if inner.nilable else f"&{text}"
        if value is None:
            return self._types.of(kind).zero
        if isinstance(kind, Scalar):
            return _scalar(kind.name, value)
        if isinstance(kind, ListOf) and isinstance(value, list | tuple):
            item_type = self._types.of(kind.item).text
            texts = [self.expression(kind.item, item) for item in value]
            if isinstance(kind.item, Named):
                texts = [text.removeprefix(item_type) for text in texts]
            return f"[]{item_type}{{{', '.join(texts)}}}"
        if isinstance(kind, MapOf) and isinstance(value, dict):
            pairs = ", ".join(
                f"{self._key(kind.key, key)}: {self.expression(kind.value, item)}"
                for key, item in value.items()
            )
            return f"{self._types.of(kind).text}{{{pairs}}}"
        if isinstance(kind, Named):
            return self._named(kind, value)
        return _scalar("any", value)

    def _key(self, kind: Type, key: object) -> str:
        if isinstance(kind, Scalar) and kind.name in {"int", "int64"}:
            return str(key)
        return self.expression(kind, str(key))

    def _named(self, kind: Named, value: object) -> str:
        if kind.kind == "enum" and isinstance(value, str):
            given = self._values.get((kind.package, kind.name, value))
            if given is None:
                return f"{self._names.type_name(kind)}({quoted(value)})"
            return self._names.constant(kind, value, (("go", given),) if given else ())
        record = self._records.get((kind.package, kind.name))
        if record is None or not isinstance(value, dict):
            return _scalar("any", value)
        fields = ", ".join(
            f"{self._names.exported(field.name, field.renames, kind.package)}: "
            f"{self.expression(field.type, value[field.name])}"
            for field in record.fields
            if field.name in value
        )
        return f"{self._names.type_name(kind)}{{{fields}}}"


def _scalar(kind: str, value: object) -> str:  # noqa: PLR0911  (a case per kind)
    if kind == "bytes":
        text = value.get("base64", "") if isinstance(value, dict) else None
        raw = str(value).encode() if text is None else base64.b64decode(str(text))
        return f"[]byte({_quoted_bytes(raw)})"
    if kind == "duration":
        return duration(str(value))
    if kind == "datetime":
        return _instant(str(value))
    match value:
        case None:
            return "nil"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return repr(value)
        case str():
            return quoted(value)
        case list() | tuple():
            return f"[]any{{{', '.join(_scalar('any', item) for item in value)}}}"
        case dict():
            pairs = (f"{quoted(str(key))}: {_scalar('any', item)}" for key, item in value.items())
            return f"map[string]any{{{', '.join(pairs)}}}"
        case _:
            return quoted(str(value))


def quoted(text: str) -> str:
    """An interpreted string literal, in which everything odd is an escape."""
    if text.isprintable() and '"' not in text and "\\" not in text:
        return f'"{text}"'
    return '"' + "".join(map(_escaped, text)) + '"'


def _escaped(character: str) -> str:
    if character in _ESCAPES:
        return _ESCAPES[character]
    if character.isprintable():
        return character
    code = ord(character)
    if 0xD800 <= code <= 0xDFFF:  # noqa: PLR2004  (half of a surrogate pair is no character)
        return "\\uFFFD"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004


def _quoted_bytes(raw: bytes) -> str:
    try:
        return quoted(raw.decode())
    except UnicodeDecodeError:
        return '"' + "".join(f"\\x{byte:02x}" for byte in raw) + '"'


def nanoseconds(text: str) -> int:
    """The length of an ISO 8601 duration."""
    found = _DURATION.fullmatch(text)
    if found is None:
        return 0
    sign, days, hours, minutes, seconds, fraction = found.groups(default="0")
    whole = ((int(days) * 24 + int(hours)) * 60 + int(minutes)) * 60 + int(seconds)
    total = whole * 1_000_000_000 + int(fraction.ljust(9, "0"))
    return -total if sign == "-" else total


def duration(text: str) -> str:
    """``PT1.5S`` as ``1500 * time.Millisecond``."""
    total = nanoseconds(text)
    if total == 0:
        return "0"
    for size, unit in _UNITS:
        if total % size == 0:
            return unit if total == size else f"{total // size} * {unit}"
    return f"{total} * time.Nanosecond"


def _instant(text: str) -> str:
    try:
        moment = datetime.fromisoformat(text).astimezone(UTC)
    except ValueError:
        return "time.Time{}"
    nano = moment.microsecond * 1000
    return (
        f"time.Date({moment.year}, {moment.month}, {moment.day}, "
        f"{moment.hour}, {moment.minute}, {moment.second}, {nano}, time.UTC)"
    )

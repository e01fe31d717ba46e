"""Structs and enums: options, records, recorded calls, and what stands for their defaults."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.model import Maybe, Named, Scalar
from dagstack.idl.node import Node
from dagstack.idl.targets.go.layout import columns
from dagstack.idl.targets.go.literals import nanoseconds
from dagstack.idl.targets.go.names import default_method
from dagstack.idl.targets.go.prose import safe
from dagstack.idl.targets.go.view import Constant, Default, Enum, Field, Struct

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dagstack.idl.model import Enum as EnumModel
    from dagstack.idl.model import Record, Type, Value
    from dagstack.idl.targets.go.docs import Comment
    from dagstack.idl.targets.go.language import Go


_CASE = 80
"""The length of names up to which they share a line of a switch."""


class Shape(Node):
    """How a field that may be left out is kept: what means "absent" or "the default"."""

    type: str
    absent: str
    """The expression that stands for the default; empty if the zero value simply is it."""
    is_pointer: bool = False
    result: str = ""
    """The type of the value with the default filled in."""


def shape(go: Go, value: Value, *, zero_is_absent: bool) -> Shape:
    """The shape of an option or of a record's field.

    ``zero_is_absent`` says that the empty string of a ``string?`` means none, as in options.
    """
    kind = value.type
    found = go.types.of(kind)
    if value.required or _is_zero(kind, value.default):
        if zero_is_absent and isinstance(kind, Maybe) and _is_text(kind.inner):
            return Shape(type=go.types.of(kind.inner).text, absent="")
        return Shape(type=found.text, absent="")
    inner = kind.inner if isinstance(kind, Maybe) else kind
    plain = go.types.of(inner)
    if plain.nilable:
        return Shape(type=plain.text, absent="nil", result=plain.text)
    if isinstance(inner, Named) and inner.kind == "enum":
        return Shape(type=plain.text, absent='""', result=plain.text)
    return Shape(type="*" + plain.text, absent="nil", is_pointer=True, result=plain.text)


def has_default_method(value: Value) -> bool:
    """Whether a field needs a method that fills in its default."""
    return not (value.required or _is_zero(value.type, value.default))


def _is_text(kind: Type) -> bool:
    if isinstance(kind, Scalar):
        return kind.name in {"string", "path"}
    return isinstance(kind, Named) and kind.kind == "enum"


def _is_zero(kind: Type, default: object) -> bool:
    if default is None:
        return True
    if isinstance(kind, Maybe):
        return default in ((), {})
    name = kind.name if isinstance(kind, Scalar) else ""
    if name == "duration":
        return nanoseconds(str(default)) == 0
    if name == "bytes" and isinstance(default, dict):
        return not default.get("base64")
    return not default and name not in {"datetime", "json", "any"}


def struct_fields(
    rows: Sequence[tuple[Comment | None, tuple[str, ...]]],
) -> tuple[tuple[Field, ...], bool]:
    """Fields as comment and cells: aligned if there is no comment, else parted by blank lines."""
    docs = [str(comment) if comment is not None and comment.lines else "" for comment, _ in rows]
    if any(docs):
        lines = [" ".join(cells) for _, cells in rows]
        return tuple(Field(doc=doc, line=line) for doc, line in zip(docs, lines, strict=True)), True
    return tuple(Field(doc="", line=line) for line in columns([cells for _, cells in rows])), False


def make_struct(  # noqa: PLR0913  (the parts of a struct)
    go: Go,
    name: str,
    doc: str,
    values: Sequence[Value],
    imports: set[str],
    *,
    params: Mapping[str, str],
    tagged: bool = False,
) -> Struct:
    """Options, or a record with ``tagged`` fields."""
    rows: list[tuple[Comment | None, tuple[str, ...]]] = []
    defaults: list[Default] = []
    for value in values:
        field = go.names.field(value)
        found = shape(go, value, zero_is_absent=not tagged)
        imports.update(go.types.of(value.type).imports)
        comment = go.docs.field(field, value, params)
        if found.absent:
            default = go.literals.expression(value.type, value.default).removeprefix("&")
            comment.paragraph(_stands_for(found.absent, default))
            defaults.append(_default(name, field, found, default))
        cells: tuple[str, ...] = (field, found.type)
        if tagged:
            omit = ",omitempty" if isinstance(value.type, Maybe) or not value.required else ""
            cells = (*cells, f'`json:"{value.name}{omit}"`')
        rows.append((comment, cells))
    fields, spaced = struct_fields(rows)
    return Struct(name=name, doc=doc, fields=fields, spaced=spaced, defaults=tuple(defaults))


def _stands_for(absent: str, default: str) -> str:
    word = "Nil" if absent == "nil" else "The empty string"
    return safe(f"{word} stands for the default, {default}.")


def _default(struct: str, field: str, found: Shape, default: str) -> Default:
    method = default_method(field)
    return Default(
        doc=f"// {method} returns {field}, or the default where it was left out.",
        signature=f"func (o {struct}) {method}() {found.result}",
        condition=f"o.{field} == {found.absent}",
        default=default,
        given=f"*o.{field}" if found.is_pointer else f"o.{field}",
    )


def make_record(go: Go, record: Record, imports: set[str]) -> Struct:
    """A record as a struct, whose JSON has the names of the specification."""
    name = go.names.exported(record.name, record.renames)
    doc = str(go.docs.type(name, record.summary, record.doc, record.life))
    return make_struct(go, name, doc, record.fields, imports, params={}, tagged=True)


def make_enum(go: Go, enum: EnumModel) -> Enum:
    """An enum as a string type with constants."""
    name = go.names.exported(enum.name, enum.renames)
    names = [go.names.constant_of(enum.named, value) for value in enum.values]
    docs = [
        go.docs.constant(constant, value)
        for constant, value in zip(names, enum.values, strict=True)
    ]
    rows = [
        (constant, name, f'= "{value.name}"')
        for constant, value in zip(names, enum.values, strict=True)
    ]
    spaced = any(docs)
    lines = [" ".join(row) for row in rows] if spaced else columns(rows) if rows else []
    return Enum(
        name=name,
        doc=str(go.docs.type(name, enum.summary, enum.doc, enum.life)),
        constants=tuple(
            Constant(doc=doc, line=line) for doc, line in zip(docs, lines, strict=True)
        ),
        spaced=spaced,
        valid=(", " if sum(map(len, names)) <= _CASE else ",\n\t\t").join(names),
    )

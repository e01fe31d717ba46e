"""Records and enums."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.targets.typescript import docs, names, view
from dagstack.idl.targets.typescript.interfaces import field

if TYPE_CHECKING:
    from dagstack.idl import model
    from dagstack.idl.targets.typescript.docs import Writer


def lower_record(record: model.Record, writer: Writer) -> view.Shape:
    """A record as an interface of fields that do not change."""
    for value in record.fields:
        writer.imports.types_of(value.type)
    blocks = writer.blocks(record.summary, record.doc, record.life) + writer.life(record.life)
    return view.Shape(
        doc=docs.comment(blocks),
        head=f"export interface {names.type_name(record.name, record.renames).text}",
        members=tuple([field(value, writer) for value in record.fields]),
    )


def lower_enum(enum: model.Enum, writer: Writer) -> view.EnumView:
    """An enum as an object and the union of its values: nothing that a compiler has to erase."""
    values = []
    for value in enum.values:
        blocks = writer.blocks((), value.doc, value.life) + writer.life(value.life)
        key = names.enum_key(value.name, value.renames).text
        text = f'  {key}: "{value.name}",'
        values.append(view.Member(doc=docs.comment(blocks, 2), text=text))
    blocks = writer.blocks(enum.summary, enum.doc, enum.life) + writer.life(enum.life)
    return view.EnumView(
        doc=docs.comment(blocks),
        name=names.type_name(enum.name, enum.renames).text,
        values=tuple(values),
    )

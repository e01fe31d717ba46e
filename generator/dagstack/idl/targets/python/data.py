"""Enums and records of the model as classes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.prose import sentence
from dagstack.idl.targets.python import view
from dagstack.idl.targets.python.docs import (
    blocks,
    docstring,
    entry,
    inline,
    lead,
    life_notes,
    marker,
    paragraph,
    section,
)
from dagstack.idl.targets.python.layout import WIDTH, quoted, statement
from dagstack.idl.targets.python.literals import field_default
from dagstack.idl.targets.python.names import field_name, type_name, value_name
from dagstack.idl.targets.python.types import SHADOWABLE, Place, annotation

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from dagstack.idl.model import Enum, EnumValue, Error, Interface, Record, Value
    from dagstack.idl.targets.python.module import Lowering

BODY = "    "


def class_doc(
    declared: Interface | Record | Enum | Error, sections: Iterable[Sequence[str]] = ()
) -> str:
    """The docstring of a class: summary, doc, age, then ``sections``."""
    width = WIDTH - len(BODY)
    summary = sentence(inline(declared.summary)) or f"``{type_name(declared.named)}``."
    parts = blocks(declared.doc, width)
    notes = life_notes(declared.life)
    if notes:
        parts.append(paragraph(" ".join(notes), width))
    return docstring(BODY, summary, [*parts, *sections])


def attributes(values: Iterable[Value], name: Callable[[Value], str]) -> list[list[str]]:
    """The section that documents fields, unless nothing is said of any."""
    entries = [
        entry(name(value), value.doc, WIDTH - 8, notes=life_notes(value.life))
        for value in values
        if value.doc or value.life.since or value.life.deprecated or value.life.unstable
    ]
    return [section("Attributes", entries)] if entries else []


def enum(declared: Enum, lowering: Lowering) -> view.Enum:
    """An enum whose values are their own names on the wire."""
    lowering.imports.add("enum", "StrEnum")
    return view.Enum(
        decorator=class_marker(declared, lowering),
        name=type_name(declared.named),
        doc=class_doc(declared),
        values=tuple(_values(declared.values)),
    )


def _values(values: Iterable[EnumValue]) -> Iterator[view.EnumValue]:
    for value in values:
        width = WIDTH - len(BODY) - 6
        summary, rest = lead(value.doc, "", width)
        notes = " ".join(life_notes(value.life))
        if notes and not summary:
            summary, notes = notes, ""
        doc = docstring(BODY, summary, [*rest, paragraph(notes, width)]) if summary else ""
        yield view.EnumValue(name=value_name(value), literal=quoted(value.name), doc=doc)


def class_marker(declared: Interface | Record | Enum | Error, lowering: Lowering) -> str:
    """The decorator of a deprecated class."""
    deprecated = declared.life.deprecated
    return marker("", lowering.deprecated(), deprecated) if deprecated else ""


def record(declared: Record, lowering: Lowering) -> view.Record:
    """A record: its fields are given by keyword, so that their order in the spec means nothing."""
    lowering.imports.add("dataclasses", "dataclass")
    names = frozenset(map(field_name, declared.fields))
    where = Place(hidden=names & SHADOWABLE)
    return view.Record(
        decorator=class_marker(declared, lowering),
        name=type_name(declared.named),
        doc=class_doc(declared, attributes(declared.fields, field_name)),
        fields=tuple(_field(field, where, lowering) for field in declared.fields),
    )


def _field(field: Value, where: Place, lowering: Lowering) -> str:
    kind, needs = annotation(field.type, where)
    lowering.imports.symbols |= needs
    if field.required:
        return statement(BODY, field_name(field), kind)
    default, more = field_default(field, where, lowering.index)
    lowering.imports.symbols |= more
    return statement(BODY, field_name(field), kind, default)

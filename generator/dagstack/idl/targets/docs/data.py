"""Records, enums, errors and implementations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.model import Code
from dagstack.idl.prose import sentence
from dagstack.idl.targets.docs import markdown, view
from dagstack.idl.targets.docs.members import values_table

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dagstack.idl.model import Enum, Error, Implementation, Inline, Package, Record, Spec
    from dagstack.idl.targets.docs.languages import Language
    from dagstack.idl.targets.docs.words import Words


def record(declared: Record, words: Words) -> view.Data:
    """A record with a table of its fields."""
    table = values_table("Field", declared.fields, words) if declared.fields else ""
    return view.Data(
        heading=f"Record {markdown.text(declared.name)}",
        notes=words.notes(declared.life),
        blocks=_present(*words.blocks(declared.summary, declared.doc), table),
    )


def enum(declared: Enum, words: Words) -> view.Data:
    """An enum with a table of its values."""
    rows = [
        (markdown.code(value.name), f"{words.flat(value.doc)} {words.age(value.life)}".strip())
        for value in declared.values
    ]
    return view.Data(
        heading=f"Enum {markdown.text(declared.name)}",
        notes=words.notes(declared.life),
        blocks=_present(
            *words.blocks(declared.summary, declared.doc),
            markdown.table(("Value", "Meaning"), rows) if rows else "",
        ),
    )


def error(declared: Error, words: Words, languages: Sequence[Language]) -> view.Data:
    """An error with its names in each language."""
    facts = [f"kind {markdown.code(declared.kind)}"]
    if declared.parent is not None:
        facts.insert(0, f"extends {words.named(declared.parent)}")
    fields = (*declared.inherited, *declared.fields)
    named = markdown.table(
        [language.title for language in languages],
        [[words.inline(language.shows.error(declared)) for language in languages]],
    )
    return view.Data(
        heading=f"Error {markdown.text(declared.name)}",
        notes=words.notes(declared.life, *facts),
        blocks=_present(
            *words.blocks(declared.summary, declared.doc),
            named if languages else "",
            f"Message: {words.inline(_message(declared))}",
            values_table("Field", fields, words) if fields else "",
        ),
    )


def _message(declared: Error) -> Inline:
    return tuple(
        part if isinstance(part, str) else Code(text=f"{{{part.field}}}")
        for part in declared.message
    )


def implementations(spec: Spec, titles: Mapping[str, str], words: Words) -> str:
    """The table of what is written by hand: who has which, as the spec says; may be empty."""
    rows = [
        (*_implementation(each, titles, words), sentence(words.inline(each.summary)))
        for each in spec.implementations
    ]
    return markdown.table((*_head(titles), "Summary"), rows) if rows else ""


def all_implementations(package: Package, titles: Mapping[str, str], words: Words) -> str:
    """The same for all specs, without words."""
    rows = [
        _implementation(each, titles, words)
        for spec in package.specs
        for each in spec.implementations
    ]
    return markdown.table(_head(titles), rows) if rows else ""


def _head(titles: Mapping[str, str]) -> tuple[str, ...]:
    return ("Implementation", "Of", "For", *map(markdown.text, titles.values()))


def _implementation(
    declared: Implementation, titles: Mapping[str, str], words: Words
) -> tuple[str, ...]:
    states = dict(declared.languages)
    return (
        ", ".join(markdown.code(each) for each in (declared.name, *declared.aliases)),
        words.named(declared.implements),
        declared.use,
        *(states.get(language, "") for language in titles),
    )


def _present(*blocks: str) -> tuple[str, ...]:
    return tuple(block for block in blocks if block)

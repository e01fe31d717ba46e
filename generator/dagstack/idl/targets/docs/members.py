"""Interfaces, with a heading for each method and property."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.prose import clause, sentence
from dagstack.idl.targets.docs import markdown, view
from dagstack.idl.targets.docs.literals import default, literal
from dagstack.idl.targets.docs.tabs import tabs

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dagstack.idl.model import Example, Interface, Method, Property, Value
    from dagstack.idl.targets.docs.languages import Language
    from dagstack.idl.targets.docs.options import Options
    from dagstack.idl.targets.docs.words import Words


class Members:
    """Writes the interfaces of one page."""

    def __init__(self, words: Words, languages: Sequence[Language], options: Options) -> None:
        self._words = words
        self._languages = languages
        self._options = options

    def interface(self, declared: Interface) -> view.Interface:
        """An interface, its properties first."""
        members = [self._property(declared, each) for each in declared.properties]
        members += [self._method(declared, each) for each in declared.methods]
        return view.Interface(
            heading=f"Interface {markdown.text(declared.name)}",
            notes=self._words.notes(declared.life),
            blocks=self._words.blocks(declared.summary, declared.doc),
            members=tuple(members),
        )

    def _property(self, interface: Interface, declared: Property) -> view.Method:
        samples = [
            (language.title, language.shows.fence, language.shows.property(interface, declared))
            for language in self._languages
        ]
        kind = f"{self._words.type(declared.type)} property"
        return view.Method(
            heading=markdown.code(f"{interface.name}.{declared.name}"),
            notes=self._words.notes(declared.life, kind),
            blocks=self._words.blocks((), declared.doc),
            tabs=tabs(self._options, samples),
            params="",
            returns="",
            raises=(),
            rejects=(),
            examples=(),
        )

    def _method(self, interface: Interface, declared: Method) -> view.Method:
        words = self._words
        samples = [
            (language.title, language.shows.fence, language.shows.method(interface, declared))
            for language in self._languages
        ]
        returns = ""
        if declared.returns is not None:
            doc = words.flat(declared.returns.doc)
            returns = words.type(declared.returns.type) + (f": {doc}" if doc else "")
        return view.Method(
            heading=markdown.code(f"{interface.name}.{declared.name}"),
            notes=words.notes(declared.life, f"_{declared.effect}_"),
            blocks=words.blocks(declared.summary, declared.doc),
            tabs=tabs(self._options, samples),
            params=self._params(declared),
            returns=returns,
            raises=tuple(words.condition(each.error, each.condition) for each in declared.raises),
            rejects=tuple(words.condition(each.error, each.condition) for each in declared.rejects),
            examples=tuple(self._example(declared, each) for each in declared.examples),
        )

    def _params(self, declared: Method) -> str:
        values = (*declared.params, *declared.options)
        return values_table("Parameter", values, self._words) if values else ""

    def _example(self, declared: Method, example: Example) -> str:
        args = ", ".join(f"{name}: {literal(value)}" for name, value in example.args)
        text = markdown.code(f"{declared.name}({args})")
        title = clause(sentence(self._words.inline(example.title)))
        if title:
            text = f"{markdown.opened(title)}: {text}"
        if example.raises is not None:
            return f"- {text} ends with {self._words.named(example.raises)}."
        if example.has_result:
            return f"- {text} returns {markdown.code(literal(example.returns))}."
        return f"- {text}."


def values_table(title: str, values: Sequence[Value], words: Words) -> str:
    """Params, options or fields; a column of defaults only where there is one."""
    has_defaults = any(not value.required for value in values)
    rows = []
    for value in values:
        row = [markdown.code(value.name), words.type(value.type)]
        if has_defaults:
            row.append("" if value.required else markdown.code(default(value.default)))
        doc = words.flat(value.doc)
        age = words.age(value.life)
        rows.append([*row, f"{doc} {age}".strip() if age else doc])
    head = [title, "Type", "Default", "Meaning"] if has_defaults else [title, "Type", "Meaning"]
    return markdown.table(head, rows)

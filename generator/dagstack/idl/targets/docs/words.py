"""Prose of the specs as Markdown, with links to what it names."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.model import Bullets, Life, Paragraph
from dagstack.idl.prose import clause, flatten, sentence
from dagstack.idl.targets.docs import markdown
from dagstack.idl.targets.docs.pages import anchor, member_anchor, page
from dagstack.idl.targets.docs.types import expression, mentioned

if TYPE_CHECKING:
    from dagstack.idl.model import Code, Inline, Named, Prose, Ref, Type

_NO_LIFE = Life()
_UNSTABLE = "**Unstable**: it may change or go without a new major version"


class Words:
    """Writes prose for one page."""

    def __init__(self, spec: str) -> None:
        self._spec = spec
        """The spec that the page is about; empty on the index."""
        self._types: dict[Type, str] = {}

    def inline(self, run: Inline) -> str:
        """A run of text, safe anywhere but at the start of a block."""
        return flatten(run, markdown.text, self._code) if run else ""

    def sentence(self, run: Inline) -> str:
        """A run of text as a block of its own."""
        return markdown.opened(sentence(self.inline(run))) if run else ""

    def blocks(self, summary: Inline, doc: Prose) -> tuple[str, ...]:
        """A summary and what follows it."""
        made = [self.sentence(summary)] if summary else []
        for block in doc:
            if isinstance(block, Bullets):
                made.append("\n".join(self.item(self.inline(item)) for item in block.items))
            else:
                made.append(markdown.opened(self.inline(block.text)))
        return tuple(made)

    def item(self, text: str) -> str:
        """An item of a list."""
        return f"- {markdown.opened(text)}"

    def flat(self, doc: Prose) -> str:
        """Prose on one line, for a table."""
        if len(doc) == 1 and isinstance(doc[0], Paragraph):
            return sentence(self.inline(doc[0].text))
        runs = [
            run
            for block in doc
            for run in (block.items if isinstance(block, Bullets) else (block.text,))
        ]
        return " ".join([sentence(self.inline(run)) for run in runs])

    def condition(self, error: Named, run: Inline) -> str:
        """When a method ends with an error."""
        text = clause(self.inline(run))
        return f"- {self.named(error)}{f' if {text}' if text else ''}."

    def notes(self, life: Life, *first: str) -> str:
        """The age of a declaration on one line, after other facts."""
        return " · ".join([*first, *self._ages(life)] if life != _NO_LIFE else first)

    def age(self, life: Life) -> str:
        """The same as sentences, for a table."""
        return " ".join([f"{note}." for note in self._ages(life)]) if life != _NO_LIFE else ""

    def named(self, named: Named) -> str:
        """A declaration by its name, with a link if it is described here."""
        return self._linked(markdown.code(named.name), self._place(named))

    def type(self, kind: Type) -> str:
        """A type, with a link to what it is about."""
        found = self._types.get(kind)
        if found is None:
            named = mentioned(kind)
            target = self._place(named) if named else ""
            found = self._types[kind] = self._linked(markdown.code(expression(kind)), target)
        return found

    def _ages(self, life: Life) -> list[str]:
        made = []
        if life.since:
            made.append(f"Since {markdown.text(life.since)}")
        if life.unstable:
            made.append(_UNSTABLE)
        if life.deprecated:
            gone = life.deprecated
            text = f"**Deprecated** since {markdown.text(gone.since)}"
            if gone.remove_in:
                text += f", to be removed in {markdown.text(gone.remove_in)}"
            use = clause(self.inline(gone.use))
            made.append(f"{text}: {use if ' ' in use else f'use {use}'}" if use else text)
        return made

    def _code(self, code: Code) -> str:
        label = markdown.code(code.text)
        return self._linked(label, self._target(code.ref)) if code.ref else label

    def _target(self, ref: Ref) -> str:
        if ref.owner is None:
            return ""
        if ref.kind in {"method", "property"}:
            return self._place(ref.owner, member_anchor(ref.owner.name, ref.name))
        return self._place(ref.owner)

    def _place(self, named: Named, heading: str = "") -> str:
        if named.package:
            return ""
        file = "" if named.spec == self._spec else page(named.spec)
        return f"{file}#{heading or anchor(named)}"

    def _linked(self, label: str, target: str) -> str:
        return markdown.link(label, target) if target else label

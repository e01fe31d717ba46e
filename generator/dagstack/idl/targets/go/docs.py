"""Doc comments, composed for each kind of declaration."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.model import Life, Paragraph
from dagstack.idl.targets.go.prose import (
    LINE,
    Writer,
    doing,
    is_clause,
    lowered,
    meaning,
    named,
    returning,
    safe,
    sentence,
    wrapped,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.idl.model import EnumValue, Inline, Method, Property, Prose, Raise, Value

_NO_LIFE = Life()
_NO_PARAMS: dict[str, str] = {}


class Comment:
    """A doc comment in the making: paragraphs and lists, as gofmt leaves them."""

    def __init__(self, indent: str = "") -> None:
        self.start = f"{indent}//"
        self.width = LINE - 4 * len(indent)
        self.lines: list[str] = []

    def paragraph(self, text: str) -> None:
        """A paragraph after what there is; nothing if ``text`` is empty."""
        if text:
            if self.lines:
                self.lines.append("")
            self.lines += wrapped(text, self.width)

    def item(self, text: str) -> None:
        """An item of a list, which begins where another line stands before it."""
        first, *more = wrapped(text, self.width - 4)
        self.lines.append(f"  - {first}")
        self.lines.extend([f"    {line}" for line in more])

    def code(self, lines: list[str]) -> None:
        """Lines of code, apart from the rest."""
        self.lines.append("")
        self.lines.extend(["\t" + line if line else "" for line in lines])

    def __str__(self) -> str:
        """All lines with their comment markers."""
        start = self.start
        return "\n".join(
            [
                (start + line if line[0] == "\t" else f"{start} {line}") if line else start
                for line in self.lines
            ]
        )


class Docs(Writer):
    """The doc comments of one package."""

    def comment(self, indent: str = "") -> Comment:
        """An empty comment."""
        return Comment(indent)

    def type(self, name: str, summary: Inline, doc: Prose, life: Life, more: str = "") -> Comment:
        """The comment of a type: its summary, a noun phrase, after its name."""
        comment = Comment()
        text = self.text(summary, _NO_PARAMS)
        if is_clause(text):
            comment.paragraph(meaning(name, text))
        else:
            comment.paragraph(named(name, text) or f"{name} is declared by the specification.")
        self.prose(comment, doc)
        comment.paragraph(more)
        self.life(comment, life)
        return comment

    def prose(self, comment: Comment, doc: Prose, params: Mapping[str, str] = _NO_PARAMS) -> None:
        """Paragraphs and lists as they were written."""
        for index, block in enumerate(doc):
            if isinstance(block, Paragraph):
                comment.paragraph(sentence(self.text(block.text, params)))
                continue
            items = [text for item in block.items if (text := self.text(item, params))]
            if items and index == 0 and comment.lines:
                comment.lines.append("")
            for item in items:
                comment.item(item)

    def life(self, comment: Comment, life: Life) -> None:
        """Since when it exists, whether it may change, and the paragraph that tools look for."""
        if life is _NO_LIFE or life == _NO_LIFE:
            return
        notes = []
        if life.since:
            notes.append(f"It exists since version {safe(life.since)}.")
        if life.unstable:
            notes.append("It is unstable: it may change or go without a major version.")
        comment.paragraph(" ".join(notes))
        if life.deprecated is None:
            return
        old = life.deprecated
        use = self.text(old.use, _NO_PARAMS).rstrip(".")
        if use and use[:4].lower() != "use ":
            use = f"use {lowered(use)} instead"
        when = f"since {safe(old.since)}"
        if old.remove_in:
            when += f", to be removed in {safe(old.remove_in)}"
        lead = f"{lowered(use)} ({when})" if use else when
        first, *more = wrapped(f"Deprecation: {lead}.", comment.width)
        comment.lines.extend(["", first.replace("Deprecation:", "Deprecated:", 1), *more])

    def method(
        self, name: str, method: Method, params: Mapping[str, str], examples: list[str]
    ) -> Comment:
        """The comment of an interface's method."""
        comment = Comment("\t")
        comment.paragraph(doing(name, self.text(method.summary, params)))
        self.prose(comment, method.doc, params)
        self._params(comment, method, params)
        self._result(comment, method, params)
        if method.raises or method.rejects:
            self._errors(comment, method, params)
        if method.types:
            comment.paragraph(f"The function [{name}] is this method with its types.")
        if examples:
            comment.paragraph("For example:")
            comment.code(examples)
        self.life(comment, method.life)
        return comment

    def function(self, target: str, name: str, method: Method, params: Mapping[str, str]) -> str:
        """The comment of the generic function in front of a method."""
        comment = Comment()
        comment.paragraph(doing(name, self.text(method.summary, params)))
        comment.paragraph(
            f"It calls [{target}], which cannot have type parameters, and ends as that does."
        )
        self.life(comment, method.life)
        return str(comment)

    def _params(self, comment: Comment, method: Method, params: Mapping[str, str]) -> None:
        told = [(param, text) for param in method.params if (text := self.short(param, params))]
        if told:
            comment.paragraph("The parameters:")
        for param, text in told:
            comment.item(f"{params[param.name]}: {text}")

    def short(self, value: Value, params: Mapping[str, str]) -> str:
        """The doc of a param in one run of text, its age included."""
        words = [sentence(lowered(self.flat(value.doc, params)))] if value.doc else []
        life = value.life
        if life.since:
            words.append(f"It exists since version {safe(life.since)}.")
        if life.unstable:
            words.append("It is unstable.")
        if life.deprecated:
            words.append(f"It is deprecated since {safe(life.deprecated.since)}.")
        return " ".join(words)

    def flat(self, doc: Prose, params: Mapping[str, str] = _NO_PARAMS) -> str:
        """Prose without its line structure."""
        if len(doc) == 1 and isinstance(doc[0], Paragraph):
            return self.text(doc[0].text, params)
        runs: list[str] = []
        for block in doc:
            items = (block.text,) if isinstance(block, Paragraph) else block.items
            runs.extend(sentence(self.text(item, params)) for item in items)
        return " ".join(runs)

    def _result(self, comment: Comment, method: Method, params: Mapping[str, str]) -> None:
        if method.returns is None or not method.returns.doc:
            return
        text = self.flat(method.returns.doc, params)
        first, _, rest = text.partition(" ")
        if first == "Whether":
            comment.paragraph(sentence(f"It reports whether {rest}"))
        elif is_clause(text):
            comment.paragraph(sentence(f"The result: {lowered(text)}"))
        else:
            comment.paragraph(sentence(f"It returns {lowered(text)}"))

    def _errors(self, comment: Comment, method: Method, params: Mapping[str, str]) -> None:
        returned = method.effect != "instant" or bool(method.raises)
        verb = "It returns" if returned else "It panics with"
        causes = [
            self._cause(cause, params)
            for group in (method.raises, method.rejects)
            for cause in group
        ]
        if len(causes) == 1:
            comment.paragraph(sentence(f"{verb} {causes[0]}"))
            return
        comment.paragraph(f"{verb} one of these errors:")
        for cause in causes:
            comment.item(cause)

    def _cause(self, cause: Raise, params: Mapping[str, str]) -> str:
        name = f"[{self.error(cause.error)}]"
        text = self.text(cause.condition, params).removesuffix(".")
        if not text:
            return name
        # Without a condition of its own a method has the error's summary, which names a thing.
        clause = is_clause(text) or not text[0].isupper()
        return f"{name} if {lowered(text)}" if clause else f"{name}: {lowered(text)}"

    def property(self, name: str, value: Property) -> Comment:
        """The comment of a property's getter."""
        comment = Comment("\t")
        head, *rest = value.doc or (Paragraph(text=()),)
        if isinstance(head, Paragraph):
            comment.paragraph(returning(name, self.text(head.text, _NO_PARAMS)))
            self.prose(comment, tuple(rest))
        else:
            comment.paragraph(returning(name, ""))
            self.prose(comment, value.doc)
        self.life(comment, value.life)
        return comment

    def field(self, name: str, value: Value, params: Mapping[str, str]) -> Comment:
        """The comment of a field; empty if there is nothing to say."""
        comment = Comment("\t")
        doc = value.doc
        if doc and isinstance(doc[0], Paragraph):
            comment.paragraph(named(name, self.text(doc[0].text, params)))
            doc = doc[1:]
        self.prose(comment, doc, params)
        self.life(comment, value.life)
        return comment

    def constant(self, name: str, value: EnumValue) -> str:
        """The comment of an enum's value; empty if there is nothing to say."""
        comment = Comment("\t")
        doc = value.doc
        if doc and isinstance(doc[0], Paragraph):
            comment.paragraph(meaning(name, self.text(doc[0].text, _NO_PARAMS)))
            doc = doc[1:]
        self.prose(comment, doc)
        self.life(comment, value.life)
        return str(comment)

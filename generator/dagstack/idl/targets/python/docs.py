"""Prose as Google-style docstrings, harmless whatever the spec's text is."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dagstack.idl.model import Paragraph
from dagstack.idl.prose import clause, flatten, sentence, wrap
from dagstack.idl.targets.python.layout import WIDTH, strings
from dagstack.idl.targets.python.names import ref_name, type_name

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from dagstack.idl.model import Code, Deprecation, Inline, Life, Prose

_ODD = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f]"
)
_ACTIVE = re.compile(r"(>>>|\.\.)(?= |$)")
"""A line that begins so would be run by ``doctest`` or be a directive of reStructuredText."""
_SECTION = re.compile(
    r"(args|arguments|attributes|examples?|keyword args|keyword arguments|methods|notes?|"
    r"other parameters|parameters|raises|references|returns?|see also|todo|warnings?|warns|"
    r"yields?|deprecated):?",
    re.IGNORECASE,
)
_LONGEST_TITLE = len("keyword arguments:")
_SENTENCE_END = re.compile(r"(?<=[.!?]) (?=[A-Z`])")


def inline(text: Inline) -> str:
    """A run of text on one line."""
    return flatten(text, str, _code)


def plain(text: Inline) -> str:
    """A run of text without markup, for messages."""
    return flatten(text, str, lambda code: _code(code).strip("`"))


def _code(code: Code) -> str:
    ref = code.ref
    if ref is None:
        return f"``{code.text}``"
    name = ref_name(ref)
    if ref.owner is not None and ref.kind != "type" and (ref.kind == "value" or "." in code.text):
        name = f"{type_name(ref.owner)}.{name}"
    return f"``{name}``"


def blocks(prose: Prose, width: int) -> list[list[str]]:
    """The lines of each paragraph and list."""
    return [
        paragraph(inline(block.text), width)
        if isinstance(block, Paragraph)
        else [line for item in block.items for line in _item(inline(item), width)]
        for block in prose
    ]


def _item(text: str, width: int) -> list[str]:
    if not text:
        return []
    first, *rest = wrap(text, width - 2)
    return [f"- {first}", *(f"  {line}" for line in rest)]


def paragraph(text: str, width: int) -> list[str]:
    """A paragraph, no line of which a tool would take for more than text."""
    lines = wrap(text, width, unbreakable=_ACTIVE)
    active = _ACTIVE.match(text)
    if active:
        lines[0] = " ".join(active[0]) + lines[0][active.end() :]
    for index, line in enumerate(lines):
        if len(line) <= _LONGEST_TITLE and _SECTION.fullmatch(line):
            lines[index] = f"({line})"
    return lines


def entry(name: str, prose: Prose, width: int, *, notes: Sequence[str] = ()) -> list[str]:
    """A line of ``Args`` and its like, with what follows indented."""
    lines: list[str] = []
    for block in prose:
        if isinstance(block, Paragraph):
            text = inline(block.text)
            lines += paragraph(f"{name}: {text}" if not lines else text, width - 4)
        else:
            lines += [] if lines else [f"{name}:"]
            lines += [line for item in block.items for line in _item(inline(item), width - 4)]
    for note in notes:
        lines += wrap(note, width - 4)
    return [lines[0], *(f"    {line}" for line in lines[1:])]


def section(title: str, entries: Iterable[Sequence[str]]) -> list[str]:
    """``Args:`` and its entries."""
    text = [f"{title}:"]
    for lines in entries:
        text += [f"    {line}" if line else "" for line in lines]
    return text


def life_notes(life: Life) -> list[str]:
    """What the age of a declaration has to say to its users, a sentence each."""
    if not (life.since or life.unstable or life.deprecated):
        return []
    notes = [f"Since version {_line(life.since)}."] if life.since else []
    if life.unstable:
        notes.append("Unstable: this may change or go without a new major version.")
    if life.deprecated is not None:
        notes.append(deprecation(life.deprecated, inline(life.deprecated.use)))
    return notes


def _line(version: str) -> str:
    """A version as the spec has it; that it is one is checked elsewhere."""
    return " ".join(version.split())


def deprecation(deprecated: Deprecation, use: str) -> str:
    """Since when, until when, and what to use instead."""
    text = f"Deprecated since version {_line(deprecated.since)}"
    if deprecated.remove_in:
        text += f", to be removed in {_line(deprecated.remove_in)}"
    if not use:
        return f"{text}."
    use = clause(use)
    return f"{text}: {use}." if " " in use else f"{text}: use {use}."


def marker(indent: str, name: str, deprecated: Deprecation | None) -> str:
    """The decorator that type checkers understand, with its line's end; nothing without need."""
    if deprecated is None:
        return ""
    words = deprecation(deprecated, plain(deprecated.use)).split(" ")
    parts = [f"{word} " for word in words[:-1]] + words[-1:]
    return strings(indent, f"@{name}(", parts, ")") + "\n"


def lead(prose: Prose, fallback: str, width: int) -> tuple[str, list[list[str]]]:
    """The first sentence, which sums up, and the rest: for what has a doc but no summary."""
    if not prose:
        return fallback, []
    first = prose[0]
    if not isinstance(first, Paragraph):
        return fallback, blocks(prose, width)
    text = sentence(inline(first.text))
    if len(text) <= width:
        return text, blocks(prose[1:], width)
    head, *tail = _SENTENCE_END.split(text, maxsplit=1)
    return head, [paragraph(text, width) for text in tail] + blocks(prose[1:], width)


def docstring(indent: str, summary: str, parts: Iterable[Sequence[str]] = ()) -> str:
    """A docstring, indented: the summary, then what is parted by blank lines."""
    body = [part for part in parts if part]
    room = WIDTH - len(indent)
    lines = paragraph(summary, room - 3 if body else room - 6)
    for part in body:
        lines.append("")
        lines += part
    if len(lines) > 1:
        lines.append("")
    text = f"\n{indent}".join(lines)
    quote, raw = '"""', ""
    if "\\" in text or '"""' in text or _ODD.search(text):
        text = _ODD.sub(_visible, text)
        if '"""' in text:
            quote = "'''"
            text = text.replace(quote, "' ' '")
        if "\\" in text:
            raw = "r"
    if text[0] == quote[0]:
        text = f" {text}"
    text = f"{indent}{raw}{quote}{text}{quote}"
    return text.replace(f"\n{indent}\n", "\n\n") if body else text


def _visible(match: re.Match[str]) -> str:
    return f"U+{ord(match[0]):04X}"

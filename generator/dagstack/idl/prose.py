"""Prose: doc text read once into paragraphs, lists and code spans, and laid out for a language."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dagstack.idl.model import Bullets, Code, Paragraph

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from dagstack.idl.model import Inline, Prose, Ref

_CODE = re.compile(r"(?<!`)`([^`\n]+)`(?!`)")
_SPACE = re.compile(r"\s+")

_IRREGULAR = {"be": "is", "have": "has", "do": "does", "go": "goes"}
_ES = re.compile(r"(s|x|z|ch|sh|o)$")
_IES = re.compile(r"[^aeiou]y$")
_NOUN = re.compile(
    r"(an?|the|one|any|each|every|how|what|where|whether|which|when|why)\s", re.IGNORECASE
)
_FALLBACK = re.compile(r"[^a-z]")


def parse_inline(text: str, find: Callable[[str], Ref | None]) -> Inline:
    """Read one run of text; ``find`` says what a code span names."""
    text = " ".join(text.split())
    if "`" not in text:
        return (text,) if text else ()
    parts: list[str | Code] = []
    for index, part in enumerate(_CODE.split(text)):
        if index % 2:
            parts.append(Code(text=part, ref=find(part)))
        elif part:
            parts.append(part)
    return tuple(parts)


def parse_prose(text: str, find: Callable[[str], Ref | None]) -> Prose:
    """Read paragraphs, which blank lines part, and ``- `` lists."""
    if "\n" not in text and not text.startswith("- "):
        inline = parse_inline(text, find)
        return (Paragraph(text=inline),) if inline else ()
    blocks: list[Paragraph | Bullets] = []
    for chunk in re.split(r"\n[ \t]*\n", text.strip()):
        if not chunk.strip():
            continue
        lead, *items = re.split(r"(?:^|\n)[ \t]*- ", chunk)
        if lead.strip():
            blocks.append(Paragraph(text=parse_inline(lead, find)))
        if items:
            blocks.append(Bullets(items=tuple(parse_inline(item, find) for item in items)))
    return tuple(blocks)


def flatten(inline: Inline, text: Callable[[str], str], code: Callable[[Code], str]) -> str:
    """One string: ``text`` escapes what is prose, ``code`` prints a code span."""
    if len(inline) == 1 and isinstance(inline[0], str):
        return text(inline[0])
    return "".join(text(part) if isinstance(part, str) else code(part) for part in inline)


def wrap(text: str, width: int, *, unbreakable: re.Pattern[str] | None = None) -> list[str]:
    """Break ``text`` at spaces into lines of at most ``width`` characters, where words allow.

    No line but the first begins with a word that ``unbreakable`` matches: the way to keep a lone
    ``-`` or ``#`` from turning into a list or a heading.
    """
    if len(text) <= width:
        return [text] if text else []
    lines: list[str] = []
    start = 0
    while len(text) - start > width:
        end = text.rfind(" ", start + 1, start + width + 1)
        if end < 0:
            end = text.find(" ", start + width)
        while unbreakable and end >= 0 and unbreakable.match(text[end + 1 :].partition(" ")[0]):
            end = text.find(" ", end + 1)
        if end < 0:
            break
        lines.append(text[start:end])
        start = end + 1
    lines.append(text[start:])
    return lines


def sentence(text: str) -> str:
    """``text`` with a capital first and a full stop last."""
    if not text:
        return text
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?:" else text + "."


def clause(text: str) -> str:
    """``text`` without its full stop, to stand inside a sentence."""
    return text[:-1] if text.endswith(".") and not text.endswith("..") else text


def is_noun_phrase(text: str) -> bool:
    """Whether a summary names a thing ("An abstract store") and does not tell to do one."""
    return _NOUN.match(text) is not None


def third_person(text: str) -> str:
    """Turn "Store the bytes" into "stores the bytes", as godoc goes on after a method's name."""
    verb, space, rest = text.partition(" ")
    lower = verb[:1].lower() + verb[1:]
    if not lower or _FALLBACK.search(lower):
        return text
    if lower in _IRREGULAR:
        lower = _IRREGULAR[lower]
    elif _ES.search(lower):
        lower += "es"
    elif _IES.search(lower):
        lower = lower[:-1] + "ies"
    else:
        lower += "s"
    return lower + space + rest


def spans(inlines: Iterable[Inline]) -> Iterable[Code]:
    """All code spans of some runs of text."""
    return (part for inline in inlines for part in inline if isinstance(part, Code))

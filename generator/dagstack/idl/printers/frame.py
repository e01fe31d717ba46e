"""Code frames: the line that a finding is about, with carets below it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.node import Node
from dagstack.idl.printers.terminal import cell, width

if TYPE_CHECKING:
    from dagstack.idl.source import Source, Span

COLUMNS = 100
"""A longer line is cut around what is marked; more than one line of a terminal is hard to read."""

_CONTEXT = 20
_CUT = "…"


class Frame(Node):
    """A line of a file and the marks below it, both without the gutter."""

    line: str
    marks: str


def frame(source: Source, span: Span) -> Frame | None:
    """The frame of a span; nothing where the file has no such line, as it may have changed."""
    if not 1 <= span.line <= len(source.lines):
        return None
    text = source.lines[span.line - 1]
    start = min(span.column - 1, len(text))
    end = span.end_column - 1 if span.end_line == span.line else len(text.rstrip())
    end = max(min(end, len(text)), start)
    first, last = _window(text, start, end)
    before = (_CUT if first else "") + "".join(map(cell, text[first:start]))
    marked = "".join(map(cell, text[start : min(end, last)]))
    after = "".join(map(cell, text[max(start, min(end, last)) : last]))
    line = before + marked + after + (_CUT if last < len(text) else "")
    return Frame(line=line.rstrip(), marks=" " * width(before) + "^" * max(width(marked), 1))


def _window(text: str, start: int, end: int) -> tuple[int, int]:
    """Which part of a line to show: all of it, or enough around what is marked."""
    if len(text) <= COLUMNS:
        return 0, len(text)
    first = max(0, min(start - _CONTEXT, len(text) - COLUMNS))
    if end <= COLUMNS - _CONTEXT:
        first = 0
    return first, min(len(text), first + COLUMNS)

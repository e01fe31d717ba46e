"""Findings for people: the place, the line with carets, the cause, and what to do."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from dagstack.idl.printers.frame import frame
from dagstack.idl.printers.place import shown_file
from dagstack.idl.printers.terminal import visible, visible_line

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from dagstack.idl.diagnostics import Diagnostic
    from dagstack.idl.source import Source, Span

_COLOURS = {"error": "1;31", "warning": "1;33", "help": "1;36", "note": "1;32", "gutter": "1;34"}


def print_text(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],
    *,
    colour: bool = False,
    folder: str = "",
) -> str:
    """Every finding with a code frame, and a line that counts them; empty without findings."""
    if not diagnostics:
        return ""
    page = _Page(sources, folder, colour=colour)
    blocks = ["\n".join(page.finding(diagnostic)) for diagnostic in diagnostics]
    return "\n\n".join([*blocks, page.summary(diagnostics)]) + "\n"


class _Page:
    def __init__(self, sources: Mapping[str, Source], folder: str, *, colour: bool) -> None:
        self.sources = sources
        self.folder = folder
        self.colour = colour

    def finding(self, diagnostic: Diagnostic) -> Iterator[str]:
        level = diagnostic.level
        head = self._paint(level, f"{level}[{diagnostic.rule}]")
        yield f"{self._place(diagnostic.span)}: {head}: {visible_line(diagnostic.message)}"
        spans = [diagnostic.span, *(span for span, _ in diagnostic.related)]
        gutter = max(len(str(span.line)) for span in spans) + 1
        yield from self._frame(diagnostic.span, gutter, level)
        for span, message in diagnostic.related:
            said = f"{self._place(span)}: {visible_line(message)}"
            yield f"{' ' * gutter} {self._paint('note', 'note:')} {said}"
            yield from self._frame(span, gutter, "note")
        if diagnostic.help:
            first, *more = visible(diagnostic.help).split("\n")
            yield f"{' ' * gutter} {self._paint('help', 'help:')} {first}"
            for line in more:
                yield f"{' ' * gutter}       {line}".rstrip()

    def summary(self, diagnostics: Sequence[Diagnostic]) -> str:
        """Like "2 errors, 1 warning in 3 files"."""
        levels = Counter(diagnostic.level for diagnostic in diagnostics)
        counts = [_count(levels[level], level) for level in ("error", "warning") if levels[level]]
        files = len({diagnostic.span.file for diagnostic in diagnostics})
        return f"{', '.join(counts)} in {_count(files, 'file')}"

    def _frame(self, span: Span, gutter: int, kind: str) -> Iterator[str]:
        source = self.sources.get(span.file)
        cut = frame(source, span) if source else None
        if cut is not None and cut.line:
            number = self._paint("gutter", f"{span.line:>{gutter}} |")
            yield f"{number} {cut.line}"
            yield f"{self._paint('gutter', ' ' * gutter + ' |')} {self._marks(cut.marks, kind)}"

    def _marks(self, marks: str, kind: str) -> str:
        carets = marks.lstrip()
        return marks[: len(marks) - len(carets)] + self._paint(kind, carets)

    def _place(self, span: Span) -> str:
        return f"{visible_line(shown_file(span.file, self.folder))}:{span.line}:{span.column}"

    def _paint(self, kind: str, text: str) -> str:
        return f"\x1b[{_COLOURS[kind]}m{text}\x1b[0m" if self.colour else text


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}" if number == 1 else f"{number} {noun}s"

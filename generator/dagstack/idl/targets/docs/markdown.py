"""Markdown that says what the spec says and no more: text is escaped for every reader of it.

Readers are GitHub and its like, MDX, and Python-Markdown with Material's extensions. They agree on
few backslashes but on all character references, so most of what could be markup becomes one. What
some do to text of any kind is left to them: an address links to itself.
"""

from __future__ import annotations

import re
import unicodedata
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

_INVISIBLE = (
    "\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f"
    "\ud800-\udfff\ufeff\ufff9-\ufffb\U000e0000-\U000e007f"
)
_ODD = re.compile(f"[{_INVISIBLE}]")
_CANDIDATE = re.compile(rf"[\\`*\[\]_<>{{}}&|$~^@:=+{_INVISIBLE}]")
"""What any of the next begins with: a set alone is found several times faster."""
_MARKUP = re.compile(
    r"[\\`*\[\]]"  # any reader takes a backslash before these
    r"|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])"  # emphasis, if not inside a word
    r"|[<>{}&|$~^@]"  # tags, expressions, references, cells, formulas, mentions
    r"|:(?=[\w+-]*:)"  # emoji and directives
    r"|(?<==)=|(?<=\+)\+"  # marked and inserted text
    f"|[{_INVISIBLE}]"
)
_BACKSLASHED = frozenset("\\`*[]_")
_BLOCK = re.compile(r"(?:[-+#=!?:%]|\d+[.)]|(?:import|export)\b)")
"""How a paragraph must not begin: as a list, heading, rule, admonition, or statement of MDX."""
_NO_SPAN = re.compile(r"[|`]|^ | $|\\$|\{[{%#]")
"""What a code span cannot hold in a table, at its ends, or where a site runs templates first."""
_PLAIN = re.compile(r"[^A-Za-z0-9 ]")
_TICKS = re.compile(r"`+")


def text(raw: str) -> str:
    """Prose that is nothing but prose, wherever in a line it stands."""
    return _MARKUP.sub(_escape, raw) if _CANDIDATE.search(raw) else raw


def opened(block: str) -> str:
    """``block``, already escaped, so that its beginning does not turn it into another block."""
    match = _BLOCK.match(block)
    if match is None:
        return block
    at = match.end() - 1 if block[0].isdigit() else 0
    return f"{block[:at]}&#{ord(block[at])};{block[at + 1 :]}"


@cache
def code(raw: str) -> str:
    """A code span, in a table too."""
    raw = _ODD.sub(_visible, raw)
    if _NO_SPAN.search(raw) or not raw:
        return f"<code>{_PLAIN.sub(_reference, raw)}</code>"
    return f"`{raw}`"


def link(label: str, target: str) -> str:
    """``label``, already Markdown, as a link to a page or heading of ours."""
    return f"[{label}]({target})"


def fence(language: str, body: str) -> str:
    """A code block that nothing in ``body`` ends."""
    ticks = "```"
    if ticks in body:
        ticks = "`" * (max(map(len, _TICKS.findall(body))) + 1)
    return f"{ticks}{language}\n{body}\n{ticks}"


def comment(lines: Sequence[str]) -> str:
    """Lines that no reader shows, each a comment of HTML that MDX can take for one of its own."""
    shown = (" ".join(_ODD.sub(" ", line).split()) for line in lines)
    shown = (line.replace("--", "- -").replace("*/", "* /").replace(">", "&gt;") for line in shown)
    return "\n".join(f"<!-- {line} -->" for line in shown if line)


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Cells, already Markdown, with their columns aligned as prettier aligns them."""
    sizes = [[_width(cell) for cell in row] for row in (head, *rows)]
    widths = [max(3, *column) for column in zip(*sizes, strict=True)]
    rule = _row(["-" * width for width in widths])
    first, *others = [
        _row([cell + " " * (width - size) for cell, size, width in zip(*each, strict=True)])
        for each in zip((head, *rows), sizes, [widths] * len(sizes), strict=True)
    ]
    return "\n".join([first, rule, *others])


def _row(cells: Sequence[str]) -> str:
    return f"| {' | '.join(cells)} |"


def _width(cell: str) -> int:
    if cell.isascii():
        return len(cell)
    return sum(_columns(character) for character in cell)


def _columns(character: str) -> int:
    if unicodedata.combining(character) or unicodedata.category(character) in {"Me", "Mn", "Cf"}:
        return 0
    return 2 if unicodedata.east_asian_width(character) in "WF" else 1


def _escape(match: re.Match[str]) -> str:
    found = match[0]
    if found in _BACKSLASHED:
        return "\\" + found
    return _visible(match) if _ODD.match(found) else f"&#{ord(found)};"


def _reference(match: re.Match[str]) -> str:
    return f"&#{ord(match[0])};"


def _visible(match: re.Match[str]) -> str:
    return f"U+{ord(match[0]):04X}"

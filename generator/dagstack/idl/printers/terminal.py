"""What a terminal makes of text: how wide it is, and what must not reach it as it is."""

from __future__ import annotations

import unicodedata

TAB = 4

_WIDE = frozenset("WF")
_ZERO = frozenset({"Mn", "Me"})
_UNSAFE = frozenset({"Cc", "Cf", "Cs", "Co", "Cn", "Zl", "Zp"})


def cell(character: str) -> str:
    """One character as it may be printed.

    Controls and marks of direction come from files that may not be ours: printed as they are, they
    would move the cursor, colour the terminal, or show a line in another order than it has.
    """
    if character == "\t":
        return " " * TAB
    if character.isprintable() or unicodedata.category(character) not in _UNSAFE:
        return character
    return f"<U+{ord(character):04X}>"


def visible(text: str) -> str:
    """``text`` with every unsafe character spelled out; lines stay lines."""
    if text.isascii() and text.isprintable():
        return text
    return "\n".join("".join(map(cell, line)) for line in text.split("\n"))


def visible_line(text: str) -> str:
    """``text`` in one line, with what would end the line spelled out too."""
    return visible(text).replace("\n", "<U+000A>")


def width(shown: str) -> int:
    """How many columns ``shown``, printable text, takes."""
    if shown.isascii():
        return len(shown)
    return sum(
        0
        if unicodedata.category(character) in _ZERO
        else 2
        if unicodedata.east_asian_width(character) in _WIDE
        else 1
        for character in shown
    )

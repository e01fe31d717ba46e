"""Where lines break: exactly where the formatter would leave them."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

WIDTH = 100

_WIDE = frozenset("WF")
_ZERO = frozenset({"Mn", "Me", "Cf"})

_CALL = re.compile(r"([A-Za-z_][\w.]*\()(.+)\)")
"""The start of a call, and its arguments."""


def columns(text: str) -> int:
    """How wide the formatter takes a text to be: a Chinese character counts for two."""
    if text.isascii():
        return len(text)
    return sum(
        0
        if unicodedata.category(character) in _ZERO
        else 2
        if unicodedata.east_asian_width(character) in _WIDE
        else 1
        for character in text
    )


def call(indent: str, head: str, args: Sequence[str], tail: str = ")") -> str:
    """``head`` up to its bracket, the arguments, and ``tail`` from its bracket on.

    What does not fit has one argument a line, and the trailing comma that keeps it so.
    """
    line = f"{indent}{head}{', '.join(args)}{tail}"
    if columns(line) <= WIDTH or not args:
        return line
    inner = "".join(f"{argument(f'{indent}    ', arg)}\n" for arg in args)
    return f"{indent}{head}\n{inner}{indent}{tail.removeprefix(',')}"


def argument(indent: str, declared: str) -> str:
    """An argument on a line of its own, with its comma; a long type is broken in its brackets."""
    line = f"{indent}{declared},"
    name, colon, rest = declared.partition(": ")
    if columns(line) <= WIDTH or not colon or not name.isidentifier():
        return line
    kind, equals, default = rest.partition(" = ")
    value = _call_after(indent, f"{name}: {kind} = ", default)
    if value:
        return f"{value},"
    first, bar, last = kind.rpartition(" | ")
    if not bar or "]" in last:
        return f"{indent}{name}: {_nested(indent, kind)}{equals}{default},"
    start = f"{indent}{name}: {first}"
    if columns(start) > WIDTH:
        start = f"{indent}{name}: {_nested(indent, first)}"
    return f"{start}\n{indent}| {last}{equals}{default},"


def statement(indent: str, name: str, kind: str, default: str = "") -> str:
    """An annotated name, with a value or without."""
    equals = f" = {default}" if default else ""
    line = f"{indent}{name}: {kind}{equals}"
    if columns(line) <= WIDTH:
        return line
    value = _call_after(indent, f"{name}: {kind} = ", default)
    if value:
        return value
    if default and columns(f"{indent}{name}: {kind} = (") <= WIDTH:
        fits = len(indent) + 4 + columns(default) <= WIDTH
        return assignment(indent, f"{name}: {kind}", default) if fits else line
    if " | " in kind.rpartition("]")[2]:
        return f"{indent}{name}: (\n{indent}    {kind}\n{indent}){equals}"
    broken = f"{indent}{name}: {_nested(indent, kind)}"
    if columns(f"{indent}]{equals}") <= WIDTH:
        return f"{broken}{equals}"
    value = _call_after(indent, "] = ", default)
    return f"{broken[:-1]}{value.removeprefix(indent)}" if value else f"{broken}{equals}"


def _call_after(indent: str, start: str, value: str) -> str:
    """A call with its argument on a line of its own, unless its beginning is too long already."""
    match = _CALL.fullmatch(value)
    if match is None or columns(indent + start + match[1]) > WIDTH:
        return ""
    arguments = [match[2]] if '"' in match[2] or "'" in match[2] else match[2].split(", ")
    if "[" in match[2]:
        arguments = [fitted(f"{indent}    ", match[2])]
    return call(indent, start + match[1], arguments)


def assignment(indent: str, name: str, value: str) -> str:
    """A name set to another."""
    line = f"{indent}{name} = {value}"
    return line if columns(line) <= WIDTH else f"{indent}{name} = (\n{indent}    {value}\n{indent})"


def _nested(indent: str, kind: str) -> str:
    """A type broken in its outermost brackets, and in those within as far as it takes."""
    head, bracket, rest = kind.partition("[")
    if not bracket:
        return kind
    inner = f"{indent}    "
    inside = rest[:-1]
    parts = _parts(inside)
    if columns(inner) + columns(inside) <= WIDTH:
        body = inner + inside
    elif len(parts) == 1:
        body = inner + _nested(inner, inside)
    else:
        body = "\n".join(f"{inner}{fitted(inner, part)}," for part in parts)
    return f"{head}[\n{body}\n{indent}]"


def fitted(indent: str, kind: str) -> str:
    """A type that goes on in brackets where it does not fit on one line with its comma."""
    return kind if len(indent) + columns(kind) < WIDTH else _nested(indent, kind)


def _parts(inside: str) -> list[str]:
    """What commas part that are in no further bracket."""
    parts = [""]
    depth = 0
    for piece in inside.split(", "):
        parts[-1] += f", {piece}" if depth else piece
        depth += piece.count("[") - piece.count("]")
        if not depth:
            parts.append("")
    return parts[:-1]


def union(name: str, members: Sequence[str]) -> str:
    """A type alias for any of ``members``."""
    joined = " | ".join(members)
    line = f"{name}: TypeAlias = {joined}"
    if columns(line) <= WIDTH:
        return line
    if columns(joined) + 4 <= WIDTH or len(members) == 1:
        return f"{name}: TypeAlias = (\n    {joined}\n)"
    rows = "\n    | ".join(members)
    return f"{name}: TypeAlias = (\n    {rows}\n)"


def quoted(text: str, prefix: str = "") -> str:
    """A string literal. ``prefix`` is ``f`` or ``b`` or nothing; braces are the caller's."""
    quote = "'" if text.count('"') > text.count("'") else '"'
    if text.isprintable() and text.isascii() and "\\" not in text and quote not in text:
        return f"{prefix}{quote}{text}{quote}"
    return prefix + quote + "".join(_escape(character, quote) for character in text) + quote


def strings(indent: str, head: str, parts: Iterable[str], tail: str, prefix: str = "") -> str:
    """A statement around one string literal, given as words that may stand on different lines."""
    words = list(parts)
    whole = quoted("".join(words), prefix)
    line = f"{indent}{head}{whole}{tail}"
    if columns(line) <= WIDTH:
        return line
    inner = f"{indent}    "
    if columns(inner) + columns(whole) <= WIDTH:
        return f"{indent}{head}\n{inner}{whole}\n{indent}{tail}"
    rows: list[str] = []
    row = ""
    for word in words:
        if row and columns(inner) + columns(quoted(row + word, prefix)) > WIDTH:
            rows.append(row)
            row = ""
        row += word
    rows.append(row)
    body = "\n".join(
        inner + quoted(row, prefix if "{" in row or "}" in row else "") for row in rows
    )
    return f"{indent}{head}\n{body}\n{indent}{tail}"


_SHORT = {"\\": "\\\\", "\n": "\\n", "\t": "\\t", "\r": "\\r"}


def _escape(character: str, quote: str) -> str:
    if character in _SHORT:
        return _SHORT[character]
    if character == quote:
        return f"\\{quote}"
    if character.isprintable():
        return character
    code = ord(character)
    if code <= 0xFF:  # noqa: PLR2004  (what fits \x)
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code <= 0xFFFF else f"\\U{code:08x}"  # noqa: PLR2004

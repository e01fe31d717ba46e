"""Where lines break and what is aligned: the output is left as it is by gofmt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 120
"""The longest line of a signature, with tabs as four columns."""

_LONGEST_ALIGNED_KEY = 40


def join(params: Sequence[tuple[str, str]]) -> str:
    """Params on one line, of which neighbours of one type share it: ``low, high int``."""
    text, after = "", ""
    for name, kind in reversed(params):
        part = name if kind == after else f"{name} {kind}"
        text = f"{part}, {text}" if text else part
        after = kind
    return text


def results(kind: str, *, fallible: bool) -> str:
    """What follows the params: ``(string, error)``."""
    if not fallible:
        return " " + kind if kind else ""
    return f" ({kind}, error)" if kind else " error"


def call(head: str, params: Sequence[str], tail: str, indent: str = "") -> str:
    """``head(params)tail`` on one line, or with a line for each param if that is too long."""
    joined = ", ".join(params)
    if 4 * len(indent) + len(head) + len(joined) + len(tail) + 2 <= WIDTH:
        return f"{indent}{head}({joined}){tail}"
    lines = "".join(f"{indent}\t{param},\n" for param in params)
    return f"{indent}{head}(\n{lines}{indent}){tail}" if params else f"{indent}{head}(){tail}"


def signature(
    head: str, joined: str, params: Sequence[tuple[str, str]], tail: str, indent: str = ""
) -> str:
    """The same for named params, which are ``joined`` where they share a line."""
    if 4 * len(indent) + len(head) + len(joined) + len(tail) + 2 <= WIDTH:
        return f"{indent}{head}({joined}){tail}"
    return call(head, [f"{name} {kind}" for name, kind in params], tail, indent)


def columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows of neighbouring lines with their cells aligned."""
    if len(rows) <= 1:
        return [" ".join(row) for row in rows]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    *before, _ = widths
    if len(before) == 1:
        return [f"{first.ljust(before[0])} {last}" for first, last in rows]
    return [
        " ".join([cell.ljust(width) for cell, width in zip(row, before, strict=False)] + [row[-1]])
        for row in rows
    ]


def composite(kind: str, pairs: Sequence[tuple[str, str]], room: int, indent: str) -> str:
    """A struct literal, with a line for each field where it would take more than ``room``."""
    line = f"{kind}{{{', '.join(f'{key}: {value}' for key, value in pairs)}}}"
    if len(line) <= room or any(len(key) > _LONGEST_ALIGNED_KEY for key, _ in pairs):
        return line
    rows = columns([(f"{key}:", f"{value},") for key, value in pairs])
    return f"{kind}{{\n" + "".join(f"{indent}\t{row}\n" for row in rows) + indent + "}"

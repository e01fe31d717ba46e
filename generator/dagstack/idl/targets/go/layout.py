"""Where lines break and what is aligned: the output is left as it is by gofmt."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 120
"""The longest line of a signature, with tabs as four columns."""

_LONGEST_ALIGNED_KEY = 40


def grouped(params: Sequence[tuple[str, str]]) -> list[str]:
    """``low int, high int`` as ``low, high int``."""
    parts: list[str] = []
    for index, (name, kind) in enumerate(params):
        if index + 1 < len(params) and params[index + 1][1] == kind:
            parts.append(name)
        else:
            parts.append(f"{name} {kind}")
    return parts


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


def signature(head: str, params: Sequence[tuple[str, str]], tail: str, indent: str = "") -> str:
    """The same for named params, of which a line of its own always tells the type."""
    parts = grouped(params)
    length = sum(map(len, parts)) + 2 * len(parts)
    if 4 * len(indent) + len(head) + length + len(tail) <= WIDTH:
        return f"{indent}{head}({', '.join(parts)}){tail}"
    return call(head, [f"{name} {kind}" for name, kind in params], tail, indent)


def columns(rows: Sequence[tuple[str, ...]]) -> list[str]:
    """Rows of neighbouring lines with their cells aligned."""
    if len(rows) == 1:
        return [" ".join(rows[0])]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return [
        " ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    ]


def composite(kind: str, pairs: Sequence[tuple[str, str]], room: int, indent: str) -> str:
    """A struct literal, with a line for each field where it would take more than ``room``."""
    line = f"{kind}{{{', '.join(f'{key}: {value}' for key, value in pairs)}}}"
    if len(line) <= room or any(len(key) > _LONGEST_ALIGNED_KEY for key, _ in pairs):
        return line
    rows = columns([(f"{key}:", f"{value},") for key, value in pairs])
    return f"{kind}{{\n" + "".join(f"{indent}\t{row}\n" for row in rows) + indent + "}"

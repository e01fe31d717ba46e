"""Findings for programs, in a form of our own."""

from __future__ import annotations

import json
from collections import Counter
from typing import TYPE_CHECKING

from dagstack.idl.check.rule import RULES
from dagstack.idl.printers.place import shown_file

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dagstack.idl.diagnostics import Diagnostic
    from dagstack.idl.source import Source, Span

FORMAT = 1
"""Raised when a key changes its meaning or goes. New keys may come without that."""


def print_json(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],  # noqa: ARG001  (printers are called alike)
    *,
    colour: bool = False,  # noqa: ARG001
    folder: str = "",
) -> str:
    """One object: ``format``, counts and the ``findings``.

    Lines and columns count from 1, in characters (not bytes or UTF-16 units); ends are exclusive.
    """
    levels = Counter(diagnostic.level for diagnostic in diagnostics)
    document = {
        "format": FORMAT,
        "errors": levels["error"],
        "warnings": levels["warning"],
        "findings": [_finding(diagnostic, folder) for diagnostic in diagnostics],
    }
    return json.dumps(document, indent=2) + "\n"


def _finding(diagnostic: Diagnostic, folder: str) -> dict[str, object]:
    rule = RULES.get(diagnostic.rule)
    return {
        "rule": diagnostic.rule,
        "level": diagnostic.level,
        "message": diagnostic.message,
        "help": diagnostic.help,
        "suppressible": rule is not None and rule.suppressible,
        **_place(diagnostic.span, folder),
        "related": [
            {"message": message, **_place(span, folder)} for span, message in diagnostic.related
        ],
    }


def _place(span: Span, folder: str) -> dict[str, object]:
    return {
        "file": shown_file(span.file, folder),
        "start": {"line": span.line, "column": span.column},
        "end": {"line": span.end_line, "column": span.end_column},
    }

"""Findings that are awkward to print."""

from __future__ import annotations

from dagstack.idl.diagnostics import Diagnostic, Level
from dagstack.idl.source import Source, Span

SPEC = "spec/50%, a: b.yaml"

SOURCES = {
    SPEC: Source(
        SPEC,
        "idl: 1\n"
        "\tkey: {type: Buket, doc: 日本語 e\u0301x}\n"
        "evil: \x1b[31m\u202e nothing\n" + "x" * 150 + "HERE" + "y" * 150 + "\n",
    ),
    "common.yaml": Source("common.yaml", "records:\n  Bucket:\n"),
}


def span(line: int, column: int, end_column: int, file: str = SPEC, end_line: int = 0) -> Span:
    """A span of the sample file."""
    return Span(
        file=file, line=line, column=column, end_line=end_line or line, end_column=end_column
    )


def diagnostic(  # noqa: PLR0913, PLR0917  (a diagnostic has that many parts)
    at: Span,
    message: str = "no type is called `Buket`",
    level: Level = "error",
    rule: str = "unknown-type",
    help: str = "",  # noqa: A002  (as the field is called)
    related: tuple[tuple[Span, str], ...] = (),
) -> Diagnostic:
    """A finding in the sample file."""
    return Diagnostic(span=at, rule=rule, level=level, message=message, help=help, related=related)


BUCKET = diagnostic(
    span(2, 14, 19),
    help="did you mean `Bucket`?",
    related=((span(2, 3, 9, "common.yaml"), "`Bucket` is declared here"),),
)
WARNING = diagnostic(
    span(1, 1, 4), "100% odd: a, b\nand more", "warning", "missing-doc", "line one\nline two"
)

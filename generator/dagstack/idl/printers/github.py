"""Findings as workflow commands, which GitHub shows beside the lines of a pull request."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.printers.place import shown_file
from dagstack.idl.printers.terminal import visible

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dagstack.idl.diagnostics import Diagnostic
    from dagstack.idl.source import Source

_IN_MESSAGE = {"%": "%25", "\r": "%0D", "\n": "%0A"}
_IN_PROPERTY = {**_IN_MESSAGE, ":": "%3A", ",": "%2C"}


def print_github(
    diagnostics: Sequence[Diagnostic],
    sources: Mapping[str, Source],  # noqa: ARG001  (printers are called alike)
    *,
    colour: bool = False,  # noqa: ARG001
    folder: str = "",
) -> str:
    """One line for each finding."""
    return "".join(_command(diagnostic, folder) + "\n" for diagnostic in diagnostics)


def _command(diagnostic: Diagnostic, folder: str) -> str:
    span = diagnostic.span
    properties: dict[str, object] = {"file": shown_file(span.file, folder), "line": span.line}
    if span.line == span.end_line:
        properties["col"] = span.column
    properties["endLine"] = span.end_line
    if span.line == span.end_line:
        properties["endColumn"] = span.end_column
    properties["title"] = f"{diagnostic.level}[{diagnostic.rule}]"
    said = [diagnostic.message]
    said += [
        f"note: {shown_file(at.file, folder)}:{at.line}:{at.column}: {message}"
        for at, message in diagnostic.related
    ]
    if diagnostic.help:
        said.append(f"help: {diagnostic.help}")
    given = ",".join(
        f"{name}={_escaped(value, _IN_PROPERTY)}" for name, value in properties.items()
    )
    return f"::{diagnostic.level} {given}::{_escaped(visible(chr(10).join(said)), _IN_MESSAGE)}"


def _escaped(value: object, by: Mapping[str, str]) -> str:
    return "".join(by.get(character, character) for character in str(value))

"""Printers: diagnostics -> text of one format, the same for the same findings."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from dagstack.idl.printers.github import print_github
from dagstack.idl.printers.json import print_json
from dagstack.idl.printers.sarif import print_sarif
from dagstack.idl.printers.text import print_text

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dagstack.idl.diagnostics import Diagnostic
    from dagstack.idl.source import Source

__all__ = ["PRINTERS", "Printer"]


class Printer(Protocol):
    """Prints findings; ``folder`` is where the project is, seen from where the command runs."""

    def __call__(
        self,
        diagnostics: Sequence[Diagnostic],
        sources: Mapping[str, Source],
        *,
        colour: bool = False,
        folder: str = "",
    ) -> str:
        """The findings as text that ends with a line break, or nothing."""
        ...


PRINTERS: dict[str, Printer] = {
    "text": print_text,
    "json": print_json,
    "sarif": print_sarif,
    "github": print_github,
}

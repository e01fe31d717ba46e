"""Findings as values: what is wrong, where, and what to do."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from dagstack.idl.node import Node
from dagstack.idl.source import At, Part, Source, Span, locate

if TYPE_CHECKING:
    from collections.abc import Iterable

Level: TypeAlias = Literal["error", "warning"]


class Finding(Node):
    """What a rule found, at a place that is still a path into a file."""

    rule: str
    level: Level
    at: At
    message: str
    help: str = ""
    part: Part = "value"
    word: str = ""
    span: Span | None = None
    """Given where the place has no path, as with a syntax error of YAML itself."""
    related: tuple[tuple[At, str], ...] = ()


class Diagnostic(Node, order=True):
    """A finding with its line and column, as the printers want it."""

    span: Span
    rule: str
    level: Level
    message: str
    help: str = ""
    related: tuple[tuple[Span, str], ...] = ()


class Report:
    """All findings of one run, and the texts that they point into. It only grows."""

    def __init__(self) -> None:
        self.sources: dict[str, Source] = {}
        self.findings: list[Finding] = []

    def add(self, *findings: Finding) -> None:
        """Take note of ``findings``."""
        self.findings.extend(findings)

    def extend(self, findings: Iterable[Finding]) -> None:
        """Take note of all of ``findings``."""
        self.findings.extend(findings)

    @property
    def failed(self) -> bool:
        """Whether anything found forbids writing output."""
        return any(finding.level == "error" for finding in self.findings)

    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Every finding once, located, in the order of file, line and column."""
        return tuple(sorted({self._located(finding) for finding in self.findings}))

    def _located(self, finding: Finding) -> Diagnostic:
        return Diagnostic(
            span=finding.span or locate(self.sources, finding.at, finding.part, finding.word),
            rule=finding.rule,
            level=finding.level,
            message=finding.message,
            help=finding.help,
            related=tuple(
                (locate(self.sources, at, "key"), message) for at, message in finding.related
            ),
        )

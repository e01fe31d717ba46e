"""What the suites of this repository hold, and which implementations the specs list."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dagstack.idl.diagnostics import Report
from dagstack.idl.pipeline import understand

if TYPE_CHECKING:
    from dagstack.idl import case_model

ROOT = Path(__file__).parents[2]
LANGUAGES = {"python": "Python", "go": "Go", "typescript": "TypeScript"}
"""Titles by name."""

OF_ONE_LANGUAGE = frozenset({"PooledHttpClient.over", "PrefixedBlobStore"})
"""Implementations that run in one language alone: its tests, but not to be compared."""


@dataclass(frozen=True, slots=True)
class Case:
    """A case, and the number of its rows (0 if it has no table)."""

    name: str
    summary: str
    shows: tuple[str, ...]
    rows: int
    by_hand: bool


@dataclass(frozen=True, slots=True)
class Subject:
    """What a case can be given, and what a harness needs to know of it, by names."""

    name: str
    interfaces: tuple[str, ...]
    options: tuple[str, ...]
    members: tuple[str, ...]
    """Properties, and actions with the names of their params, such as ``advance(seconds)``."""


@dataclass(frozen=True, slots=True)
class Suite:
    """A suite, and the implementations that the specs list for it in each language."""

    name: str
    file: str
    summary: str
    promises: tuple[tuple[str, str], ...]
    capabilities: tuple[tuple[str, str], ...]
    subjects: tuple[Subject, ...]
    cases: tuple[Case, ...]
    shipped: dict[str, tuple[str, ...]]


def read_suites() -> list[Suite]:
    """Every suite.

    Raises:
        SystemExit: the specs have mistakes; `make check` shows them.
    """
    report = Report()
    understood = understand(ROOT, report)
    if understood is None or report.failed:
        raise SystemExit("the specs have mistakes: `make check` shows them")
    _, package = understood
    listed = {spec.name: spec.implementations for spec in package.specs}
    return [
        Suite(
            name=suite.name,
            file=suite.file,
            summary=suite.summary,
            promises=suite.promises,
            capabilities=suite.capabilities,
            subjects=tuple(map(_subject, suite.subjects)),
            cases=tuple(
                Case(each.name, each.summary, each.shows, len(each.table), bool(each.by_hand))
                for each in suite.cases
            ),
            shipped={
                language: tuple(
                    one.name
                    for one in listed.get(suite.name, ())
                    if dict(one.languages).get(language) == "shipped"
                )
                for language in LANGUAGES
            },
        )
        for suite in package.suites
    ]


def _subject(subject: case_model.Subject) -> Subject:
    actions = (
        f"{each.name}({', '.join(param.name for param in each.params)})" for each in subject.actions
    )
    return Subject(
        name=subject.name,
        interfaces=tuple(each.name for each in subject.interfaces),
        options=tuple(each.name for each in subject.options),
        members=(*(each.name for each in subject.properties), *actions),
    )

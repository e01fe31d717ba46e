"""What the runners of all languages left behind, and what is wrong with it."""

from __future__ import annotations

import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tools.conformance.suites import LANGUAGES, OF_ONE_LANGUAGE

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from tools.conformance.suites import Suite

EXECUTED = ("passed", "failed", "expected_failure", "unexpected_pass")
BAD = ("failed", "unexpected_pass")


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one case, or of one row of its table (from 1; 0 without a table)."""

    language: str
    suite: str
    implementation: str
    case: str
    row: int
    outcome: str
    reason: str


def read_results(folder: Path) -> list[Outcome]:
    """All outcomes in a folder; a run may be spread over several files.

    Implementations of one language are left out: if they fail, the run of their language does.
    """
    found: dict[tuple[str, str, str, str, int], Outcome] = {}
    for path in sorted(folder.rglob("*.json")):
        run: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        if run["implementation"] in OF_ONE_LANGUAGE:
            continue
        for each in run["outcomes"]:
            one = Outcome(
                language=run["language"],
                suite=run["suite"],
                implementation=run["implementation"],
                case=each["case"],
                row=each.get("row") or 0,
                outcome=each["outcome"],
                reason=each.get("reason") or "",
            )
            key = (one.language, one.suite, one.implementation, one.case, one.row)
            found[key] = one
    return [found[key] for key in sorted(found)]


def problems(outcomes: Sequence[Outcome], suites: Sequence[Suite]) -> Iterator[str]:
    """Why the outcome cannot be published, in words; nothing if it can."""
    ran = {each.language for each in outcomes}
    for language, title in LANGUAGES.items():
        if language not in ran:
            yield f"{title} left no results: did its suites run?"
    for suite in suites:
        yield from _not_run(outcomes, suite)
        yield from _unlike(outcomes, suite)
    known = {(suite.name, case.name) for suite in suites for case in suite.cases}
    for each in outcomes:
        if (each.suite, each.case) not in known:
            yield f"{_where(each)}: there is no such case"
        elif each.outcome in BAD:
            yield f"{_where(each)}: {each.outcome.replace('_', ' ')}: {each.reason}"
        elif each.outcome not in ("passed", "skipped", "expected_failure"):
            yield f"{_where(each)}: {each.outcome!r} is no outcome"
        elif each.outcome != "passed" and not each.reason.strip():
            yield f"{_where(each)}: {each.outcome.replace('_', ' ')} without a reason"


def _where(each: Outcome) -> str:
    row = f"/{each.row}" if each.row else ""
    return f"{LANGUAGES[each.language]}: {each.implementation}: {each.suite}.{each.case}{row}"


def _not_run(outcomes: Sequence[Outcome], suite: Suite) -> Iterator[str]:
    """Implementations that the specs call shipped, without results."""
    for language, names in suite.shipped.items():
        ran = {
            each.implementation
            for each in outcomes
            if (each.language, each.suite) == (language, suite.name)
        }
        for name in names:
            if name not in ran:
                yield f"{LANGUAGES[language]}: {name} is shipped but did not run {suite.name}"


def _unlike(outcomes: Sequence[Outcome], suite: Suite) -> Iterator[str]:
    """Cases that one language executed or skipped for an implementation and another did not."""
    shown: dict[str, dict[str, set[tuple[str, int]]]] = defaultdict(lambda: defaultdict(set))
    for each in outcomes:
        if each.suite == suite.name:
            shown[each.implementation][each.language].add((each.case, each.row))
    for implementation, by_language in sorted(shown.items()):
        everything: set[tuple[str, int]] = set().union(*by_language.values())
        for language, title in LANGUAGES.items():
            lacking = sorted(everything - by_language[language])
            if lacking:
                names = ", ".join(sorted({case for case, _ in lacking})[:5])
                yield (
                    f"{title}: {implementation} lacks {len(lacking)} outcomes of {suite.name} that "
                    f"other languages have: {names}{', …' if len(lacking) > 5 else ''}"  # noqa: PLR2004
                )
    for name in sorted(_never(outcomes, suite)):
        yield f"{suite.name}.{name}: no implementation in any language passes it"


def _never(outcomes: Sequence[Outcome], suite: Suite) -> set[str]:
    passed = {
        each.case for each in outcomes if each.suite == suite.name and each.outcome == "passed"
    }
    return {case.name for case in suite.cases} - passed


@dataclass(frozen=True, slots=True)
class Total:
    """What came of all cases and rows in one language."""

    title: str
    implementations: int
    outcomes: int
    executed: int
    skipped: int
    failed: int

    def __str__(self) -> str:
        """The line at the end of the command."""
        return (
            f"{self.title + ':':<12}{self.implementations:>3} implementations, "
            f"{self.outcomes} cases and rows: {self.executed} executed, {self.skipped} skipped, "
            f"{self.failed} failed"
        )


def totals(outcomes: Sequence[Outcome]) -> Iterator[Total]:
    """One for each language."""
    for language, title in LANGUAGES.items():
        own = [each for each in outcomes if each.language == language]
        yield Total(
            title=title,
            implementations=len({(each.suite, each.implementation) for each in own}),
            outcomes=len(own),
            executed=sum(each.outcome in EXECUTED for each in own),
            skipped=sum(each.outcome == "skipped" for each in own),
            failed=sum(each.outcome in BAD for each in own),
        )

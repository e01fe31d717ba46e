"""The page ``docs/conformance.md``: which implementation shows what, in which language."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from tools.conformance.results import totals
from tools.conformance.suites import LANGUAGES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tools.conformance.results import Outcome
    from tools.conformance.suites import Suite

HEAD = """\
<!-- Made by `make conformance` from runs of all suites in all languages. Do not edit. -->

# Conformance

Every implementation before the same cases, in Python, Go and TypeScript. [What the cases
are](conformance-cases.md), [how to run them](conformance-runners.md), [what each
promises](promises.md).

| | implementations | cases and rows | executed | skipped |
|---|--:|--:|--:|--:|
"""

LEGEND = """
A case with a table counts once for each of its rows. In the tables below ✓ is a case that passes in
all three languages, with all its rows. A number is a reason, listed below the table, for which a
language skips the case or some of its rows. An empty cell: the case is not about that
implementation.
"""


def page(outcomes: Sequence[Outcome], suites: Sequence[Suite]) -> str:
    """The whole page."""
    lines = [HEAD.rstrip("\n")]
    lines += [
        f"| {each.title} | {each.implementations} | {each.outcomes} | {each.executed} "
        f"| {each.skipped} |"
        for each in totals(outcomes)
    ]
    lines += [LEGEND.rstrip("\n")]
    for suite in suites:
        lines += ["", *_suite([each for each in outcomes if each.suite == suite.name], suite)]
    return "\n".join(lines) + "\n"


def _suite(outcomes: Sequence[Outcome], suite: Suite) -> Iterator[str]:
    ran = {each.implementation for each in outcomes}
    listed = [name for names in suite.shipped.values() for name in names if name in ran]
    names = list(dict.fromkeys([*listed, *sorted(ran)]))
    cells: dict[tuple[str, str], list[Outcome]] = defaultdict(list)
    for each in outcomes:
        cells[each.case, each.implementation].append(each)
    reasons: dict[str, int] = {}
    yield f"## {suite.name}"
    yield ""
    yield f"{suite.summary} Cases: [{suite.file}](../{suite.file})."
    yield ""
    yield f"| case | {' | '.join(names)} |"
    yield f"|---|{'---|' * len(names)}"
    for case in suite.cases:
        row = [_cell(cells[case.name, name], reasons) for name in names]
        yield f"| {case.name} | {' | '.join(row)} |"
    if reasons:
        yield ""
        for reason, number in reasons.items():
            skipping = [
                title
                for language, title in LANGUAGES.items()
                if any((each.language, _reason(each)) == (language, reason) for each in outcomes)
            ]
            yield f"{number}. {', '.join(skipping)}: {reason}"


def _cell(outcomes: Sequence[Outcome], reasons: dict[str, int]) -> str:
    """What came of a case for an implementation, in all languages."""
    notes: set[int] = set()
    for each in outcomes:
        if each.outcome != "passed":
            notes.add(reasons.setdefault(_reason(each), len(reasons) + 1))
    passed = {each.language for each in outcomes if each.outcome == "passed"}
    marks = ", ".join(str(number) for number in sorted(notes))
    if not outcomes:
        return ""
    return " ".join(filter(None, ["✓" if passed else "", marks]))


def _reason(each: Outcome) -> str:
    """Why a case was not passed."""
    word = "" if each.outcome == "skipped" else f"{each.outcome.replace('_', ' ')}: "
    return f"{word}{each.reason}"

"""The published outcome of the conformance suites hides nothing."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from tools.conformance.matrix import page
from tools.conformance.results import Outcome, problems, read_results, totals
from tools.conformance.suites import LANGUAGES, Case, Suite

if TYPE_CHECKING:
    from pathlib import Path

SUITE = Suite(
    name="counter",
    file="spec/conformance/counter.yaml",
    summary="What every counter must show.",
    promises=(("counts", "It counts."),),
    capabilities=(),
    subjects=(),
    cases=(
        Case("it_counts", "It counts.", ("counts",), rows=0, by_hand=False),
        Case("it_counts_far", "It counts far.", ("counts",), rows=2, by_hand=False),
    ),
    shipped=dict.fromkeys(LANGUAGES, ("LoudCounter",)),
)
ROWS = (("it_counts", 0), ("it_counts_far", 1), ("it_counts_far", 2))
GOOD = [
    Outcome(language, "counter", "LoudCounter", case, row, "passed", "")
    for language in LANGUAGES
    for case, row in ROWS
]


def with_first(outcome: str, reason: str = "") -> list[Outcome]:
    """The good outcomes, but for the first one of Python."""
    return [replace(GOOD[0], outcome=outcome, reason=reason), *GOOD[1:]]


def test_good_outcomes_have_no_problems() -> None:
    """Everything passed everywhere."""
    assert list(problems(GOOD, [SUITE])) == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_that_did_not_run_is_noticed(language: str) -> None:
    """Two of three languages are no conformance."""
    rest = [each for each in GOOD if each.language != language]
    title = LANGUAGES[language]
    assert f"{title} left no results: did its suites run?" in list(problems(rest, [SUITE]))


@pytest.mark.parametrize(
    ("outcome", "reason", "problem"),
    [
        ("skipped", "", "skipped without a reason"),
        ("skipped", "  ", "skipped without a reason"),
        ("expected_failure", "", "expected failure without a reason"),
        ("unexpected_pass", "a known gap", "unexpected pass: a known gap"),
        ("failed", "expected 1, not 2", "failed: expected 1, not 2"),
        ("lost", "", "'lost' is no outcome"),
    ],
)
def test_a_bad_outcome_is_noticed(outcome: str, reason: str, problem: str) -> None:
    """A skip without a reason, an unexpected pass and a failure each say where they are."""
    assert list(problems(with_first(outcome, reason), [SUITE])) == [
        f"Python: LoudCounter: counter.it_counts: {problem}"
    ]


@pytest.mark.parametrize("outcome", ["skipped", "expected_failure"])
def test_a_reason_is_enough(outcome: str) -> None:
    """What is skipped or known to fail for a reason can be published."""
    assert list(problems(with_first(outcome, "no hands"), [SUITE])) == []


def test_a_case_that_one_language_left_out_is_noticed() -> None:
    """The same cases and rows are executed or skipped in each language."""
    assert list(problems(GOOD[1:], [SUITE])) == [
        "Python: LoudCounter lacks 1 outcomes of counter that other languages have: it_counts"
    ]


def test_a_case_that_nobody_passes_is_noticed() -> None:
    """Skips alone show nothing."""
    skipped = [
        replace(each, outcome="skipped", reason="no hands") if each.case == "it_counts" else each
        for each in GOOD
    ]
    assert list(problems(skipped, [SUITE])) == [
        "counter.it_counts: no implementation in any language passes it"
    ]


def test_an_implementation_that_did_not_run_is_noticed() -> None:
    """What a spec calls shipped is judged."""
    quiet = replace(SUITE, shipped={**SUITE.shipped, "go": ("LoudCounter", "QuietCounter")})
    assert list(problems(GOOD, [quiet])) == ["Go: QuietCounter is shipped but did not run counter"]


def test_an_unknown_case_is_noticed() -> None:
    """A case of another name belongs to no suite."""
    odd = [replace(each, case="it_counst") for each in GOOD if each.case == "it_counts"]
    found = list(problems([*GOOD, *odd], [SUITE]))
    assert found == [
        f"{title}: LoudCounter: counter.it_counst: there is no such case"
        for title in LANGUAGES.values()
    ]


def test_results_of_several_files_are_put_together(tmp_path: Path) -> None:
    """Workers of one run leave a file each."""
    run = {"language": "python", "suite": "counter", "implementation": "LoudCounter"}
    rows = [{"case": case, "row": row, "outcome": "passed", "reason": ""} for case, row in ROWS]
    (tmp_path / "a.json").write_text(json.dumps({**run, "outcomes": rows[:1]}))
    (tmp_path / "b.json").write_text(json.dumps({**run, "outcomes": rows[1:]}))
    assert read_results(tmp_path) == GOOD[:3]


def test_totals_have_a_line_for_each_language() -> None:
    """The last lines of the command."""
    lines = [str(total) for total in totals(with_first("skipped", "no hands"))]
    assert lines == [
        "Python:       1 implementations, 3 cases and rows: 2 executed, 1 skipped, 0 failed",
        "Go:           1 implementations, 3 cases and rows: 3 executed, 0 skipped, 0 failed",
        "TypeScript:   1 implementations, 3 cases and rows: 3 executed, 0 skipped, 0 failed",
    ]


def test_the_page_shows_skips_with_their_reasons() -> None:
    """A case that is skipped in one language is marked, and the reason stands below."""
    text = page(with_first("skipped", "no hands"), [SUITE])
    assert "| it_counts | ✓ 1 |\n| it_counts_far | ✓ |\n" in text
    assert "\n1. Python: no hands\n" in text

"""A fault that gets away in one language is noticed."""

from __future__ import annotations

from tools.conformance.mutants import problems, table
from tools.conformance.suites import LANGUAGES

FAULTS = {"it_counts_twice": {"suite": "counter", "fault": "…", "caught_by": ["it_counts"]}}
CAUGHT = {language: {"it_counts_twice": ["it_counts", "more"]} for language in LANGUAGES}


def test_faults_that_are_caught_are_fine() -> None:
    """Other cases may fail as well."""
    assert list(problems(FAULTS, CAUGHT)) == []


def test_a_fault_that_gets_away_is_noticed() -> None:
    """The case that must fail did not, whatever else did."""
    caught = {**CAUGHT, "go": {"it_counts_twice": ["more"]}}
    assert list(problems(FAULTS, caught)) == ["Go: it_counts_twice is not caught by it_counts"]


def test_a_language_that_tried_nothing_is_noticed() -> None:
    """No results are no catch."""
    caught = {language: CAUGHT[language] for language in ("python", "go")}
    assert list(problems(FAULTS, caught)) == ["TypeScript did not try it_counts_twice"]


def test_an_unlisted_fault_is_noticed() -> None:
    """The list is the same for all languages."""
    caught = {**CAUGHT, "python": {**CAUGHT["python"], "it_sleeps": ["it_counts"]}}
    assert list(problems(FAULTS, caught)) == [
        "Python tried it_sleeps, which tests/mutants/mutants.json does not list"
    ]


def test_the_table_has_a_line_for_each_fault() -> None:
    """The fault, the case that it has to fail, and how many failed."""
    assert list(table(FAULTS, CAUGHT)) == [
        "it_counts_twice  it_counts (Python 2, Go 2, TypeScript 2)"
    ]

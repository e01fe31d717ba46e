"""Each fault is caught by the cases that are about it, and they pass without it."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest

from dagstack.conformance import judge, load
from tests.mutants.faults import FAULTS, GOOD, harness

LISTED: dict[str, Any] = json.loads(
    Path(__file__).with_name("mutants.json").read_text(encoding="utf-8")
)


def failing(suite: str, kind: Any) -> list[str]:  # noqa: ANN401 - a class or what makes one
    """The names of the cases that fail."""
    outcomes = judge(load(suite), harness(suite, kind), limit=20)
    return sorted({each.case for each in outcomes if not each.good})


def test_the_faults_are_those_of_the_list() -> None:
    """The same ones in every language."""
    assert sorted(FAULTS) == sorted(LISTED)


@pytest.mark.parametrize("suite", GOOD)
def test_nothing_fails_without_a_fault(suite: str) -> None:
    """So what fails, fails because of the fault."""
    assert failing(suite, GOOD[suite]) == []


@pytest.mark.parametrize("fault", LISTED)
def test_a_fault_is_caught_by_name(fault: str) -> None:
    """By every case that is listed for it."""
    caught = failing(LISTED[fault]["suite"], FAULTS[fault])
    _leave(fault, caught)
    assert [case for case in LISTED[fault]["caught_by"] if case not in caught] == []


def _leave(fault: str, caught: list[str]) -> None:
    """Leave what was caught where ``make mutants`` looks for it."""
    folder = os.environ.get("DAGSTACK_MUTANT_RESULTS")
    if folder:
        path = Path(folder, "python.json")
        before = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
        path.write_text(json.dumps({**before, fault: caught}), encoding="utf-8")

"""Each case gives exactly what lies beside it, files and diagnostics alike."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.golden.cases import CASES, DIAGNOSTICS, Case

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_output_is_as_expected(case: Case, tmp_path: Path, pytestconfig: pytest.Config) -> None:
    """What a case makes is what its folder holds, no file more and none less."""
    actual = case.actual(tmp_path)
    if case.compiled_only:
        assert DIAGNOSTICS not in actual
        return
    if pytestconfig.getoption("--update-golden"):
        case.update(actual)
    expected = case.expected()
    assert sorted(expected) == sorted(actual)
    for path, text in expected.items():
        assert text == actual[path], path


def test_there_are_cases() -> None:
    """The cases are found: a loop over none would pass."""
    assert len(CASES) >= 40


def test_no_case_is_without_expectations() -> None:
    """Every case expects something."""
    assert [case.name for case in CASES if not case.expected() and not case.compiled_only] == []

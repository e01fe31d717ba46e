"""The suites leave out nothing that the specs promise in a form that a test can read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dagstack.idl.diagnostics import Report
from dagstack.idl.pipeline import understand
from tools.conformance.promises import promises_page
from tools.conformance.suites import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.case_model import Suite
    from dagstack.idl.model import Package

SUITE_OF = {"common": "registry"}
"""Specs whose suite has another name."""


@pytest.fixture(scope="module")
def package() -> Package:
    """The specs of this repository."""
    understood = understand(ROOT, Report())
    assert understood is not None
    return understood[1]


def steps(compiled: Any) -> Iterator[dict[str, Any]]:  # noqa: ANN401  (JSON)
    """Every step of a case, those inside of others included."""
    for step in compiled:
        yield step
        yield from steps(step.get("do", ()))
        for branch in step.get("branches", ()):
            yield from steps(branch)


def called(suite: Suite) -> set[str]:
    """The members of subjects and values that some step calls or reads."""
    verbs = ("call", "start", "read")
    return {
        step[verb][1]
        for case in suite.cases
        for step in steps(case.steps)
        for verb in verbs
        if verb in step
    } | {member for case in suite.cases for member in shown(case.steps)}


def shown(compiled: Any) -> Iterator[str]:  # noqa: ANN401  (JSON)
    """The members that `$has` looks at, wherever it stands."""
    if isinstance(compiled, dict):
        yield from compiled["has"]["members"] if "has" in compiled else ()
        for each in compiled.values():
            yield from shown(each)
    elif isinstance(compiled, list | tuple):
        for each in compiled:
            yield from shown(each)


def expected_errors(suite: Suite) -> set[str]:
    """The errors that a step expects, and those that what is done by hand speaks of."""
    by_steps = {
        step["raises"]["error"]
        for case in suite.cases
        for step in steps(case.steps)
        if "raises" in step
    }
    by_hand = " ".join(case.by_hand for case in suite.cases)
    return by_steps | {error.name for error in suite.errors if f"`{error.name}`" in by_hand}


def test_each_spec_has_a_suite(package: Package) -> None:
    """No resource goes without cases."""
    specs = {SUITE_OF.get(spec.name, spec.name) for spec in package.specs}
    assert specs == {suite.name for suite in package.suites}


def test_every_method_and_property_is_called(package: Package) -> None:
    """No member of an interface goes without cases."""
    suites = {suite.name: suite for suite in package.suites}
    missing = [
        f"{interface.name}.{member}"
        for spec in package.specs
        for interface in spec.interfaces
        for member in (
            *(method.name for method in interface.methods),
            *(value.name for value in interface.properties),
        )
        if member not in called(suites[SUITE_OF.get(spec.name, spec.name)])
    ]
    assert missing == []


def test_every_error_of_a_method_is_expected_somewhere(package: Package) -> None:
    """What a method can raise or reject is shown by a case."""
    suites = {suite.name: suite for suite in package.suites}
    missing = {
        f"{spec.name}: {listed.error.name}"
        for spec in package.specs
        for interface in spec.interfaces
        for method in interface.methods
        for listed in (*method.raises, *method.rejects)
        if listed.error.name not in expected_errors(suites[SUITE_OF.get(spec.name, spec.name)])
    }
    assert missing == set()


def test_every_declared_error_is_expected_somewhere(package: Package) -> None:
    """No error is declared that no case meets; roots are met in those that extend them."""
    roots = {error.parent.name for spec in package.specs for error in spec.errors if error.parent}
    expected = {name for suite in package.suites for name in expected_errors(suite)}
    declared = {error.name for spec in package.specs for error in spec.errors}
    assert declared - expected - roots == set()


def test_every_promise_has_a_case_and_stands_on_the_page(package: Package) -> None:
    """The table has a row for each promise, with at least one case."""
    page = promises_page()
    for suite in package.suites:
        for name, text in suite.promises:
            cases = [case.name for case in suite.cases if name in case.shows]
            assert cases, f"{suite.name}: no case shows {name}"
            row = " ".join(text.split()).replace("|", "&#124;")
            assert f"| {row} | `{cases[0]}`" in page

"""Every page's bad example is found, and nothing is found in its good one."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dagstack.idl.check.rule import RULES
from dagstack.idl.diagnostics import Report
from dagstack.idl.pipeline import understand
from tests.rules.examples import example

if TYPE_CHECKING:
    from collections.abc import Callable

    from dagstack.idl.check.rule import Rule
    from tests.projects import Project

IN_WORDS = {
    "broken-package",
    "file-cannot-be-read",
    "misnamed-spec-file",
    "no-project-file",
    "package-name-differs",
    "no-spec-files",
    "no-suite-files",
    "package-cycle",
    "package-lacks-target",
    "target-cannot-be-loaded",
    "yaml-too-deep",
} | {rule for rule in RULES if rule.startswith("output")}
"""Rules about folders and broken files, whose pages tell in words what no fragment can show."""

_EACH = pytest.mark.parametrize(
    "rule", [pytest.param(RULES[name], id=name) for name in sorted(RULES)]
)


@_EACH
def test_a_page_has_a_bad_and_a_good_example(rule: Rule) -> None:
    """Each side is a fence that runs, or one of the few that can only be told."""
    told = {side: example(rule, side) is None for side in ("Bad", "Good")}

    assert rule.id in IN_WORDS or told["Bad"] is False
    assert rule.id in IN_WORDS or told["Good"] is False or rule.id.startswith("yaml-")


@_EACH
def test_the_bad_example_gives_exactly_the_rule(
    rule: Rule, project: Callable[..., Project]
) -> None:
    """What a page calls bad is found, and nothing else with it."""
    assert _found(rule, "Bad", project) == {rule.id}


@_EACH
def test_the_good_example_gives_nothing(rule: Rule, project: Callable[..., Project]) -> None:
    """What a page calls good is."""
    assert _found(rule, "Good", project) == set()


def _found(rule: Rule, side: str, project: Callable[..., Project]) -> set[str]:
    shown = example(rule, side)
    if shown is None:
        pytest.skip("told in words")
    made = project({})
    shown.fill(made)
    report = Report()
    understand(made.folder, report)
    found = {diagnostic.rule for diagnostic in report.diagnostics()}
    if rule.id.startswith("yaml-"):
        found = {name for name in found if name.startswith("yaml-")}
    return found

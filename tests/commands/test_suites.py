"""Conformance suites in a project: read with it, shown by ``peek``, and its own."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tests.projects import CLOCK, CONFIG
from tests.rules import suites

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.projects import Project

CASE = {"it_counts": {"steps": [{"call": "store.size", "returns": {"$at_least": 0}}]}}


def test_peek_shows_a_case(project: Callable[..., Project]) -> None:
    """What runners read of a case can be seen before anything is printed."""
    made = project({})
    suites.fill(made, [("", {"cases": CASE})])

    run = made.run("peek", "--stage", "suites", "--only", "it_counts")

    (case,) = json.loads(run.out)
    assert case["steps"][0]["call"] == ["store", "size"]
    assert case["steps"][0]["returns"] == {"$expect": {"at_least": 0}}


def test_a_folder_without_suites_is_reported(project: Callable[..., Project]) -> None:
    """A folder that was moved does not take all cases with it unnoticed."""
    made = project({"clock": CLOCK}, CONFIG + "conformance: nowhere\n")

    run = made.run("check")

    assert run.code == 1
    assert "error[no-suite-files]: there is no suite in `nowhere`" in run.err


def test_specs_are_mended_before_cases_are_blamed(project: Callable[..., Project]) -> None:
    """A case is not told that there is no method which the spec has, misspelt."""
    made = project({})
    suites.fill(made, [("", {"cases": CASE})])
    made.write("spec/store.yaml", suites.STORE.replace("      size:", "      sice:", 1))
    assert "unknown-member" in made.run("check").err

    made.write("spec/store.yaml", suites.STORE.replace("returns: {type: int", "returns: {typ: int"))

    err = made.run("check").err
    assert "unknown-key" in err
    assert "conformance/" not in err


def test_suites_of_an_imported_package_are_its_own(project: Callable[..., Project]) -> None:
    """A project is not told of mistakes in the cases of another one."""
    made = project({})
    suites.fill(made, [("", {"cases": CASE})])
    made.write("conformance/store.yaml", "suite: broken\n")
    assert made.run("check").code == 1
    user = """\
idl: 1
library: user
version: "1.0.0"
summary: A user of the store.
imports: {acme/store: [NotFound]}
errors:
  Lost: {summary: A loss., extends: NotFound}
"""
    config = CONFIG.replace("package: acme", "package: user").replace("acme", "user")
    config = config.replace("package: user\n", "package: user\nimports: {acme: ..}\n", 1)
    made.write("user/dagstack-idl.yaml", config)
    made.write("user/spec/user.yaml", user)

    run = made.run("generate", "--project", "user")

    assert (run.code, "error" in run.err) == (0, False)

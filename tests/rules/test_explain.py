"""The pages of the rules, for people."""

from __future__ import annotations

from pathlib import Path

import pytest

from dagstack.idl import explain
from dagstack.idl.check.rule import RULES

DOCS = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_page_of_a_rule() -> None:
    """It says the id, how serious the rule is, and all that its docstring says."""
    page = explain.page("missing-doc")

    assert page is not None
    assert page.startswith("missing-doc (warning, can be allowed)\n\nEverything that a reader")
    assert "Bad:" in page


def test_a_rule_that_does_not_exist() -> None:
    """There is no page, but there are near misses: by letters, then by words."""
    assert explain.page("mising-doc") is None
    assert "near: missing-doc" in explain.unknown("mising-doc")
    assert "type-parameter-hides-a-type" in explain.unknown("hides")
    assert "lists the rules" in explain.unknown("zzz")


def test_the_list_of_rules() -> None:
    """Every rule has one line."""
    assert [line.split()[0] for line in explain.listing().split("\n")] == sorted(RULES)


def test_the_page_of_all_rules(pytestconfig: pytest.Config) -> None:
    """`docs/rules.md` is what the docstrings say; `make golden` rewrites it."""
    if pytestconfig.getoption("update_golden"):
        DOCS.write_text(explain.rules_page(), encoding="utf-8")

    assert DOCS.read_text(encoding="utf-8") == explain.rules_page()


@pytest.mark.parametrize("rule", [pytest.param(rule, id=rule.id) for rule in RULES.values()])
def test_a_page_begins_with_the_fact(rule: object) -> None:
    """The first paragraph is the sentence that lists and tables show."""
    page: str = rule.page  # type: ignore[attr-defined]
    fact = page.partition("\n\n")[0]

    assert fact[0].isupper() or fact[0] == "`"
    assert fact.endswith(".")

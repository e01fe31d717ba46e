"""Suppressions cover what lies at and below their node, and nothing else."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from dagstack.idl.check import suppress
from dagstack.idl.diagnostics import Finding
from dagstack.idl.source import Source

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dagstack.idl.source import At

SHOP: At = ("shop.yaml", "interfaces", "Shop")
BUY: At = (*SHOP, "methods", "buy")


def left(allow_at: At, findings: Iterable[Finding], **allow: str) -> list[tuple[str, At]]:
    """What remains of ``findings`` where ``allow`` is written at a place of the document."""
    rules = {name.replace("_", "-"): reason for name, reason in allow.items()}
    document: dict[str, Any] = {}
    node = document
    for step in allow_at[1:]:
        node = node.setdefault(str(step), {})
    node["allow"] = rules
    source = Source("shop.yaml", "allow:")
    rest = suppress(findings, {"shop.yaml": document}, {"shop.yaml": source})
    return [(finding.rule, finding.at) for finding in rest]


def warning(at: At, rule: str = "missing-doc") -> Finding:
    """A finding that can be allowed."""
    return Finding(rule=rule, level="warning", at=at, message="")


@pytest.mark.parametrize(
    "at", [("shop.yaml",), SHOP, BUY, (*BUY, "params", "what"), (*BUY, "returns")]
)
def test_a_finding_at_or_below_the_node(at: At) -> None:
    """It is gone, and the suppression counts as used."""
    assert left(at, [warning(at), warning((*at, "summary"))], missing_doc="It is plain.") == []


@pytest.mark.parametrize("at", [SHOP, (*SHOP, "methods", "sell"), ("other.yaml",)])
def test_a_finding_elsewhere(at: At) -> None:
    """It stays, and the suppression is reported as unused."""
    assert left(BUY, [warning(at)], missing_doc="It is plain.") == [
        ("missing-doc", at),
        ("unused-suppression", (*BUY, "allow", "missing-doc")),
    ]


def test_a_finding_at_a_value_of_an_enum() -> None:
    """Values have no construct of their own in the document's short form, but may have one."""
    red: At = ("shop.yaml", "enums", "Color", "values", "red")

    assert left(red, [warning(red)], missing_doc="It is plain.") == []


def test_an_error() -> None:
    """What cannot be allowed stays, whatever the document says."""
    error = Finding(rule="unknown-type", level="error", at=BUY, message="")

    assert left(BUY, [error], unknown_type="Later.")[0] == ("unknown-type", BUY)


def test_another_rule() -> None:
    """A suppression is for the rule that it names alone."""
    finding = warning(BUY, "reserved-word")

    assert ("reserved-word", BUY) in left(BUY, [finding], missing_doc="It is plain.")


def test_an_outer_suppression_that_an_inner_one_makes_idle() -> None:
    """The nearest one covers; the other is reported."""
    document = {
        "allow": {"missing-doc": "Later."},
        "interfaces": {"Shop": {"allow": {"missing-doc": "It is plain."}}},
    }
    source = Source("shop.yaml", "allow:")

    (finding,) = suppress([warning(SHOP)], {"shop.yaml": document}, {"shop.yaml": source})

    assert (finding.rule, finding.at) == (
        "unused-suppression",
        ("shop.yaml", "allow", "missing-doc"),
    )


def test_errors_keep_unused_suppressions_quiet() -> None:
    """Rules that saw a part of the specs cannot tell what is unused."""
    error = Finding(rule="unknown-type", level="error", at=SHOP, message="")

    assert left(BUY, [error], missing_doc="It is plain.") == [("unknown-type", SHOP)]


@pytest.mark.parametrize(
    ("group", "members"),
    [("records", "fields"), ("errors", "fields"), ("enums", "values"), ("interfaces", "methods")],
)
def test_a_member_that_is_called_allow(group: str, members: str) -> None:
    """It is a member, whatever is written in it."""
    document = {group: {"Shop": {members: {"allow": {"doc": "Not a rule."}}}}}
    source = Source("shop.yaml", "allow:")

    assert suppress([], {"shop.yaml": document}, {"shop.yaml": source}) == []


def test_a_declaration_and_a_param_that_are_called_allow() -> None:
    """Neither is taken for a suppression."""
    method = {"params": {"allow": "bool"}, "options": {"allow": {"type": "bool"}}}
    document = {"interfaces": {"allow": {"methods": {"allow": method}}}}
    source = Source("shop.yaml", "allow:")

    assert suppress([], {"shop.yaml": document}, {"shop.yaml": source}) == []


@pytest.mark.parametrize(
    ("rule", "reason", "found"),
    [
        ("mising_doc", "It is plain.", "unknown-rule"),
        ("unknown_type", "It is plain.", "rule-cannot-be-suppressed"),
        ("unused_suppression", "It is plain.", "rule-cannot-be-suppressed"),
        ("missing_doc", " ", "suppression-without-reason"),
    ],
)
def test_a_suppression_that_is_wrong_itself(rule: str, reason: str, found: str) -> None:
    """It is an error at the place of the entry."""
    place = (*BUY, "allow", rule.replace("_", "-"))

    assert left(BUY, [warning(BUY)], **{rule: reason})[-1] == (found, place)

"""What the runner of Python says of harnesses that do not fit; the others are tried beside them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from dagstack.conformance import Harness, load
from dagstack.conformance.harness import check

HARNESSES: list[dict[str, Any]] = json.loads(
    Path(__file__).with_name("harnesses.json").read_text(encoding="utf-8")
)


def nothing(*_: object, **__: object) -> None:
    """Stand for a factory, an action and a body."""


def problems(about: dict[str, Any]) -> list[str]:
    """What is wrong with a harness, line by line."""
    harness = Harness(
        name="Mine",
        subjects=dict.fromkeys(about["subjects"], nothing),
        has=about.get("has", ()),
        lacks=about.get("lacks", {}),
        actions=dict.fromkeys(about.get("actions", ()), nothing),
        by_hand=dict.fromkeys(about.get("by_hand", ()), nothing),
        expected_failures=about.get("expected_failures", {}),
    )
    try:
        check(load(about["suite"]), harness)
    except ValueError as error:
        first, *rest = str(error).split("\n- ")
        assert first == f"Mine cannot be put before the suite {about['suite']}:"
        return rest
    return []


@pytest.mark.parametrize("about", HARNESSES, ids=lambda about: about["because"])
def test_a_harness_fits_its_suite(about: dict[str, Any]) -> None:
    """Or it is told all that is wrong, in the words of every language."""
    assert about["problems"] == problems(about)


@pytest.mark.parametrize(
    ("parts", "said"),
    [
        ({"has": "content_types"}, "has is the text 'content_types': it must be a list"),
        ({"lacks": ["kill"]}, "lacks must be a dict, with a reason for each name"),
        ({"expected_failures": ["a"]}, "expected_failures must be a dict, with a reason for each"),
        ({"lacks": {"kill": None}}, "capability kill is lacking without a reason"),
    ],
)
def test_what_no_type_checker_has_seen_is_told(parts: dict[str, Any], said: str) -> None:
    """In one line, not by an error of the runner's own."""
    with pytest.raises(ValueError, match=said):
        check(load("blob_store"), Harness(name="M", subjects={"BlobStore": nothing}, **parts))

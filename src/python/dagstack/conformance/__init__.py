"""Puts implementations before the conformance suites of their interfaces.

A suite says as data what every implementation of an interface must show; see
``docs/conformance-cases.md`` of the project. ``judge`` executes it without a test framework, and
``dagstack.conformance.pytest`` makes each case a test.

Nothing here needs more than the standard library and the generated package.
"""

from __future__ import annotations

from dagstack.conformance.documents import CONTRACTS, Case, Suite, load
from dagstack.conformance.harness import Action, Body, Factory, Harness, applicable
from dagstack.conformance.judging import LIMIT, MakeHarness, judge, judge_row
from dagstack.conformance.live import CaseFailed
from dagstack.conformance.outcomes import (
    RESULTS,
    Outcome,
    merge_results,
    read_results,
    write_results,
)
from dagstack.conformance.stage import ByHand

__all__ = [
    "CONTRACTS",
    "LIMIT",
    "RESULTS",
    "Action",
    "Body",
    "ByHand",
    "Case",
    "CaseFailed",
    "Factory",
    "Harness",
    "MakeHarness",
    "Outcome",
    "Suite",
    "applicable",
    "judge",
    "judge_row",
    "load",
    "merge_results",
    "read_results",
    "write_results",
]

"""Files of results."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dagstack.conformance import Outcome, merge_results, read_results, write_results

if TYPE_CHECKING:
    from pathlib import Path

LATER, EARLIER = Outcome("b", 0, "passed"), Outcome("a", 2, "skipped", "no")
FIRST = Outcome("a", 1, "failed", "é")


def test_results_are_sorted_and_always_the_same(tmp_path: Path) -> None:
    """By case and row, whichever came first."""
    one = write_results(tmp_path / "new", "counting", "Mine", [LATER, EARLIER, FIRST])
    assert one == tmp_path / "new" / "python-counting-Mine.json"
    document = json.loads(one.read_text(encoding="utf-8"))
    assert document == {
        "language": "python",
        "suite": "counting",
        "implementation": "Mine",
        "outcomes": [
            {"case": "a", "row": 1, "outcome": "failed", "reason": "é"},
            {"case": "a", "row": 2, "outcome": "skipped", "reason": "no"},
            {"case": "b", "row": 0, "outcome": "passed", "reason": ""},
        ],
    }
    text = one.read_text(encoding="utf-8")
    again = write_results(tmp_path / "new", "counting", "Mine", [FIRST, EARLIER, LATER, LATER])
    assert (again, again.read_text(encoding="utf-8")) == (one, text)
    assert [*(tmp_path / "new").iterdir()] == [one]


def test_parts_of_several_processes_are_put_together(tmp_path: Path) -> None:
    """When they are read, and in the files if that is wanted."""
    write_results(tmp_path, "counting", "Mine", [LATER], part="gw0")
    write_results(tmp_path, "counting", "Mine", [EARLIER, FIRST], part="gw1")
    write_results(tmp_path, "other", "Mine", [LATER])
    whole = {("counting", "Mine"): [FIRST, EARLIER, LATER], ("other", "Mine"): [LATER]}
    assert read_results(tmp_path) == whole
    merge_results(tmp_path)
    merge_results(tmp_path)
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "python-counting-Mine.json",
        "python-other-Mine.json",
    ]
    assert read_results(tmp_path) == whole

"""What came of the rows of a suite, and the files that say so."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterable

RESULTS: Final = "DAGSTACK_CONFORMANCE_RESULTS"
"""The environment variable that names the folder for results."""

Result: TypeAlias = Literal["passed", "failed", "skipped", "expected_failure", "unexpected_pass"]


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one row of a case."""

    case: str
    row: int
    """From 1; 0 for a case without a table."""
    outcome: Result
    reason: str = ""
    """Why it failed or was skipped; the reason of an expected failure is the one declared."""

    @property
    def good(self) -> bool:
        """Whether it is as it should be; a pass that nobody expected is not."""
        return self.outcome not in {"failed", "unexpected_pass"}


def write_results(
    folder: str | os.PathLike[str],
    suite: str,
    implementation: str,
    outcomes: Iterable[Outcome],
    *,
    part: str = "",
) -> Path:
    """Write what came of a suite for one implementation; return the file.

    Args:
        folder: The folder of the results, made if it is missing. Start a run with an empty one.
        suite: The name of the suite.
        implementation: The name of the implementation.
        outcomes: What came of its rows, in any order.
        part: Tells apart the files of several processes that hold a part of the outcomes each.
    """
    place = Path(folder)
    place.mkdir(parents=True, exist_ok=True)
    stem = f"python-{suite}-{implementation}"
    file = place / (f"{stem}.{part}.json" if part else f"{stem}.json")
    _write(file, suite, implementation, outcomes)
    return file


def _write(file: Path, suite: str, implementation: str, outcomes: Iterable[Outcome]) -> None:
    rows = {(each.case, each.row): each for each in outcomes}
    document = {
        "language": "python",
        "suite": suite,
        "implementation": implementation,
        "outcomes": [
            {"case": each.case, "row": each.row, "outcome": each.outcome, "reason": each.reason}
            for _, each in sorted(rows.items())
        ],
    }
    # Whoever reads meanwhile sees the old file or the new one.
    fresh = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    fresh.write_text(json.dumps(document, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    fresh.replace(file)


def read_results(folder: str | os.PathLike[str]) -> dict[tuple[str, str], list[Outcome]]:
    """Read the results of all Python implementations, by suite and implementation.

    The parts that several processes wrote are put together.
    """
    found: dict[tuple[str, str], dict[tuple[str, int], Outcome]] = {}
    for file in sorted(Path(folder).glob("python-*.json")):
        data: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        rows = found.setdefault((data["suite"], data["implementation"]), {})
        for each in data["outcomes"]:
            rows[each["case"], each["row"]] = Outcome(**each)
    return {key: [rows[at] for at in sorted(rows)] for key, rows in found.items()}


def merge_results(folder: str | os.PathLike[str]) -> None:
    """Put the parts that several processes wrote into one file for each implementation."""
    whole = read_results(folder)
    parts = sorted(Path(folder).glob("python-*.json"))
    kept = {write_results(folder, *key, outcomes) for key, outcomes in whole.items()}
    for file in parts:
        if file not in kept:
            file.unlink()

"""``python -m tools.conformance.mutants``: every fault is caught by its cases, in every language.

``tests/mutants/mutants.json`` lists the faults. The tests of each language put an implementation
with each of them before the suite, and leave the names of the cases that failed.
"""

from __future__ import annotations

import json
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.conformance.languages import MUTANTS, run_all
from tools.conformance.suites import LANGUAGES, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FAULTS = ROOT / "tests/mutants/mutants.json"


def problems(
    faults: Mapping[str, Any], caught: Mapping[str, Mapping[str, list[str]]]
) -> Iterator[str]:
    """Faults that a language did not try, or whose cases did not fail there."""
    for language, title in LANGUAGES.items():
        by_fault = caught.get(language, {})
        for name, fault in faults.items():
            if name not in by_fault:
                yield f"{title} did not try {name}"
                continue
            missed = [case for case in fault["caught_by"] if case not in by_fault[name]]
            if missed:
                yield f"{title}: {name} is not caught by {', '.join(missed)}"
        yield from (
            f"{title} tried {name}, which {FAULTS.relative_to(ROOT)} does not list"
            for name in by_fault
            if name not in faults
        )


def table(
    faults: Mapping[str, Any], caught: Mapping[str, Mapping[str, list[str]]]
) -> Iterator[str]:
    """Each fault, and how many cases failed of it in each language."""
    width = max(len(name) for name in faults)
    for name, fault in faults.items():
        counts = [
            f"{LANGUAGES[language]} {len(caught.get(language, {}).get(name, []))}"
            for language in LANGUAGES
        ]
        yield f"{name:<{width}}  {', '.join(fault['caught_by'])} ({', '.join(counts)})"


def main() -> int:
    """Run the mutants of all languages; 1 if one gets away."""
    faults: dict[str, Any] = json.loads(FAULTS.read_text(encoding="utf-8"))
    with tempfile.TemporaryDirectory(prefix="mutants-") as name:
        wrong = run_all(MUTANTS, "DAGSTACK_MUTANT_RESULTS", Path(name))
        caught: dict[str, dict[str, list[str]]] = {
            left.stem: json.loads(left.read_text(encoding="utf-8"))
            for left in Path(name).glob("*.json")
        }
    wrong += problems(faults, caught)
    for line in table(faults, caught):
        print(line)  # noqa: T201  (a script)
    for problem in wrong:
        print(f"mutants: {problem}", file=sys.stderr)  # noqa: T201
    if not wrong:
        print(f"{len(faults)} faults, each caught by name in {len(caught)} languages")  # noqa: T201
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())

"""``python -m tools.conformance.mutants``: every fault is caught by its cases, in every language.

``tests/mutants/mutants.json`` lists the faults. The tests of each language put an implementation
with each of them before the suite, and leave the names of the cases that failed.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tools.conformance.suites import LANGUAGES, ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

FAULTS = ROOT / "tests/mutants/mutants.json"
COMMANDS = {
    "python": ".venv/bin/python -m pytest tests/mutants -q -p no:cacheprovider",
    "go": "go test -count=1 -run Mutants ./src/go/resources",
    "typescript": "vitest run --root src/typescript/resources tests/mutants.test.ts",
}


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
    caught: dict[str, dict[str, list[str]]] = {}
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="mutants-") as folder:
        for language, command in COMMANDS.items():
            print(f"== {command}", flush=True)  # noqa: T201  (a script)
            environment = {**os.environ, "DAGSTACK_MUTANT_RESULTS": folder}
            done = subprocess.run(command.split(), cwd=ROOT, env=environment, check=False)  # noqa: S603
            if done.returncode:
                wrong.append(f"the run of {LANGUAGES[language]} failed: see above")
            left = Path(folder, f"{language}.json")
            if left.exists():
                caught[language] = json.loads(left.read_text(encoding="utf-8"))
    wrong += problems(faults, caught)
    for line in table(faults, caught):
        print(line)  # noqa: T201
    for problem in wrong:
        print(f"mutants: {problem}", file=sys.stderr)  # noqa: T201
    if not wrong:
        print(f"{len(faults)} faults, each caught by name in {len(caught)} languages")  # noqa: T201
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())

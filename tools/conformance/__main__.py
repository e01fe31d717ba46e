"""``python -m tools.conformance``: run all suites, write the page, and say how it went."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tools.conformance.languages import SUITES, run_all
from tools.conformance.matrix import page
from tools.conformance.results import problems, read_results, totals
from tools.conformance.suites import ROOT, read_suites

PAGE = ROOT / "docs/conformance.md"


def main() -> int:
    """Run everything; 1 if anything is wrong with the outcome."""
    suites = read_suites()
    with tempfile.TemporaryDirectory(prefix="conformance-") as name:
        wrong = run_all(SUITES, "DAGSTACK_CONFORMANCE_RESULTS", Path(name))
        outcomes = read_results(Path(name))
    wrong += problems(outcomes, suites)
    for problem in wrong:
        print(f"conformance: {problem}", file=sys.stderr)  # noqa: T201  (a script)
    if not wrong:
        fresh = page(outcomes, suites)
        if not PAGE.exists() or PAGE.read_text(encoding="utf-8") != fresh:
            PAGE.write_text(fresh, encoding="utf-8")
            print(f"wrote {PAGE.relative_to(ROOT)}")  # noqa: T201
    sys.stderr.flush()
    for total in totals(outcomes):
        print(total)  # noqa: T201
    return int(bool(wrong))


if __name__ == "__main__":
    sys.exit(main())

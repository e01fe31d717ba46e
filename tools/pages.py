"""Make the pages of rules and of promises, or check that they are fresh.

``python -m tools.pages write`` or ``check``.
"""

from __future__ import annotations

import sys
from pathlib import Path

import dagstack.idl.check  # noqa: F401  (brings in every rule)
from dagstack.idl.explain import rules_page
from tools.conformance.promises import promises_page

ROOT = Path(__file__).parents[1]
PAGES = {"docs/rules.md": rules_page, "docs/promises.md": promises_page}


def main(verb: str) -> int:
    """Write what changed, or report it."""
    stale = 0
    for page, make in PAGES.items():
        path = ROOT / page
        fresh = make()
        if path.exists() and path.read_text(encoding="utf-8") == fresh:
            continue
        stale += 1
        if verb == "write":
            path.write_text(fresh, encoding="utf-8")
            print(f"wrote {page}")  # noqa: T201  (a script)
        else:
            print(f"{page} is out of date: run `make generate`")  # noqa: T201
    return int(verb == "check" and stale > 0)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))

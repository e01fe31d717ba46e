"""How the suites, and the faults, of each language are run."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from tools.conformance.suites import LANGUAGES, ROOT

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

SUITES = {
    "python": ".venv/bin/python -m pytest tests/conformance -q -n auto -p no:cacheprovider",
    "go": "go test -count=1 -run Conformance ./src/go/resources/... ./src/go/resources/s3/...",
    "typescript": "vitest run --root src/typescript/resources tests/conformance",
}
"""What puts our implementations before the suites; ``make`` has built the packages."""

MUTANTS = {
    "python": ".venv/bin/python -m pytest tests/mutants -q -p no:cacheprovider",
    "go": "go test -count=1 -run Mutants ./src/go/resources",
    "typescript": "vitest run --root src/typescript/resources tests/mutants.test.ts",
}
"""What puts faults before them."""


def run_all(commands: Mapping[str, str], variable: str, folder: Path) -> list[str]:
    """Run the command of each language, which leaves its results in ``folder``.

    Args:
        commands: By language.
        variable: The environment variable that tells them the folder.
        folder: Where they leave their results.

    Returns:
        What went wrong, in words.
    """
    wrong = []
    for language, command in commands.items():
        print(f"== {command}", flush=True)  # noqa: T201  (a script)
        environment = {**os.environ, variable: str(folder)}
        done = subprocess.run(command.split(), cwd=ROOT, env=environment, check=False)  # noqa: S603
        if done.returncode:
            wrong.append(f"the run of {LANGUAGES[language]} failed: see above")
    return wrong

"""How the suites of each language are run."""

from __future__ import annotations

import os
import subprocess
from typing import TYPE_CHECKING

from tools.conformance.suites import ROOT

if TYPE_CHECKING:
    from pathlib import Path

COMMANDS = {
    "python": [".venv/bin/python -m pytest tests/conformance -q -n auto -p no:cacheprovider"],
    "go": ["go test -count=1 -run Conformance ./src/go/resources/... ./src/go/resources/s3/..."],
    "typescript": [
        "tsc -p generated/typescript",
        "tsc -p src/typescript/conformance",
        "tsc -p src/typescript/resources",
        "vitest run --root src/typescript/resources tests/conformance",
    ],
}


def run(language: str, folder: Path) -> bool:
    """Run a language's suites, which leave their outcomes in ``folder``; whether all went well."""
    environment = {**os.environ, "DAGSTACK_CONFORMANCE_RESULTS": str(folder)}
    for command in COMMANDS[language]:
        print(f"== {command}", flush=True)  # noqa: T201  (a script)
        if subprocess.run(command.split(), cwd=ROOT, env=environment, check=False).returncode:  # noqa: S603
            return False
    return True

"""``python -m tests.resources.stress [SECONDS]``: the figures of `docs/reliability/stress.md`."""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from tests.resources.stress.crowd import crowd, report

if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        sys.stdout.write(report(crowd(float((sys.argv[1:] or ["30"])[0]), Path(folder))) + "\n")

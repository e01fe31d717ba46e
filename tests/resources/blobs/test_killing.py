"""Writers that are killed with SIGKILL in the middle of a put."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

CHECKOUT = Path(__file__).parents[3]


def kill(root: Path, rounds: int) -> dict[str, int]:
    """Run the program that kills; return its figures."""
    # From 3.12 on, Python warns of forks beside threads, also of those that are about to end.
    options = ("-W", "ignore:This process:DeprecationWarning", "-m")
    result = subprocess.run(
        [sys.executable, *options, "tests.resources.blobs.killing", str(root), str(rounds)],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=600,
        check=False,
    )
    assert (result.returncode, result.stderr) == (0, "")
    figures: dict[str, int] = json.loads(result.stdout.splitlines()[-1])
    print(figures)  # noqa: T201 - figures for docs/reliability
    return figures


def test_killed_writers_leave_whole_blobs(tmp_path: Path) -> None:
    """After 50 kills of two writers, blobs are old or new, none is lost, and there is no litter."""
    figures = kill(tmp_path, 50)
    assert figures["temporary files left"] > 0  # so some died in the middle of a put


@pytest.mark.slow
def test_often_killed_writers_leave_whole_blobs(tmp_path: Path) -> None:
    """The same holds after 500 kills."""
    figures = kill(tmp_path, 500)
    assert figures["temporary files left"] > 50

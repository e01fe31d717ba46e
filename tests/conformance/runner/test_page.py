"""What `docs/conformance-runners.md` shows in Python works as it stands."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path
from typing import Final

import pytest

from dagstack.conformance import RESULTS

PAGE: Final = Path(__file__).parents[3] / "docs" / "conformance-runners.md"
BLOCKS: Final = re.findall(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)


def run(folder: Path, block: str) -> str:
    """Run an example, by pytest if it has tests; return what it says."""
    file = folder / "test_example.py"
    file.write_text(block, encoding="utf-8")
    command = ["-m", "pytest", "-q", "-p", "no:cacheprovider", "-W", "error"]
    tested = "conformance.pytest" in block
    done = subprocess.run(
        [sys.executable, *(command if tested else ()), str(file)],
        cwd=folder,
        env={name: value for name, value in os.environ.items() if name != RESULTS},
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return done.stdout


@pytest.mark.parametrize("number", range(len(BLOCKS)))
def test_an_example_works(tmp_path: Path, number: int) -> None:
    """All tests pass, or nothing is printed because all is well."""
    block = BLOCKS[number]
    said = run(tmp_path, block)
    if "conformance.pytest" in block:
        assert int(re.findall(r"(\d+) passed", said)[-1]) > 20
    else:
        assert said == ""


def test_the_page_has_examples() -> None:
    """So that the test above tests something."""
    assert len(BLOCKS) == 4

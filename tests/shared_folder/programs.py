"""The three programs, one in each language, that do the same in a folder."""

from __future__ import annotations

import subprocess
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping

HERE: Final = Path(__file__).parent
LANGUAGES: Final = ("python", "go", "typescript")

Commands: TypeAlias = "Mapping[str, list[str]]"
"""How each language's program is started, by language."""


def built(folder: Path) -> Commands:
    """Build the program in Go; the others need TypeScript's packages to be built, and no more."""
    program = folder / "program"
    subprocess.run(["go", "build", "-o", program, HERE / "program.go"], cwd=HERE, check=True)
    return {
        "python": [sys.executable, "-W", "error", str(HERE / "program.py")],
        "go": [str(program)],
        "typescript": ["node", str(HERE / "program.mjs")],
    }


def run(command: list[str], *arguments: str | Path, given: str = "") -> str:
    """Run a program to its end; return what it says."""
    done = subprocess.run(
        [*command, *map(str, arguments)],
        input=given,
        capture_output=True,
        check=False,
        encoding="utf-8",
        timeout=60,
    )
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return done.stdout


@contextmanager
def running(command: list[str], *arguments: str | Path) -> Generator[Path]:
    """Start a program, wait until it says where its folder is, and kill it in the end."""
    with subprocess.Popen(
        [*command, *map(str, arguments)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        encoding="utf-8",
    ) as process:
        assert process.stdout is not None
        try:
            yield Path(process.stdout.readline().rstrip("\n"))
        finally:
            process.kill()

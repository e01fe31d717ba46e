"""Projects on disk, as users have them, and the command line run on them."""

from __future__ import annotations

import contextlib
import io
import os
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dagstack.idl import cli

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ROOT = Path(__file__).parents[1]

CONFIG = """\
idl: 1
package: acme
version: "1.0.0"
specs: spec
targets:
  python: {out: generated/python, module: acme.contracts, distribution: acme-contracts}
  go: {out: generated/go, module: example.com/acme}
  typescript: {out: generated/typescript, package: "@acme/contracts"}
"""

CLOCK = """\
idl: 1
resource: clock
version: "1.0.0"
summary: A clock.
interfaces:
  Clock:
    summary: A clock.
    methods:
      now:
        effect: instant
        summary: Return the current instant.
        returns: {type: datetime, doc: The instant in UTC.}
"""

SHAPES = """\
idl: 1
library: shapes
version: "1.0.0"
summary: Shapes that others share.
records:
  Size:
    summary: A size.
    fields:
      width: {type: int, doc: The width in pixels.}
"""


@dataclass(frozen=True)
class Run:
    """What came of a command."""

    code: int
    out: str
    err: str


class Project:
    """A folder with a project file and specs."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def fill(self, specs: Mapping[str, str] | None = None, config: str | None = None) -> None:
        """Write the project file and the specs, which are given by stem."""
        (self.folder / "spec").mkdir(parents=True, exist_ok=True)
        self.write("dagstack-idl.yaml", CONFIG if config is None else config)
        for name, text in ({"clock": CLOCK} if specs is None else specs).items():
            self.write(f"spec/{name}.yaml", text)

    def write(self, path: str, text: str | bytes) -> Path:
        """Write a file below the folder, byte for byte."""
        place = self.folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
        return place

    def read(self, path: str) -> str:
        """The text of a file below the folder."""
        return (self.folder / path).read_text(encoding="utf-8")

    def files(self, below: str = ".") -> dict[str, bytes]:
        """Every file below a folder and what is in it."""
        root = self.folder / below
        return {
            place.relative_to(root).as_posix(): place.read_bytes()
            for place in sorted(root.rglob("*"))
            if place.is_file() and "__pycache__" not in place.parts
        }

    def run(self, *arguments: str, cwd: Path | None = None) -> Run:
        """Run a command in this process, in the project's folder."""
        out, err = io.StringIO(), io.StringIO()
        with (
            contextlib.redirect_stdout(out),
            contextlib.redirect_stderr(err),
            contextlib.chdir(cwd or self.folder),
        ):
            try:
                code = cli.main(list(arguments))
            except SystemExit as error:
                code = error.code if isinstance(error.code, int) else 1
        return Run(code, out.getvalue(), err.getvalue())

    def spawn(self, *arguments: str, **environment: str) -> Run:
        """Run a command in a process of its own, in the project's folder."""
        done = subprocess.run(
            command(*arguments),
            cwd=self.folder,
            env=clean_environment(**environment),
            capture_output=True,
            check=False,
            timeout=120,
        )
        return Run(done.returncode, done.stdout.decode(), done.stderr.decode())


def command(*arguments: str) -> list[str]:
    """The command line of a command."""
    return [sys.executable, "-m", "dagstack.idl", *arguments]


def clean_environment(**more: str) -> dict[str, str]:
    """The environment without what would change how a command prints."""
    kept = {name: value for name, value in os.environ.items() if not name.endswith("_COLOR")}
    return {**kept, **more}


@contextlib.contextmanager
def no_traceback() -> Iterator[None]:
    """Fail with the input's story if a command ends with an exception."""
    try:
        yield
    except Exception as error:  # any at all is the failure
        message = f"a command raised {type(error).__name__}: {error}"
        raise AssertionError(message) from error

"""All golden output of a language laid out at once, and the language's own tools run over it.

One run of a compiler over sixty packages takes seconds; sixty runs would take minutes.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dagstack.idl.diagnostics import Report
from tests.golden.cases import CASES, output

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

ROOT = Path(__file__).parents[2]
STANDARD = "standard"
"""Stands for a case: what the repository's own specs make is reviewed along with the cases."""


@dataclass(frozen=True)
class Batch:
    """A folder with a subfolder per case."""

    folder: Path
    names: tuple[str, ...]

    def run(self, *command: str, **environment: str) -> str:
        """Run a tool over everything; what it printed, with paths from the folder."""
        done = subprocess.run(
            command,
            cwd=self.folder,
            env={**os.environ, **environment},
            capture_output=True,
            check=False,
            text=True,
        )
        printed = done.stdout + done.stderr
        for real in {str(self.folder), str(self.folder.resolve())}:
            printed = printed.replace(f"{real}/", "")
        if done.returncode and not printed.strip():
            printed = f"{command[0]} ended with {done.returncode}"
        return printed if done.returncode or command[0] == "gofmt" else ""

    def rejected(self, printed: str) -> dict[str, str]:
        """The cases that a tool complained about, with the lines that name them."""
        found: dict[str, list[str]] = {}
        for line in printed.splitlines():
            match = _PLACE.search(line)
            if match and match[1] in self.names:
                found.setdefault(match[1], []).append(line)
        if printed.strip() and not found:
            found["the run as a whole"] = printed.splitlines()[:20]
        return {name: "\n".join(lines[:10]) for name, lines in found.items()}


_PLACE = re.compile(r"(?:^|[\s\[(./])([a-z0-9_]+)/[\w.@/-]+\.\w+")


def settle(target: str, folder: Path, projects: Mapping[str, Path]) -> Batch:
    """Write what some projects, given by name, make for a language, ready for its tools."""
    names = []
    for name, project in projects.items():
        files = output(project, Report(), (target,))
        below = f"{'generated/' if project == ROOT else ''}{target}/"
        for path, text in files.items():
            place = folder / "batch" / name / path.removeprefix(below)
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, encoding="utf-8")
        if files:
            names.append(name)
    batch = Batch(folder / "batch", tuple(names))
    _SETTINGS[target](batch)
    return batch


def golden(target: str, folder: Path) -> Batch:
    """What all cases make for a language, and what the standard specs make beside it."""
    projects = {STANDARD: ROOT}
    for case in CASES:
        projects[case.name] = folder / "projects" / case.name
        case.copy_to(projects[case.name])
    return settle(target, folder, projects)


def _python(batch: Batch) -> None:
    """Each package is imported from a folder of its own, and can import the standard one."""
    settings = {
        "typeCheckingMode": "strict",
        "pythonVersion": "3.11",
        "executionEnvironments": [{"root": name, "extraPaths": [STANDARD]} for name in batch.names],
    }
    (batch.folder / "pyrightconfig.json").write_text(json.dumps(settings), encoding="utf-8")


def _go(batch: Batch) -> None:
    """A workspace of all modules, so that imports between them are found without a network."""
    uses = "".join(f"\t./{name}\n" for name in batch.names)
    (batch.folder / "go.work").write_text(f"go 1.24\n\nuse (\n{uses})\n", encoding="utf-8")


def _typescript(batch: Batch) -> None:
    """One program, under the options that the packages themselves ask for."""
    settings = {
        "extends": f"./{STANDARD}/tsconfig.json",
        "compilerOptions": {
            "noEmit": True,
            "rootDir": ".",
            "paths": {"@dagstack/contracts": [f"./{STANDARD}/src/index.ts"]},
        },
        "include": ["*/src"],
    }
    (batch.folder / "tsconfig.json").write_text(json.dumps(settings), encoding="utf-8")


_SETTINGS: dict[str, Callable[[Batch], None]] = {
    "python": _python,
    "go": _go,
    "typescript": _typescript,
}

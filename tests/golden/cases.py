"""The cases: folders with specs and with what must come of them."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from pathlib import Path

from dagstack.idl.diagnostics import Report
from dagstack.idl.pipeline import lower, understand
from dagstack.idl.printers import PRINTERS

HERE = Path(__file__).parent
DIAGNOSTICS = "diagnostics.txt"
SHOWS_ALL = "empty_library"

CONFIG = """\
idl: 1
package: {snake}
version: "1.0.0"
specs: spec
targets:
  python: {{out: python, module: cases.{snake}, distribution: cases-{kebab}}}
  go: {{out: go, module: example.com/cases/{snake}}}
  typescript: {{out: typescript, package: "@cases/{kebab}"}}
  docs: {{out: docs}}
"""
"""The project file of a case that has none of its own: every case is a package of its own name."""


@dataclass(frozen=True)
class Case:
    """A folder below this one."""

    folder: Path

    @property
    def name(self) -> str:
        """The fact that it shows."""
        return self.folder.name

    @property
    def compiled_only(self) -> bool:
        """Whether its output is too long to keep: compilers read it, people do not."""
        return (self.folder / "compiled_only").exists()

    def copy_to(self, folder: Path) -> None:
        """Lay the case out as a project: its output must not depend on where it is."""
        shutil.copytree(self.folder / "spec", folder / "spec")
        own = self.folder / "dagstack-idl.yaml"
        text = own.read_text(encoding="utf-8") if own.exists() else self.config()
        (folder / "dagstack-idl.yaml").write_text(text, encoding="utf-8")

    def config(self) -> str:
        """The project file of a case without one."""
        return CONFIG.format(snake=self.name, kebab=self.name.replace("_", "-"))

    def actual(self, folder: Path) -> dict[str, str]:
        """What comes of the case, by path below its folder.

        Files that say nothing of the specs, such as a package's support code, are left out: the
        case ``empty_library`` shows them.
        """
        project = folder / "project"
        self.copy_to(project)
        report = Report()
        made = {f"expected/{path}": text for path, text in output(project, report).items()}
        if made and self.name != SHOWS_ALL:
            for path, text in _without_specs(project, folder / "empty").items():
                if made.get(f"expected/{path}") == text:
                    del made[f"expected/{path}"]
        diagnostics = report.diagnostics()
        if diagnostics:
            made[DIAGNOSTICS] = PRINTERS["text"](
                diagnostics, report.sources, colour=False, folder=""
            )
        return made

    def expected(self) -> dict[str, str]:
        """What must come of the case."""
        files = [*self.folder.glob(DIAGNOSTICS), *self.folder.glob("expected/**/*")]
        return {
            file.relative_to(self.folder).as_posix(): file.read_bytes().decode()
            for file in files
            if file.is_file() and "__pycache__" not in file.parts
        }

    def update(self, actual: dict[str, str]) -> None:
        """Make the expected output what it is now."""
        for stale in self.expected().keys() - actual.keys():
            (self.folder / stale).unlink()
        for path, text in actual.items():
            place = self.folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_bytes(text.encode())
        for place in sorted((self.folder / "expected").glob("**/"), reverse=True):
            if not any(place.iterdir()):
                place.rmdir()


def output(folder: Path, report: Report, only: tuple[str, ...] = ()) -> dict[str, str]:
    """Every file that a project makes, by path from its folder; nothing if it has mistakes."""
    understood = understand(folder, report)
    if understood is None or report.failed:
        return {}
    return {
        f"{made.shown}/{path}": text
        for made in lower(*understood, only)
        for path, text in made.files.items()
    }


def _without_specs(project: Path, folder: Path) -> dict[str, str]:
    """What the same project makes of the spec of ``empty_library``."""
    shutil.copytree(HERE / SHOWS_ALL / "spec", folder / "spec")
    shutil.copy(project / "dagstack-idl.yaml", folder)
    return output(folder, Report())


CASES = [Case(folder) for folder in sorted(HERE.iterdir()) if (folder / "spec").is_dir()]

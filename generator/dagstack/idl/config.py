"""``dagstack-idl.yaml``: where a project's specs are and what is made of them."""

from __future__ import annotations

import re
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec

from dagstack.idl.check import project as rules
from dagstack.idl.check.rule import found
from dagstack.idl.check.shape import violations, wrong_kind_of_value
from dagstack.idl.config_syntax import Config
from dagstack.idl.load import load_shape
from dagstack.idl.naming import pascal
from dagstack.idl.node import Node
from dagstack.idl.source import PROJECT_FILE, Span
from dagstack.idl.targets import find_target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dagstack.idl.diagnostics import Finding, Report
    from dagstack.idl.targets.target import Target

_FOLDER = re.compile(r"[^\x00-\x1f\x7f\\]+")


class Output(Node):
    """A target to generate: its options read into its own class, and the folder it fills."""

    target: Any
    """The ``Target``."""
    options: Any
    folder: Path


class Project(Node):
    """A project file understood."""

    folder: Path
    file: str
    config: Config
    outputs: tuple[Output, ...]

    @property
    def catalogue(self) -> str:
        """The name of the type that lists all resources."""
        return self.config.catalogue or pascal(self.config.package) + "Resources"

    def spec_paths(self) -> list[Path]:
        """Every spec file, in the order of names."""
        paths = (self.folder / self.config.specs).glob("*.yaml")
        return sorted(path for path in paths if path.name != PROJECT_FILE)

    def suite_paths(self) -> list[Path]:
        """Every conformance suite, in the order of names; none if the project says of no folder."""
        if not self.config.conformance:
            return []
        return sorted((self.folder / self.config.conformance).glob("*.yaml"))

    def has_targets(self, names: Sequence[str], report: Report) -> bool:
        """Whether the project has the targets asked for; if not, say so."""
        known = tuple(output.target.name for output in self.outputs)
        missing = [name for name in names if name not in known]
        at = (self.file, "targets")
        report.extend(rules.unknown_target(at, name, known) for name in missing)
        return not missing

    def misnamed_paths(self) -> list[Path]:
        """Files that look like specs or suites but are not read."""
        folders = {self.config.specs, self.config.conformance} - {""}
        return sorted(path for each in folders for path in (self.folder / each).glob("*.yml"))


def load_project(folder: Path, shown: str, report: Report) -> Project | None:
    """Read the project file in ``folder``; ``shown`` is what findings call the folder."""
    file = str(PurePosixPath(shown, PROJECT_FILE))
    path = folder / PROJECT_FILE
    if not path.exists():
        nowhere = Span(file=file, line=1, column=1, end_line=1, end_column=2)
        report.add(rules.no_project_file(nowhere))
        return None
    _, config = load_shape(path, file, Config, "config", report)
    if config is None:
        return None
    outputs = [
        output
        for name, options in config.targets.items()
        if (output := _output(name, options, folder, file, report)) is not None
    ]
    project = Project(folder=folder, file=file, config=config, outputs=tuple(outputs))
    report.extend(_overlaps(project))
    return project


def _overlaps(project: Project) -> Iterator[Finding]:
    """Output folders around specs or suites, and those that are, or lie in, another target's."""
    written = (("specs", project.spec_paths()), ("conformance", project.suite_paths()))
    sources = [(key, paths[0].parent.resolve()) for key, paths in written if paths]
    at = (project.file, "targets")
    for index, output in enumerate(project.outputs):
        out, place = output.options.out, (*at, output.target.name, "out")
        folder = output.folder.resolve()
        for key, each in sources:
            if folder in (each, *each.parents):
                what = f"the folder of the {'specs' if key == 'specs' else 'suites'}"
                yield rules.outputs_overlap(place, out, (project.file, key), what)
                break
        for other in project.outputs[:index]:
            theirs = other.folder.resolve()
            if folder in (theirs, *theirs.parents) or theirs in folder.parents:
                yield rules.outputs_overlap(
                    place, out, (*at, other.target.name, "out"), "another target's folder"
                )


def _output(
    name: str, written: dict[str, Any], folder: Path, file: str, report: Report
) -> Output | None:
    at = (file, "targets", name)
    options = dict(written)
    use = options.pop("use", "")
    if not isinstance(use, str):
        report.add(wrong_kind_of_value((*at, "use"), use, ("string",)))
        return None
    target = find_target(name, use, folder, at, report)
    if target is None:
        return None
    read = _options(target, options, at, report)
    if read is None:
        return None
    out = getattr(read, "out", "")
    if not _is_below(folder.resolve(), out):
        report.add(rules.output_outside_project((*at, "out"), str(out)))
        return None
    return Output(target=target, options=read, folder=folder / out)


def _is_below(home: Path, out: str) -> bool:
    """Whether a path leads to a folder below ``home``, links followed."""
    return bool(_FOLDER.fullmatch(out)) and home in (home / out).resolve().parents


def _options(
    target: Target, written: dict[str, Any], at: tuple[str, ...], report: Report
) -> Node | None:
    try:
        return msgspec.convert(written, target.options)
    except msgspec.ValidationError as error:
        findings = list(violations(msgspec.json.schema(target.options), written, at))
        report.extend(findings or [found(wrong_kind_of_value, at, str(error), part="key")])
        return None


def target_options(project: Project) -> dict[str, object]:
    """Per target what a project's own output is called, for those that import it."""
    return {output.target.name: output.options for output in project.outputs}

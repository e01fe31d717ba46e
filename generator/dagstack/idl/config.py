"""``dagstack-idl.yaml``: where a project's specs are and what is made of them."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, Any

import msgspec

from dagstack.idl.check import project as rules
from dagstack.idl.config_syntax import Config
from dagstack.idl.load import load_shape
from dagstack.idl.naming import pascal
from dagstack.idl.node import Node
from dagstack.idl.source import Span
from dagstack.idl.targets import find_target

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dagstack.idl.diagnostics import Finding, Report
    from dagstack.idl.targets.target import Target

CONFIG_NAME = "dagstack-idl.yaml"


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
        return sorted((self.folder / self.config.specs).glob("*.yaml"))

    def misnamed_paths(self) -> list[Path]:
        """Files that look like specs but are not read."""
        return sorted((self.folder / self.config.specs).glob("*.yml"))


def load_project(folder: Path, shown: str, report: Report) -> Project | None:
    """Read the project file in ``folder``; ``shown`` is what findings call the folder."""
    file = str(PurePosixPath(shown, CONFIG_NAME))
    path = folder / CONFIG_NAME
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
    report.extend(_overlaps(outputs, file))
    return Project(folder=folder, file=file, config=config, outputs=tuple(outputs))


def _overlaps(outputs: Sequence[Output], file: str) -> Iterator[Finding]:
    """The output folders that are, or lie in, that of a target further up."""
    for index, output in enumerate(outputs):
        folder = output.folder.resolve()
        for other in outputs[:index]:
            first = other.folder.resolve()
            if folder == first or first in folder.parents or folder in first.parents:
                places = [(file, "targets", each.target.name, "out") for each in (output, other)]
                yield rules.outputs_overlap(places[0], places[1], output.options.out)


def _output(
    name: str, written: dict[str, Any], folder: Path, file: str, report: Report
) -> Output | None:
    at = (file, "targets", name)
    options = dict(written)
    target = find_target(name, options.pop("use", ""), folder, at, report)
    if target is None:
        return None
    read = _options(target, options, at, report)
    if read is None:
        return None
    out = getattr(read, "out", "")
    home = folder.resolve()
    inside = (home / out).resolve()
    if not out or home not in inside.parents:
        report.add(rules.output_outside_project((*at, "out"), str(out)))
        return None
    return Output(target=target, options=read, folder=folder / out)


def _options(
    target: Target, written: dict[str, Any], at: tuple[str, ...], report: Report
) -> Node | None:
    known = target.options.__struct_fields__
    unknown = [key for key in written if key not in known]
    report.extend(rules.unknown_key(at, key, known) for key in unknown)
    if unknown:
        return None
    try:
        return msgspec.convert(written, target.options)
    except msgspec.ValidationError as error:
        report.add(rules.wrong_target_option(at, target.name, str(error)))
        return None


def target_options(project: Project) -> dict[str, object]:
    """Per target what a project's own output is called, for those that import it."""
    return {output.target.name: output.options for output in project.outputs}

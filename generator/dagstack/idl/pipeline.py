"""The whole story: specs are loaded, followed, checked, lowered per target, printed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from dagstack.idl.check import check_package, check_scopes, check_sources, suppress
from dagstack.idl.check import project as rules
from dagstack.idl.check.cases import suites as suite_rules
from dagstack.idl.config import load_project, target_options
from dagstack.idl.diagnostics import Report
from dagstack.idl.load import load_spec, load_suite
from dagstack.idl.model import Dependency, Package
from dagstack.idl.render import render
from dagstack.idl.resolve import resolve_specs
from dagstack.idl.resolve.suites import resolve_suites
from dagstack.idl.resolve.table import stem
from dagstack.idl.schemas import standard_project
from dagstack.idl.targets import BUILT_IN, built_in
from dagstack.idl.write import Folder, is_inside

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from dagstack.idl.config import Project
    from dagstack.idl.load import Loaded
    from dagstack.idl.targets.target import Scope

STANDARD = "dagstack"
"""The package of the standard resources: projects may import it without saying where it is."""


def load(folder: Path, report: Report) -> tuple[Project, Sequence[Loaded]] | None:
    """Read the project file and all specs; findings are about YAML and shape."""
    project = load_project(folder, "", report)
    if project is None:
        return None
    paths = project.spec_paths()
    if not paths:
        report.add(rules.no_spec_files((project.file, "specs"), project.config.specs))
    for path in project.misnamed_paths():
        report.add(rules.misnamed_spec_file((path.relative_to(folder).as_posix(),), path.stem))
    files = [load_spec(path, path.relative_to(folder).as_posix(), report) for path in paths]
    return project, [loaded for loaded in files if loaded is not None]


def resolve(
    project: Project, files: Sequence[Loaded], report: Report, chain: tuple[str, ...] = ()
) -> Package:
    """Follow every name, into imported packages too."""
    config = project.config
    dependencies = tuple(_dependencies(project, files, report, (*chain, config.package)))
    packages = {dependency.name: dependency.package for dependency in dependencies}
    unread = {path.stem for path in project.spec_paths()} - {stem(loaded.file) for loaded in files}
    return Package(
        at=(project.file,),
        name=config.package,
        version=config.version,
        summary=config.summary,
        specs=resolve_specs(files, packages, report, unread),
        header=config.header,
        command=config.command,
        catalogue=project.catalogue,
        dependencies=dependencies,
        targets=target_options(project),
    )


def with_suites(project: Project, package: Package, report: Report) -> Package:
    """The package with its conformance suites, read and held against its specs.

    Specs with mistakes are mended first: cases would be blamed for what is missing there.
    """
    config = project.config
    if not config.conformance:
        return package
    sound = not report.failed
    paths = project.suite_paths()
    if not paths:
        at = (project.file, "conformance")
        report.add(suite_rules.no_suite_files(at, config.conformance))
    read = (load_suite(path, path.relative_to(project.folder).as_posix(), report) for path in paths)
    files = [loaded for loaded in read if loaded is not None]
    if not sound:
        return package
    suites = resolve_suites(files, package, report)
    return msgspec.structs.replace(package, suites=suites)


def check(project: Project, package: Package, files: Sequence[Loaded], report: Report) -> None:
    """Apply every rule, with the names of all targets, and honour the suppressions."""
    known = {*BUILT_IN, *(output.target.name for output in project.outputs)}
    report.extend(check_sources(report.sources.values()))
    report.extend(check_package(package, known))
    report.extend(check_scopes(_scopes(project, package)))
    report.findings = suppress(
        report.findings, {loaded.file: loaded.document for loaded in files}, report.sources
    )


def lower(
    project: Project, package: Package, only: Sequence[str] | None = None
) -> Iterator[Folder]:
    """The files of each target, or of those named ``only``, as text."""
    for output in project.outputs:
        if only and output.target.name not in only:
            continue
        pages = output.target.lower(package, output.options)
        files = dict(render(output.target, pages))
        for path in files:
            if not is_inside(path):
                message = f"the target {output.target.name} made a file outside its folder: {path}"
                raise ValueError(message)
        yield Folder(root=output.folder, shown=output.options.out.rstrip("/"), files=files)


def understand(folder: Path, report: Report) -> tuple[Project, Package] | None:
    """Load, resolve and check; all findings are in ``report``."""
    loaded = load(folder, report)
    if loaded is None:
        return None
    project, files = loaded
    package = resolve(project, files, report)
    package = with_suites(project, package, report)
    check(project, package, files, report)
    return project, package


def _scopes(project: Project, package: Package) -> Iterator[tuple[str, list[Scope]]]:
    """List the names in each target's output, built-in targets that are not in use included.

    A language that is added later must not find a spec that it cannot express.
    """
    chosen = {output.target.name: output for output in project.outputs}
    for output in project.outputs:
        yield output.target.title, list(output.target.scopes(package, output.options))
    for name in BUILT_IN.keys() - chosen.keys():
        target = built_in(name)
        required = [field for field in msgspec.structs.fields(target.options) if field.required]
        options = msgspec.convert({field.name: "contracts" for field in required}, target.options)
        yield target.title, list(target.scopes(package, options))


def _dependencies(
    project: Project, files: Sequence[Loaded], report: Report, chain: tuple[str, ...]
) -> Iterator[Dependency]:
    folders = {name: project.folder / path for name, path in project.config.imports.items()}
    used = {origin.partition("/")[0] for loaded in files for origin in loaded.spec.imports}
    if STANDARD in used and STANDARD not in folders and STANDARD not in chain:
        folders[STANDARD] = standard_project()
    known: set[str] = set()
    for name, folder in folders.items():
        at = (project.file, "imports", name)
        if name in chain:
            report.add(rules.package_cycle(at, (*chain, name)))
            continue
        apart = Report()
        loaded = load(folder, apart)
        if loaded is not None and loaded[0].config.package != name:
            report.add(rules.package_name_differs(at, name, loaded[0].config.package))
            continue
        package = resolve(*loaded, apart, chain) if loaded else None
        if loaded is None or package is None or apart.failed:
            shown = project.config.imports.get(name, name)
            report.add(rules.broken_package(at, name, shown, apart.diagnostics()))
            continue
        for dependency in package.dependencies:
            if dependency.name not in known and dependency.name not in folders:
                known.add(dependency.name)
                yield dependency
        targets = target_options(loaded[0])
        for output in project.outputs:
            language = output.target
            if language.reference is not None and language.name not in targets:
                report.add(rules.package_lacks_target(at, name, language.name))
        yield Dependency(name=name, targets=targets, package=package)

"""Syntax -> model: the only place that follows a name."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.check import references as rules
from dagstack.idl.model import Implementation, Named, Package, Spec
from dagstack.idl.resolve.declarations import Declarations
from dagstack.idl.resolve.errors import Errors
from dagstack.idl.resolve.names import Names
from dagstack.idl.resolve.table import Table, import_order, stem

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from dagstack.idl import syntax
    from dagstack.idl.diagnostics import Report
    from dagstack.idl.load import Loaded
    from dagstack.idl.model import Error, Interface


def resolve_specs(
    files: Sequence[Loaded],
    packages: Mapping[str, Package],
    report: Report,
    unread: Collection[str] = (),
) -> tuple[Spec, ...]:
    """The model of a package's files, each after those that it imports.

    ``packages`` are the imported packages by name, ``unread`` the stems of files that are there but
    could not be read: what is imported from them is taken on trust. What cannot be followed is
    reported, and the model goes on without it, so that all mistakes show in one run.
    """
    ordered = sorted(files, key=lambda loaded: loaded.file)
    table = Table(ordered, packages, report, unread)
    enums = {name: enum for loaded in ordered for name, enum in loaded.spec.enums.items()}
    made: dict[str, Error] = {}
    return tuple(_resolve(loaded, table, enums, made) for loaded in import_order(ordered, report))


def _resolve(
    loaded: Loaded, table: Table, enums: Mapping[str, syntax.Enum], made: dict[str, Error]
) -> Spec:
    written = loaded.spec
    imports = tuple(table.imported(loaded, quiet=False))
    names = Names(table, loaded)
    declarations = Declarations(loaded, names, enums)
    errors = tuple(Errors(loaded, names, declarations, made))
    interfaces = tuple(declarations.interfaces())
    provides = _provides(loaded, names, interfaces)
    return Spec(
        name=_name(loaded, table.report),
        file=loaded.file,
        version=written.version,
        summary=names.inline(written.summary),
        doc=names.prose(written.doc),
        is_resource=bool(written.resource),
        provides=provides,
        imports=imports,
        interfaces=interfaces,
        records=tuple(declarations.records()),
        enums=tuple(declarations.make_enums()),
        errors=errors,
        implementations=tuple(_implementations(loaded, names, provides)),
        at=(loaded.file,),
        life=names.life(written),
    )


def _name(loaded: Loaded, report: Report) -> str:
    written = loaded.spec
    if bool(written.resource) == bool(written.library):
        problem = (
            "a file is either a resource or a library, not both"
            if written.resource
            else "the file does not say what it is"
        )
        at = (loaded.file, "library") if written.resource else (loaded.file,)
        report.add(rules.resource_or_library(at, problem))
    return written.resource or written.library or stem(loaded.file)


def _provides(loaded: Loaded, names: Names, interfaces: tuple[Interface, ...]) -> Named | None:
    """The interface that a resource is; after a mistake that is reported elsewhere, a stand-in."""
    written = loaded.spec
    if written.provides and not written.resource:
        message = "`provides` says which interface a resource is"
        names.report.add(rules.resource_or_library((loaded.file, "provides"), message))
    if written.provides:
        given = names.interface_of(written.provides, (loaded.file, "provides"))
        return given or (interfaces[0].named if interfaces else None)
    if written.resource and len(written.interfaces) == 1:
        return names.table.names.get(next(iter(written.interfaces)))
    return None


def _implementations(
    loaded: Loaded, names: Names, provides: Named | None
) -> Iterator[Implementation]:
    for name, written in loaded.spec.implementations.items():
        path = ("implementations", name)
        implements = provides
        if written.implements:
            implements = names.interface_of(written.implements, (loaded.file, *path, "implements"))
        if implements is None:
            continue
        yield Implementation(
            name=name,
            summary=names.inline(written.summary),
            implements=implements,
            use=written.use,
            languages=tuple(written.languages.items()),
            aliases=tuple(written.aliases),
            at=(loaded.file, *path),
        )

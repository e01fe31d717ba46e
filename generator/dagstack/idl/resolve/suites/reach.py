"""What a suite can reach: the declarations of its spec files, what they import and mention."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from dagstack.idl.check.cases import suites as rules
from dagstack.idl.model import ListOf, MapOf, Maybe, Named
from dagstack.idl.resolve.table import GROUPS, declared, seen_from_outside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.diagnostics import Report
    from dagstack.idl.model import Enum, Error, Interface, Package, Record, Spec, Type
    from dagstack.idl.source import At


class Reach:
    """The declarations by name, in the order of their files."""

    def __init__(self, package: Package, of: list[str], at: At, report: Report) -> None:
        self.report = report
        self.complete = True
        """Whether all spec files were found; if not, who lacks a name is not to blame."""
        self.interfaces: dict[str, Interface] = {}
        self.records: dict[str, Record] = {}
        self.enums: dict[str, Enum] = {}
        self.errors: dict[str, Error] = {}
        self.visible: dict[str, Named] = {}
        """The names that the suite itself may write: declared or imported by its files."""
        specs = {spec.name: spec for spec in package.specs}
        for index, name in enumerate(of):
            if name not in specs:
                self.complete = False
                report.add(rules.unknown_suite_spec((*at, index), name, specs))
                continue
            for named in (*declared(specs[name]), *specs[name].imports):
                self.visible.setdefault(named.name, named)
        self._collect(package)

    def ancestors(self, name: str) -> list[str]:
        """An error and those that it extends, by name."""
        line: list[str] = []
        error = self.errors.get(name)
        while error is not None and error.name not in line:
            line.append(error.name)
            error = self.errors.get(error.parent.name) if error.parent else None
        return line

    def _collect(self, package: Package) -> None:
        """Follow what is visible to all that it mentions, through imported packages too."""
        packages = {"": package, **{each.name: each.package for each in package.dependencies}}
        wanted: set[tuple[str, str]] = set()
        open_: list[tuple[str, Named]] = [("", named) for named in self.visible.values()]
        while open_:
            home, named = open_.pop()
            owner = named.package or home
            if (owner, named.name) in wanted:
                continue
            wanted.add((owner, named.name))
            for declaration in _called(packages.get(owner), named.name):
                open_ += [(owner, each) for each in mentioned(declaration)]
        for owner in sorted(packages, reverse=True):
            for spec in packages[owner].specs:
                self._take(spec, owner, {name for home, name in wanted if home == owner})

    def _take(self, spec: Spec, owner: str, names: set[str]) -> None:
        for group, _ in GROUPS:
            for declaration in getattr(spec, group):
                if declaration.name in names:
                    named = seen_from_outside(declaration.named, owner)
                    getattr(self, group)[declaration.name] = replace(declaration, named=named)


def mentioned(declaration: Interface | Record | Enum | Error) -> Iterator[Named]:
    """The names in a declaration, each once or more."""
    for attribute in ("fields", "inherited", "properties"):
        for value in getattr(declaration, attribute, ()):
            yield from named_in(value.type)
    parent: Named | None = getattr(declaration, "parent", None)
    if parent is not None:
        yield parent
    for method in getattr(declaration, "methods", ()):
        for value in (*method.params, *method.options):
            yield from named_in(value.type)
        if method.returns is not None:
            yield from named_in(method.returns.type)
        for entry in (*method.raises, *method.rejects):
            yield entry.error


def named_in(kind: Type) -> Iterator[Named]:
    """The names in a type."""
    match kind:
        case Named():
            yield kind
        case ListOf(item=inner) | Maybe(inner=inner):
            yield from named_in(inner)
        case MapOf(key=key, value=value):
            yield from named_in(key)
            yield from named_in(value)
        case _:
            return


def _called(package: Package | None, name: str) -> Iterator[Interface | Record | Enum | Error]:
    for spec in package.specs if package else ():
        for group, _ in GROUPS:
            for declaration in getattr(spec, group):
                if declaration.name == name:
                    yield declaration

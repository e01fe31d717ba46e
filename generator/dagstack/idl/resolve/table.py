"""Who declares what: the names of a package, file by file, and of the packages it imports."""

from __future__ import annotations

from functools import cache
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, Literal, TypeAlias

from dagstack.idl.check import references as rules
from dagstack.idl.check.rule import did_you_mean
from dagstack.idl.model import Named, Package
from dagstack.idl.type_syntax import BUILT_IN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from dagstack.idl.diagnostics import Report
    from dagstack.idl.load import Loaded
    from dagstack.idl.model import Enum, Error, Renames, Spec
    from dagstack.idl.source import At
    from dagstack.idl.syntax import Rename
    from dagstack.idl.syntax import Spec as WrittenSpec

Kind: TypeAlias = Literal["interface", "record", "enum", "error"]

GROUPS: tuple[tuple[str, Kind], ...] = (
    ("interfaces", "interface"),
    ("records", "record"),
    ("enums", "enum"),
    ("errors", "error"),
)


def renames(names: Mapping[str, Rename]) -> Renames:
    """The names that the spec gives, per target."""
    return tuple(sorted((target, rename.name) for target, rename in names.items()))


@cache
def stem(file: str) -> str:
    """What other files import a spec file by."""
    return PurePosixPath(file).stem


class Table:
    """Every declaration of a package by file, and of the packages that it may import."""

    def __init__(
        self,
        files: Sequence[Loaded],
        packages: Mapping[str, Package],
        report: Report,
        unread: Collection[str] = (),
    ) -> None:
        self.report = report
        self.packages = packages
        self.unread = unread
        self.files: dict[str, dict[str, Named]] = {}
        self.names: dict[str, Named] = {}
        self.summaries: dict[str, str] = {}
        """What each error of the package means, as it is written."""
        self._declared_at: dict[str, At] = {}
        self._groups: dict[str, dict[str, dict[str, Named]]] = {}
        for loaded in files:
            self._declare(loaded)

    def visible(self, loaded: Loaded) -> dict[str, Named]:
        """The names that a file may use, its own and those it imports."""
        names = dict(self.files[stem(loaded.file)])
        for named in self.imported(loaded):
            names.setdefault(named.name, named)
        return names

    def trusted(self, loaded: Loaded) -> set[str]:
        """The names that a file imports from files that could not be read."""
        imports = loaded.spec.imports.items()
        return {name for origin, names in imports if origin in self.unread for name in names}

    def imported(self, loaded: Loaded, *, quiet: bool = True) -> Iterator[Named]:
        """What a file imports. The first, not quiet, walk reports what cannot be found."""
        for origin, names in loaded.spec.imports.items():
            if origin in self.unread:
                continue
            at = (loaded.file, "imports", origin)
            group = self._group(origin)
            if group is None or origin == stem(loaded.file):
                if not quiet:
                    self._report_origin(at, origin, loaded)
                continue
            for index, name in enumerate(names):
                named = group.get(name)
                if named is not None:
                    yield named
                elif not quiet:
                    message = f"`{origin}` declares no `{name}`"
                    hint = did_you_mean(name, [*group])
                    self.report.add(rules.unknown_import((*at, index), message, hint, word=name))

    def elsewhere(self, name: str) -> str:
        """Where a name that is not imported could be imported from; else empty."""
        if name in self.names:
            return self.names[name].spec
        for package in self.packages:
            for origin, group in self._package_groups(package).items():
                if name in group:
                    return origin
        return ""

    def imported_error(self, named: Named) -> Error | None:
        """An error of an imported package; nothing for one of the package at hand."""
        errors = (error for spec in self._specs_of(named.package) for error in spec.errors)
        return next((error for error in errors if error.name == named.name), None)

    def imported_enum(self, named: Named) -> Enum | None:
        """An enum of an imported package; nothing for one of the package at hand."""
        enums = (enum for spec in self._specs_of(named.package) for enum in spec.enums)
        return next((enum for enum in enums if enum.name == named.name), None)

    def _specs_of(self, package: str) -> tuple[Spec, ...]:
        return self.packages[package].specs if package in self.packages else ()

    def _declare(self, loaded: Loaded) -> None:
        own = self.files.setdefault(stem(loaded.file), {})
        for group, kind in GROUPS:
            declarations = getattr(loaded.spec, group)
            for name, declaration in declarations.items():
                at = (loaded.file, group, name)
                if name in BUILT_IN:
                    self.report.add(rules.built_in_name(at, name))
                    continue
                if name in self._declared_at:
                    self.report.add(rules.duplicate_name(at, name, self._declared_at[name]))
                    continue
                self._declared_at[name] = at
                if kind == "error":
                    self.summaries[name] = declaration.summary
                own[name] = self.names[name] = Named(
                    name=name,
                    kind=kind,
                    spec=stem(loaded.file),
                    renames=renames(declaration.names) if declaration.names else (),
                )

    def _group(self, origin: str) -> dict[str, Named] | None:
        if "/" not in origin:
            return self.files.get(origin)
        return self._package_groups(origin.partition("/")[0]).get(origin)

    def _package_groups(self, name: str) -> dict[str, dict[str, Named]]:
        """The declarations of an imported package, by ``<package>/<file>``."""
        if name not in self._groups:
            package = self.packages.get(name)
            self._groups[name] = {
                f"{name}/{spec.name}": {
                    named.name: seen_from_outside(named, name) for named in declared(spec)
                }
                for spec in (package.specs if package else ())
            }
        return self._groups[name]

    def _report_origin(self, at: At, origin: str, loaded: Loaded) -> None:
        package = origin.partition("/")[0]
        if "/" in origin and package not in self.packages:
            message = f"no package is called `{package}`"
            hint = did_you_mean(package, [*self.packages]) or (
                f"add it to `imports` in dagstack-idl.yaml: `{package}: <folder>`"
            )
        elif origin == stem(loaded.file):
            message, hint = "a file does not import itself", "leave the import out"
        else:
            known = [*self._package_groups(package)] if "/" in origin else [*self.files]
            message = f"no spec file is called `{origin}`"
            hint = did_you_mean(origin, known) or f"known: {', '.join(sorted(known))}"
        self.report.add(rules.unknown_import(at, message, hint))


def declared(spec: Spec) -> Iterator[Named]:
    """Everything that a file of the model declares."""
    for group, _ in GROUPS:
        for declaration in getattr(spec, group):
            yield declaration.named


def seen_from_outside(named: Named, package: str) -> Named:
    """A name as a package sees it that imports it from ``package``."""
    if named.package:
        return named
    return Named(
        name=named.name, kind=named.kind, spec=named.spec, package=package, renames=named.renames
    )


def import_order(files: Sequence[Loaded], report: Report) -> list[Loaded]:
    """The files, each after those that it imports; circles are reported and cut."""
    by_stem = {stem(loaded.file): loaded for loaded in files}
    order: list[Loaded] = []
    done: set[str] = set()
    for first in sorted(by_stem):
        path: list[tuple[str, Iterator[str]]] = [(first, iter(_origins(by_stem[first].spec)))]
        trail = {first}
        while path:
            name, origins = path[-1]
            following = next(origins, None)
            if following is None:
                path.pop()
                trail.discard(name)
                if name not in done:
                    done.add(name)
                    order.append(by_stem[name])
            elif following in trail and following != name:
                names = [step for step, _ in path]
                circle = (*names[names.index(following) :], following)
                report.add(rules.import_cycle((by_stem[name].file, "imports", following), circle))
            elif following in by_stem and following not in done and following != name:
                trail.add(following)
                path.append((following, iter(_origins(by_stem[following].spec))))
    return order


def _origins(spec: WrittenSpec) -> list[str]:
    return sorted(origin for origin in spec.imports if "/" not in origin)

"""A package laid flat, once, so that every rule finds what it looks at in a plain list."""

from __future__ import annotations

from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, TypeAlias

from dagstack.idl.model import Life
from dagstack.idl.naming import pascal

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dagstack.idl.model import (
        Enum,
        EnumValue,
        Error,
        Interface,
        Method,
        Named,
        Package,
        Property,
        Record,
        Renames,
        Spec,
        Type,
        Value,
    )
    from dagstack.idl.source import At

_Member: TypeAlias = "Method | Property | Value | EnumValue"
_NO_LIFE = Life()


class Survey:
    """What a package declares, by kind, in the order written.

    Thirty rules that each walk a thousand interfaces on their own would take longer than reading
    the files does.
    """

    def __init__(self, package: Package, targets: frozenset[str] | None = None) -> None:
        self.package = package
        self.targets = targets
        """The names of all targets that are known; nothing where that is not known itself."""
        self.specs: tuple[Spec, ...] = package.specs
        self.interfaces: list[Interface] = [i for s in package.specs for i in s.interfaces]
        self.records: list[Record] = [r for s in package.specs for r in s.records]
        self.enums: list[Enum] = [e for s in package.specs for e in s.enums]
        self.errors: list[Error] = [e for s in package.specs for e in s.errors]
        self.properties: list[Property] = [p for i in self.interfaces for p in i.properties]
        self.methods: list[Method] = [m for i in self.interfaces for m in i.methods]
        self.params: list[Value] = [p for m in self.methods for p in m.params]
        self.options: list[Value] = [o for m in self.methods for o in m.options]
        self.fields: list[Value] = [f for r in self.records for f in r.fields]
        self.fields += [f for e in self.errors for f in e.fields]
        self.enum_values: list[EnumValue] = [v for e in self.enums for v in e.values]
        self._others: dict[str, Survey] = {}
        self._records = {record.name: record for record in self.records}
        self._enums = {enum.name: enum for enum in self.enums}
        self._errors = {error.name: error for error in self.errors}
        self._interfaces = {interface.name: interface for interface in self.interfaces}

    def record(self, named: Named) -> Record | None:
        """The record called so, if this package declares it."""
        return None if named.package else self._records.get(named.name)

    def interface(self, named: Named) -> Interface | None:
        """The interface called so, if this package declares it."""
        return None if named.package else self._interfaces.get(named.name)

    def enum(self, named: Named) -> Enum | None:
        """The enum called so, here or in an imported package."""
        survey = self._of(named)
        return survey._enums.get(named.name) if survey else None  # noqa: SLF001  (its own kind)

    def error(self, named: Named) -> Error | None:
        """The error called so, here or in an imported package."""
        survey = self._of(named)
        return survey._errors.get(named.name) if survey else None  # noqa: SLF001  (its own kind)

    def lineage(self, named: Named) -> Iterator[Error]:
        """An error and those it extends."""
        survey: Survey | None = self
        parent: Named | None = named
        seen: set[tuple[str, str]] = set()
        while survey is not None and parent is not None:
            survey = survey._of(parent)  # noqa: SLF001  (its own kind)
            error = survey._errors.get(parent.name) if survey else None  # noqa: SLF001
            if survey is None or error is None or (survey.package.name, error.name) in seen:
                return
            seen.add((survey.package.name, error.name))
            yield error
            parent = error.parent

    def _of(self, named: Named) -> Survey | None:
        """The survey of the package that declares ``named``."""
        if not named.package:
            return self
        if named.package not in self._others:
            for dependency in self.package.dependencies:
                if dependency.name == named.package:
                    self._others[named.package] = Survey(dependency.package)
        return self._others.get(named.package)

    def declarations(self) -> Iterator[Interface | Record | Enum | Error]:
        """Every type and error."""
        yield from self.interfaces
        yield from self.records
        yield from self.enums
        yield from self.errors

    def members(self) -> Iterator[tuple[str, _Member]]:
        """Everything with a name inside a declaration, with the word for what it is."""
        for method in self.methods:
            yield "method", method
        yield from self.documented_members()

    def documented_members(self) -> Iterator[tuple[str, Property | Value | EnumValue]]:
        """The members that have a doc and no summary: all but methods."""
        groups: tuple[tuple[str, Iterable[Property | Value | EnumValue]], ...] = (
            ("property", self.properties),
            ("param", self.params),
            ("option", self.options),
            ("field", self.fields),
            ("enum value", self.enum_values),
        )
        for word, things in groups:
            for thing in things:
                yield word, thing

    def member_names(self) -> set[str]:
        """The distinct names inside declarations: far fewer than there are members."""
        names = {method.name for method in self.methods}
        names.update(value.name for value in chain(self.params, self.options, self.fields))
        names.update(prop.name for prop in self.properties)
        names.update(value.name for value in self.enum_values)
        return names

    def members_called(self, names: set[str]) -> Iterator[tuple[str, str, At]]:
        """The members with one of ``names``: what each is, its name and place."""
        if names:
            for word, member in self.members():
                if member.name in names:
                    yield word, member.name, member.at

    def types_declared(self) -> Iterator[tuple[str, str, At]]:
        """Every name that stands for a type or class: what it is, the name and its place."""
        if self.package.catalogue != f"{pascal(self.package.name)}Resources":
            yield "catalogue", self.package.catalogue, (*self.package.at, "catalogue")
        for declaration in self.declarations():
            yield declaration.named.kind, declaration.name, declaration.at
        for method in self.methods:
            for index, name in enumerate(method.types):
                yield "type parameter", name, (*method.at, "types", index)
        for spec in self.specs:
            for implementation in spec.implementations:
                yield "implementation", implementation.name, implementation.at
                for index, alias in enumerate(implementation.aliases):
                    yield "alias", alias, (*implementation.at, "aliases", index)

    def typed(self) -> Iterator[tuple[Type, At]]:
        """Every type expression and the place it is written at."""
        for value in chain(self.params, self.options, self.fields):
            yield value.type, value.at
        for prop in self.properties:
            yield prop.type, prop.at
        for method in self.methods:
            if method.returns is not None:
                yield method.returns.type, (*method.at, "returns")

    @cached_property
    def lives(self) -> list[tuple[Spec, Life, At]]:
        """Everything with an age, and the file that it belongs to."""
        return [
            (spec, thing.life, thing.at)
            for spec in self.specs
            for thing in _aged(spec)
            if thing.life is not _NO_LIFE and thing.life != _NO_LIFE
        ]

    def renamed(self) -> Iterator[tuple[Renames, At]]:
        """Everything with names of its own in some target."""
        for declaration in self.declarations():
            if declaration.renames:
                yield declaration.renames, declaration.at
        for _, member in self.members():
            if member.renames:
                yield member.renames, member.at


def _aged(
    spec: Spec,
) -> Iterator[Spec | Interface | Method | Property | Value | Record | Enum | EnumValue | Error]:
    yield spec
    for interface in spec.interfaces:
        yield interface
        yield from interface.properties
        for method in interface.methods:
            yield method
            yield from method.params
            yield from method.options
    for record in spec.records:
        yield record
        yield from record.fields
    for enum in spec.enums:
        yield enum
        yield from enum.values
    for error in spec.errors:
        yield error
        yield from error.fields

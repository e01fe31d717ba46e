"""What a package and those it imports declare, by name: for what a reference alone does not say."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeAlias

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.model import Enum, Error, Interface, Named, Package, Record, Spec

Key: TypeAlias = tuple[str, str]
"""The package, empty for the one at hand, and the name in the spec."""


class Index:
    """Declarations by name."""

    def __init__(self) -> None:
        self.interfaces: dict[Key, Interface] = {}
        self.records: dict[Key, Record] = {}
        self.enums: dict[Key, Enum] = {}
        self.errors: dict[Key, Error] = {}
        self.deprecated: set[Key] = set()

    def kinds(self, error: Error, package: str = "") -> Iterator[str]:
        """The kinds of an error's ancestors, and so the built-in errors that it already is."""
        while error.parent is not None:
            package = error.parent.package or package
            parent = self.errors.get((package, error.parent.name))
            if parent is None:
                return
            yield parent.kind
            error = parent

    def is_precondition(self, named: Named) -> bool:
        """Whether an error is one of a broken precondition; what is unknown is taken for one."""
        error = self.errors.get((named.package, named.name))
        if error is None:
            return True
        return error.kind == "precondition" or "precondition" in self.kinds(error, named.package)

    def uses_deprecated(self, spec: Spec) -> bool:
        """Whether a spec declares or imports anything deprecated that has a marker in Python."""
        return any((named.package, named.name) in self.deprecated for named in spec.imports) or any(
            _deprecated(spec)
        )


def index(package: Package) -> Index:
    """Everything that the specs of a package can refer to."""
    made = Index()
    for dependency in package.dependencies:
        for spec in dependency.package.specs:
            _add(made, spec, dependency.name)
    for spec in package.specs:
        _add(made, spec, "")
    return made


def _add(made: Index, spec: Spec, package: str) -> None:
    for interface in spec.interfaces:
        made.interfaces[package, interface.name] = interface
    for record in spec.records:
        made.records[package, record.name] = record
    for enum in spec.enums:
        made.enums[package, enum.name] = enum
    for error in spec.errors:
        made.errors[package, error.name] = error
    made.deprecated.update(
        (package, declared.name) for declared in _types(spec) if declared.life.deprecated
    )


def _types(spec: Spec) -> Iterator[Interface | Record | Enum | Error]:
    yield from spec.interfaces
    yield from spec.records
    yield from spec.enums
    yield from spec.errors


def _deprecated(spec: Spec) -> Iterator[bool]:
    for declared in _types(spec):
        yield declared.life.deprecated is not None
    for interface in spec.interfaces:
        for shown in interface.properties:
            yield shown.life.deprecated is not None
        for method in interface.methods:
            yield method.life.deprecated is not None

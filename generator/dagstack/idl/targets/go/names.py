"""How Go spells what a spec names: the one place that scopes and lowering take names from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.naming import INITIALISMS, camel, pascal, renamed, words
from dagstack.idl.node import Node
from dagstack.idl.targets.go.options import GoOptions, package_name
from dagstack.idl.targets.go.words import ERROR_MEMBERS, STANDARD_METHODS, TAKEN

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from dagstack.idl.model import (
        EnumValue,
        Method,
        Named,
        Package,
        Property,
        Ref,
        Renames,
        Value,
    )

CONTEXT = "ctx"
OPTIONS = "opts"


class Imported(Node):
    """Another spec package as this one imports it."""

    path: str
    name: str
    """What this package calls it."""
    initialisms: frozenset[str]
    own_name: str
    """What it calls itself."""


class Names:
    """The names in one package's output."""

    def __init__(self, package: Package, options: GoOptions) -> None:
        self.package = package_name(options)
        self.initialisms = INITIALISMS.union(options.initialisms)
        self.imported: dict[str, Imported] = {}
        taken = {*TAKEN, self.package}
        for dependency in package.dependencies:
            theirs = dependency.targets.get("go")
            if not isinstance(theirs, GoOptions):
                continue
            own_name = package_name(theirs)
            name = own_name
            if name in taken:
                name = fresh("".join(words(dependency.name)), taken)
            taken.add(name)
            self.imported[dependency.name] = Imported(
                path=theirs.module,
                name=name,
                initialisms=INITIALISMS.union(theirs.initialisms),
                own_name=own_name,
            )
        self.taken = frozenset(taken - {self.package})

    def exported(self, name: str, renames: Renames = (), package: str = "") -> str:
        """``next_float`` as ``NextFloat``, or what the spec calls it for Go."""
        initialisms = self.initialisms
        if package and package in self.imported:
            initialisms = self.imported[package].initialisms
        derived = pascal(name, initialisms)
        return renamed(renames, "go", derived) if renames else derived

    def qualifier(self, package: str) -> str:
        """What stands before a name of ``package``: nothing for the package at hand."""
        if not package:
            return ""
        if package not in self.imported:
            message = f"package {package} has no output for Go to import"
            raise LookupError(message)
        return self.imported[package].name + "."

    def type_name(self, named: Named) -> str:
        """An interface, record or enum as code refers to it."""
        name = self.exported(named.name, named.renames, named.package)
        return self.qualifier(named.package) + name if named.package else name

    def bare_type_name(self, named: Named) -> str:
        """The same where the package it is in goes without saying."""
        return self.exported(named.name, named.renames, named.package)

    def error_base(self, named: Named) -> str:
        """``BlobNotFound`` and ``BlobNotFoundError`` as ``BlobNotFound``."""
        name = self.bare_type_name(named)
        return name[: -len("Error")] if name.endswith("Error") and name != "Error" else name

    def sentinel(self, named: Named) -> str:
        """The variable to compare with by ``errors.Is``."""
        return f"{self.qualifier(named.package)}Err{self.error_base(named)}"

    def error_type(self, named: Named) -> str:
        """The struct for ``errors.As``."""
        return f"{self.qualifier(named.package)}{self.error_base(named)}Error"

    def error_field(self, value: Value | Ref, package: str = "") -> str:
        """A field of an error, which must not meet the error's methods."""
        name = self.exported(value.name, value.renames, package)
        return name + "Value" if name in ERROR_MEMBERS else name

    def constant(self, enum: Named, value: str, renames: Renames) -> str:
        """The constant of an enum's value; what the spec gives is the whole name."""
        qualifier = self.qualifier(enum.package)
        given = renamed(renames, "go", "")
        return qualifier + (given or self.bare_type_name(enum) + self.exported(value))

    def constant_of(self, enum: Named, value: EnumValue) -> str:
        """The same for a declared value."""
        return self.constant(enum, value.name, value.renames)

    def field(self, value: Value) -> str:
        """A field of a struct."""
        return self.exported(value.name, value.renames)

    def method(self, member: Method | Property | Ref, package: str = "") -> str:
        """A method, or a property's getter: none that Go's own tools take for one of theirs."""
        name = self.exported(member.name, member.renames, package)
        return name + "Method" if self.standard_method(member) else name

    def standard_method(self, member: Method | Property | Ref) -> str:
        """The method of the standard library that it would be called; mostly empty."""
        name = "" if renamed(member.renames, "go", "") else self.exported(member.name)
        return name if name in STANDARD_METHODS else ""

    def params(self, method: Method) -> tuple[str, ...]:
        """The params of a method, none of them a reserved word or in the way of our own."""
        return tuple(self.param(param, method) for param in method.params)

    def param(self, param: Value, method: Method) -> str:
        """One of them."""
        name = self._bare_param(param)
        return name + "Arg" if self._reserved(name, method) else name

    def reserved_param(self, param: Value, method: Method) -> str:
        """The reserved word that a param would be called; mostly empty."""
        name = self._bare_param(param)
        return name if self._reserved(name, method) else ""

    def _bare_param(self, param: Value) -> str:
        name = camel(param.name, self.initialisms)
        return renamed(param.renames, "go", name) if param.renames else name

    def _reserved(self, name: str, method: Method) -> bool:
        return (
            name in self.taken
            or (name == CONTEXT and method.effect == "async")
            or (name == OPTIONS and bool(method.options))
        )

    def call_fields(self, method: Method, params: Iterable[str]) -> tuple[str, ...]:
        """The fields of a recorded call, one per param."""
        return tuple(
            self._call_field(param, name, method)
            for param, name in zip(method.params, params, strict=True)
        )

    def _call_field(self, param: Value, name: str, method: Method) -> str:
        derived = pascal(param.name, self.initialisms)
        if param.renames:
            derived = name[0].upper() + name[1:]
        return derived + "Arg" if derived == "Opts" and method.options else derived

    def local(self, name: str, taken: Collection[str]) -> str:
        """``HttpClient`` as the name of a variable, beside the params in ``taken``."""
        return fresh(camel(name, self.initialisms), {*self.taken, CONTEXT, OPTIONS, *taken})


def fresh(name: str, taken: Collection[str]) -> str:
    """``name``, or ``name2`` and so on where that is taken."""
    number, found = 2, name
    while found in taken:
        found = f"{name}{number}"
        number += 1
    return found


def accessor(provided: str) -> str:
    """The function that reads a resource with its type."""
    return f"{provided}From"


def options_struct(interface: str, method: str) -> str:
    """The struct of a method's optional arguments."""
    return f"{interface}{method}Options"


def call_struct(interface: str, method: str) -> str:
    """The struct of a recorded call."""
    return f"{interface}{method}Call"


def unimplemented_struct(interface: str) -> str:
    """The base to embed."""
    return f"Unimplemented{interface}"


def stub_struct(interface: str) -> str:
    """The test double."""
    return f"Stub{interface}"


def default_method(field: str) -> str:
    """The method that fills in an option's default."""
    return f"{field}OrDefault"

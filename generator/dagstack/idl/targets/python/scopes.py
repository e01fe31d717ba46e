"""Every name that the output declares, by the place where it must be the only one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.targets.python.names import (
    accessor_name,
    call_name,
    error_field_spelled,
    generated_names,
    member_spelled,
    module_spelled,
    param_spelled,
    type_name,
    type_spelled,
    union_name,
    value_spelled,
)
from dagstack.idl.targets.target import Declared, Scope

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from dagstack.idl.model import (
        Enum,
        EnumValue,
        Error,
        Interface,
        Method,
        Package,
        Property,
        Record,
        Renames,
        Spec,
        Value,
    )
    from dagstack.idl.targets.python.names import Name
    from dagstack.idl.targets.python.options import Options


def scopes(package: Package, options: Options) -> Iterator[Scope]:
    """The package as a whole, as all is exported from its top; then each class and method."""
    yield Scope(label=f"package {options.module}", names=tuple(_package(package)))
    for spec in package.specs:
        foreign = [named for named in spec.imports if named.package]
        if foreign:
            names = [
                _named("import", named.name, spec.at, type_spelled(named.name, named.renames))
                for named in foreign
            ]
            names += [_type(it, word) for word, it in _types(spec)]
            yield Scope(label=f"module {options.module}.{spec.name}", names=tuple(names))
        for interface in spec.interfaces:
            yield from _interface(interface)
        for enum in spec.enums:
            yield _scope(f"values of {enum.name}", "value", enum.values, value_spelled)
        for record in spec.records:
            yield _scope(f"fields of {record.name}", "field", record.fields, param_spelled)
        for error in spec.errors:
            fields = (*error.inherited, *error.fields)
            yield _scope(f"fields of {error.name}", "field", fields, error_field_spelled)


def _package(package: Package) -> Iterator[Declared]:
    for spec in package.specs:
        yield _named("file", spec.name, spec.at, module_spelled(spec.name))
        if spec.is_resource:
            origin = f"the accessor of resource `{spec.name}`"
            yield Declared(name=accessor_name(spec), origin=origin, at=spec.at)
        for word, declared in _types(spec):
            yield _type(declared, word)
        for interface in spec.interfaces:
            yield from _generated(interface)
    if package.catalogue:
        at = (*package.at, "catalogue")
        yield Declared(name=package.catalogue, origin="the catalogue", at=at)
    yield Declared(name="unsatisfied", origin="support code", at=package.at)


def _generated(interface: Interface) -> Iterator[Declared]:
    name = type_name(interface)
    origin = f"interface `{interface.name}`"
    for made in (*generated_names(name), union_name(name)):
        yield Declared(name=made, origin=f"what is made for {origin}", at=interface.at)
    for method in interface.methods:
        made = call_name(name, method)
        yield Declared(
            name=made, origin=f"the recorded call of `{interface.name}.{method.name}`", at=method.at
        )
        if method.types:
            yield Declared(
                name=f"{made}Handler",
                origin=f"the handler of `{interface.name}.{method.name}`",
                at=method.at,
            )


def _types(spec: Spec) -> Iterator[tuple[str, Interface | Record | Enum | Error]]:
    for interface in spec.interfaces:
        yield "interface", interface
    for record in spec.records:
        yield "record", record
    for enum in spec.enums:
        yield "enum", enum
    for error in spec.errors:
        yield "error", error


def _interface(interface: Interface) -> Iterator[Scope]:
    names = [
        _named("property", it.name, it.at, member_spelled(it.name, it.renames))
        for it in interface.properties
    ]
    names += [
        _named("method", it.name, it.at, member_spelled(it.name, it.renames))
        for it in interface.methods
    ]
    yield Scope(label=f"members of {interface.name}", names=tuple(names))
    for method in interface.methods:
        yield _params(interface, method)
        if method.types:
            variables = tuple(
                _named("type parameter", name, method.at, type_spelled(name, ()))
                for name in method.types
            )
            yield Scope(label=f"type parameters of {interface.name}.{method.name}", names=variables)


def _params(interface: Interface, method: Method) -> Scope:
    names = [
        _named(word, it.name, it.at, param_spelled(it.name, it.renames))
        for word, values in (("param", method.params), ("option", method.options))
        for it in values
    ]
    return Scope(label=f"parameters of {interface.name}.{method.name}", names=tuple(names))


def _scope(
    label: str,
    word: str,
    values: Iterable[Value | EnumValue | Property],
    spelled: Callable[[str, Renames], Name],
) -> Scope:
    names = (_named(word, it.name, it.at, spelled(it.name, it.renames)) for it in values)
    return Scope(label=label, names=tuple(names))


def _type(declared: Interface | Record | Enum | Error, word: str) -> Declared:
    return _named(
        word, declared.name, declared.at, type_spelled(declared.name, declared.named.renames)
    )


def _named(word: str, name: str, at: tuple[str | int, ...], spelled: Name) -> Declared:
    return Declared(name=spelled[0], origin=f"{word} `{name}`", at=at, escaped=spelled[1])

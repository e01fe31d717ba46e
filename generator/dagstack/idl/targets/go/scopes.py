"""Every name that the output declares, by scope: how clashes are found before Go finds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.targets.go.data import has_default_method
from dagstack.idl.targets.go.module import accessor_of, provided
from dagstack.idl.targets.go.names import (
    CONTEXT,
    OPTIONS,
    Names,
    call_struct,
    default_method,
    options_struct,
    stub_struct,
    unimplemented_struct,
)
from dagstack.idl.targets.go.words import ERROR_MEMBERS, file_stem
from dagstack.idl.targets.target import Declared, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dagstack.idl.model import Enum, Error, Interface, Method, Package, Record, Value
    from dagstack.idl.targets.go.options import GoOptions


def scopes(package: Package, options: GoOptions) -> Iterator[Scope]:
    """The package's scope last, as the others add to it."""
    names = Names(package, options)
    top = [
        Declared(name=name, origin=origin, at=(*package.at, *key))
        for name, origin, key in (
            ("ErrUnimplemented", "support code", ()),
            ("CheckResource", "support code", ()),
            (options.source, "the source of resources", ("targets", "go", "source")),
            (package.catalogue, "the catalogue", ("catalogue",)),
        )
    ]
    for spec, named in provided(package):
        name = accessor_of(names, spec, named)
        top.append(Declared(name=name, origin=f"accessor of resource `{spec.name}`", at=spec.at))
    for spec in package.specs:
        for interface in spec.interfaces:
            yield from _interface(names, interface, top)
        for record in spec.records:
            yield from _record(names, record, top)
        for enum in spec.enums:
            _enum(names, enum, top)
        for error in spec.errors:
            yield from _error(names, error, top)
    yield Scope(label=f"package {names.package}", names=tuple(top))
    yield _catalogue(package, names)
    yield _files(package)


def _interface(names: Names, interface: Interface, top: list[Declared]) -> Iterator[Scope]:
    name, at = names.exported(interface.name, interface.renames), interface.at
    origin = f"interface `{interface.name}`"
    stub = stub_struct(name)
    top.append(Declared(name=name, origin=origin, at=at))
    top.append(Declared(name=unimplemented_struct(name), origin=f"base of {origin}", at=at))
    top.append(Declared(name=stub, origin=f"stub of {origin}", at=at))
    members: list[Declared] = []
    for value in interface.properties:
        getter = names.method(value)
        whose, escaped = f"property `{value.name}`", names.standard_method(value)
        members.append(Declared(name=getter, origin=whose, at=value.at, escaped=escaped))
        members.append(Declared(name=f"{getter}Func", origin=f"function of {whose}", at=value.at))
    for method in interface.methods:
        spelled = names.method(method)
        whose, at = f"method `{method.name}`", method.at
        escaped = names.standard_method(method)
        members.append(Declared(name=spelled, origin=whose, at=at, escaped=escaped))
        members.append(Declared(name=f"{spelled}Func", origin=f"function of {whose}", at=at))
        members.append(Declared(name=f"{spelled}Calls", origin=f"calls of {whose}", at=at))
        top.append(Declared(name=call_struct(name, spelled), origin=f"call of {whose}", at=at))
        if method.options:
            struct = options_struct(name, spelled)
            top.append(Declared(name=struct, origin=f"options of {whose}", at=at))
            yield from _fields(names, struct, "option", method.options)
        if method.types:
            top.append(Declared(name=spelled, origin=f"generic function of {whose}", at=at))
            yield _type_params(name, spelled, method)
        yield from _params(names, f"{name}.{spelled}", method)
    yield Scope(label=f"methods of {name} and of its stub, {stub}", names=tuple(members))


def _params(names: Names, label: str, method: Method) -> Iterator[Scope]:
    if not method.params:
        return
    spelled = names.params(method)
    declared = []
    for param, name in zip(method.params, spelled, strict=True):
        escaped = names.reserved_param(param, method) if name.endswith("Arg") else ""
        origin = f"param `{param.name}`"
        declared.append(Declared(name=name, origin=origin, at=param.at, escaped=escaped))
    fields = names.call_fields(method, spelled)
    if len(set(fields)) < len(fields):
        yield Scope(
            label=f"fields of a call of {label}",
            names=tuple(
                Declared(name=field, origin=f"param `{param.name}`", at=param.at)
                for field, param in zip(fields, method.params, strict=True)
            ),
        )
    if method.effect == "async":
        declared.append(Declared(name=CONTEXT, origin="the context", at=method.at))
    if method.options:
        declared.append(Declared(name=OPTIONS, origin="the options", at=method.at))
    yield Scope(label=f"params of {label}", names=tuple(declared))


def _type_params(interface: str, method: str, declaration: Method) -> Scope:
    declared = [Declared(name=interface, origin="the interface", at=declaration.at)]
    declared += [
        Declared(name=name, origin=f"type parameter `{name}`", at=declaration.at)
        for name in declaration.types
    ]
    return Scope(label=f"type parameters of {method}", names=tuple(declared))


def _fields(names: Names, struct: str, word: str, values: Sequence[Value]) -> Iterator[Scope]:
    declared = []
    for value in values:
        field = names.field(value)
        origin = f"{word} `{value.name}`"
        declared.append(Declared(name=field, origin=origin, at=value.at))
        if has_default_method(value):
            method = default_method(field)
            declared.append(Declared(name=method, origin=f"default of {origin}", at=value.at))
    if len(declared) > 1:
        yield Scope(label=f"fields of {struct}", names=tuple(declared))


def _record(names: Names, record: Record, top: list[Declared]) -> Iterator[Scope]:
    name = names.exported(record.name, record.renames)
    top.append(Declared(name=name, origin=f"record `{record.name}`", at=record.at))
    yield from _fields(names, name, "field", record.fields)


def _enum(names: Names, enum: Enum, top: list[Declared]) -> None:
    name = names.exported(enum.name, enum.renames)
    top.append(Declared(name=name, origin=f"enum `{enum.name}`", at=enum.at))
    for value in enum.values:
        constant = names.constant_of(enum.named, value)
        top.append(Declared(name=constant, origin=f"value `{value.name}`", at=value.at))


def _error(names: Names, error: Error, top: list[Declared]) -> Iterator[Scope]:
    origin = f"error `{error.name}`"
    kind = names.error_type(error.named)
    top.append(Declared(name=names.sentinel(error.named), origin=origin, at=error.at))
    top.append(Declared(name=kind, origin=origin, at=error.at))
    declared = []
    for field in (*error.inherited, *error.fields):
        name = names.error_field(field)
        bare = names.field(field)
        declared.append(
            Declared(
                name=name,
                origin=f"field `{field.name}`",
                at=field.at,
                escaped=bare if bare in ERROR_MEMBERS else "",
            )
        )
    if declared:
        yield Scope(label=f"fields of {kind}", names=tuple(declared))


def _catalogue(package: Package, names: Names) -> Scope:
    declared = [Declared(name="Source", origin="the source of resources", at=package.at)]
    declared += [
        Declared(name=names.exported(spec.name), origin=f"resource `{spec.name}`", at=spec.at)
        for spec, _ in provided(package)
    ]
    return Scope(label=f"methods of {package.catalogue}", names=tuple(declared))


def _files(package: Package) -> Scope:
    declared = [
        Declared(name=f"{stem}.go", origin="support code", at=package.at)
        for stem in ("doc", "support", "catalogue")
    ]
    for spec in package.specs:
        origin = f"file `{spec.name}`"
        declared += [
            Declared(name=name, origin=origin, at=spec.at)
            for name in (f"{file_stem(spec.name)}.go", f"{spec.name}_stub.go")
        ]
    return Scope(label="files", names=tuple(declared))

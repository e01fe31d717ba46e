"""Every name that the output declares, so that clashes are found when a spec is checked."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.targets.target import Declared, Scope
from dagstack.idl.targets.typescript import names
from dagstack.idl.targets.typescript.interfaces import member_names

if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import TypeAlias

    from dagstack.idl import model
    from dagstack.idl.source import At
    from dagstack.idl.targets.typescript.options import Options

    Declaration: TypeAlias = model.Interface | model.Record | model.Enum | model.Error

SUPPORT = (
    "ErrorDetails",
    "InterfaceMembers",
    "JsonValue",
    "MembersByName",
    "Milliseconds",
    "ResourceSource",
    "TypedResourceSource",
    "UnimplementedError",
    "UnsatisfiedError",
    "brand",
    "checkMembers",
    "findProblems",
    "show",
)
"""What ``support.ts`` declares."""

STUB_SUPPORT = ("CallOf", "HandlersOf", "handled", "unset")
"""What ``testing/support.ts`` declares."""


def scopes(package: model.Package, options: Options) -> Iterator[Scope]:
    """The places of the npm package where no two names may be equal."""
    nowhere = package.at
    exported = [Declared(name=name, origin="support code", at=nowhere) for name in SUPPORT]
    testing = [Declared(name=name, origin="support code", at=nowhere) for name in STUB_SUPPORT]
    for spec in package.specs:
        for interface in spec.interfaces:
            declared = _declared(names.type_name(interface.name, interface.renames), interface)
            exported.append(declared)
            exported += _beside(interface, declared.name)
            testing.append(declared)
            testing += _stub(declared.name, interface)
            yield from _members(interface, declared.name)
        for record in spec.records:
            name = names.type_name(record.name, record.renames)
            exported.append(_declared(name, record))
            testing.append(exported[-1])
            yield _fields(record, f"fields of {name.text}")
        for enum in spec.enums:
            name = names.type_name(enum.name, enum.renames)
            exported.append(_declared(name, enum))
            testing.append(exported[-1])
            yield _values(enum, name.text)
        for error in spec.errors:
            name = names.type_name(error.name, error.renames)
            exported.append(_declared(name, error))
            testing.append(exported[-1])
            for made in (names.fields_type(name.text), names.guard(name.text)):
                exported.append(_made(made, error.name, error.at))
            yield _error_fields(error, f"fields of {name.text}")
        if spec.is_resource and spec.provides and package.catalogue:
            exported.append(_made(names.accessor(spec.name), spec.name, spec.at))
    if package.catalogue:
        catalogue = names.type_name(package.catalogue)
        at = (*package.at, "catalogue")
        for made in (catalogue.text, names.catalogue_const(catalogue.text)):
            exported.append(Declared(name=made, origin="the catalogue", at=at))
    yield Scope(label=f"package {options.package}", names=tuple(exported))
    yield Scope(label=f"package {options.package}/testing", names=tuple(testing))
    yield from _modules(package)


def _modules(package: model.Package) -> Iterator[Scope]:
    files = []
    for spec in package.specs:
        spelling = names.module(spec.name)
        origin = f"file `{spec.name}`"
        files.append(_named(spelling, origin, spec.at))
        kinds: list[Declaration] = [
            *spec.interfaces,
            *spec.records,
            *spec.enums,
            *spec.errors,
        ]
        foreign = [kind for kind in spec.imports if kind.package]
        if foreign:
            imported = [
                _named(names.type_name(kind.name, kind.renames), f"import `{kind.name}`", spec.at)
                for kind in foreign
            ]
            own = [_declared(names.type_name(kind.name, kind.renames), kind) for kind in kinds]
            yield Scope(label=f"module {spelling.text}", names=(*imported, *own))
    yield Scope(label="the folder src", names=tuple(files))


def _declared(name: names.Spelling, kind: Declaration) -> Declared:
    return _named(name, f"{kind.named.kind} `{kind.name}`", kind.at)


def _named(name: names.Spelling, origin: str, at: At) -> Declared:
    return Declared(name=name.text, origin=origin, at=at, escaped=name.reserved)


def _made(name: str, of: str, at: At, escaped: str = "") -> Declared:
    return Declared(name=name, origin=f"what is generated for `{of}`", at=at, escaped=escaped)


def _beside(interface: model.Interface, name: str) -> list[Declared]:
    made = [names.members_const(name), names.unimplemented(name), names.forwarding(name)]
    for method in interface.methods:
        if method.options:
            member = names.member(method.name, method.renames).text
            made.append(names.options_type(name, member))
    return [_made(each, interface.name, interface.at) for each in made]


def _stub(name: str, interface: model.Interface) -> list[Declared]:
    made = (names.stub(name), names.call_type(name))
    return [_made(each, interface.name, interface.at) for each in made]


def _members(interface: model.Interface, name: str) -> Iterator[Scope]:
    taken = member_names(interface)
    members = [
        _made(names.besides(own, taken), interface.name, interface.at)
        for own in ("inner", "calls", "handlers")
    ]
    for prop in interface.properties:
        spelling = names.member(prop.name, prop.renames)
        members.append(_named(spelling, f"property `{prop.name}`", prop.at))
    for method in interface.methods:
        spelling = names.member(method.name, method.renames)
        members.append(_named(spelling, f"method `{method.name}`", method.at))
        if method.params or method.options:
            yield from _params(method, f"{name}.{spelling.text}")
    yield Scope(label=f"members of {name}", names=tuple(members))


def _params(method: model.Method, label: str) -> Iterator[Scope]:
    has = bool(method.options)
    params = [
        _named(names.param(p.name, p.renames, options=has), f"param `{p.name}`", p.at)
        for p in method.params
    ]
    if has:
        params.append(_made("options", method.name, method.at))
        chosen = [
            _named(names.member(o.name, o.renames), f"option `{o.name}`", o.at)
            for o in method.options
        ]
        yield Scope(label=f"options of {label}", names=tuple(chosen))
    yield Scope(label=f"parameters of {label}", names=tuple(params))
    if method.types:
        variables = [
            _named(names.type_name(each), f"type parameter `{each}`", method.at)
            for each in method.types
        ]
        yield Scope(label=f"type parameters of {label}", names=tuple(variables))


def _fields(record: model.Record, label: str) -> Scope:
    made = [
        _named(names.member(f.name, f.renames), f"field `{f.name}`", f.at) for f in record.fields
    ]
    return Scope(label=label, names=tuple(made))


def _error_fields(error: model.Error, label: str) -> Scope:
    made = [
        _named(names.error_field(f.name, f.renames), f"field `{f.name}`", f.at)
        for f in (*error.inherited, *error.fields)
    ]
    return Scope(label=label, names=tuple(made))


def _values(enum: model.Enum, name: str) -> Scope:
    made = [
        _named(names.enum_key(v.name, v.renames), f"value `{v.name}`", v.at) for v in enum.values
    ]
    return Scope(label=f"values of {name}", names=tuple(made))

"""The typed catalogue of all resources."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.prose import sentence
from dagstack.idl.targets.python import view
from dagstack.idl.targets.python.docs import docstring, inline, paragraph, section
from dagstack.idl.targets.python.headers import head
from dagstack.idl.targets.python.layout import WIDTH, call, quoted
from dagstack.idl.targets.python.names import (
    accessor_name,
    member_name,
    resource_name,
    type_name,
)
from dagstack.idl.targets.python.options import imported_modules
from dagstack.idl.targets.python.symbols import SUPPORT, Imports
from dagstack.idl.targets.python.types import READ, annotation

if TYPE_CHECKING:
    from dagstack.idl.model import Interface, Package, Spec
    from dagstack.idl.targets.python.index import Index

_WIDTH = WIDTH - 4


def resources(package: Package, index: Index) -> tuple[view.Resource, ...]:
    """Every resource whose interface is known."""
    return tuple(
        _resource(spec, index.interfaces[key])
        for spec in package.resources()
        if spec.provides is not None
        and (key := (spec.provides.package, spec.provides.name)) in index.interfaces
    )


def _resource(spec: Spec, interface: Interface) -> view.Resource:
    name = resource_name(spec)
    kind = type_name(interface.named)
    accessor_doc = docstring(
        "    ",
        f"Return the resource ``{name}`` of ``source``.",
        [
            section("Args", [paragraph("source: What a plugin sees of its host's resources.", 88)]),
            section(
                "Raises",
                [
                    paragraph(f"LookupError: ``source`` has no ``{name}``, or it is ``None``.", 88),
                    paragraph(f"TypeError: It is no ``{kind}``; the message says why.", 88),
                ],
            ),
        ],
    )
    return view.Resource(
        name=name,
        literal=quoted(name),
        accessor=accessor_name(spec),
        interface=kind,
        summary=inline(spec.summary),
        doc=docstring("        ", sentence(inline(spec.summary)) or f"``{kind}``."),
        accessor_doc=accessor_doc,
        read=call(
            "    ",
            f"found: {kind} = resource_from(",
            ["source", quoted(name), quoted(kind), f"*_MEMBERS[{quoted(name)}]"],
        ),
        attributes=_tuple([member_name(it) for it in interface.properties]),
        methods=_tuple([member_name(it) for it in interface.methods]),
    )


def _tuple(names: list[str]) -> str:
    literals = [quoted(name) for name in names]
    return call("        ", "(", literals, ",)," if len(literals) == 1 else "),")


def catalogue(
    package: Package, found: tuple[view.Resource, ...], *, deprecated: bool
) -> view.Catalogue:
    """The module of the catalogue."""
    imports = Imports()
    imports.add("collections.abc", "Mapping")
    imports.add("typing", "Final", "Protocol")
    imports.own(SUPPORT, "lacking", "resource_from")
    for spec in package.resources():
        if spec.provides is not None:
            imports.symbols |= annotation(spec.provides, READ)[1]
    return view.Catalogue(
        head=head(package, "The resources by name, with their types.", deprecated=deprecated),
        imports=imports.printed(imported_modules(package)),
        name=package.catalogue,
        doc=docstring(
            "    ",
            "What a plugin sees of its host's resources.",
            [
                paragraph(
                    "A host may offer fewer or more: a plugin's manifest says which it needs.",
                    _WIDTH,
                )
            ],
        ),
        resources=found,
    )

"""The catalogue: the type of each resource by its name, and checked access."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.targets.typescript import docs, layout, literals, names, types, view
from dagstack.idl.targets.typescript.imports import Imports

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.idl import model

_SOURCE = (layout.slot("source", types.Plain(text="ResourceSource")),)

_CATALOGUE = (
    "The resources by name. With a `TypedResourceSource<{}>`, `{}` has its type without a cast."
)
_THROWS = "@throws `UnsatisfiedError` if it is missing or is no {}; the error lists what it lacks."


def lower_catalogue(
    package: model.Package, packages: Mapping[str, str], top: tuple[str, ...]
) -> view.Catalogue | None:
    """All resources, if there are any."""
    imports = Imports("", packages)
    writer = docs.Writer(imports)
    provided = [(spec, spec.provides) for spec in package.resources() if spec.provides]
    if not provided or not package.catalogue:
        return None
    name = names.type_name(package.catalogue).text
    members, rows, accessors = [], [], []
    for spec, interface in provided:
        kind = imports.type(interface)
        table = imports.value(interface, names.members_const(kind))
        about = writer.blocks(spec.summary, (), spec.life) + writer.life(spec.life)
        text = layout.annotated(f"  readonly {spec.name}", types.Plain(text=kind), ";")
        members.append(view.Member(doc=docs.comment(about, 2), text=text))
        rows.append((f"{spec.name}: ", [table], False))
        accessors.append(_accessor(spec.name, kind, table))
    imports.support("MembersByName", value=False)
    imports.support("ResourceSource", value=False)
    imports.support("checkMembers", value=True)
    example = f'get("{provided[0][0].name}")'
    return view.Catalogue(
        header=top,
        imports=imports.lines(),
        shape=view.Shape(
            doc=docs.comment([_CATALOGUE.format(name, example)]),
            head=f"export interface {name}",
            members=tuple(members),
        ),
        table_doc=docs.comment([f"The members of each of the {docs.link(name)}, by name."]),
        table=layout.table(
            f"export const {names.catalogue_const(name)}: MembersByName<{name}>", rows
        ),
        accessors=tuple(accessors),
    )


def _accessor(resource: str, kind: str, table: str) -> view.Accessor:
    name = literals.string(resource)
    lead = f"export function {names.accessor(resource)}"
    args = [name, f"source.get({name})", table]
    return view.Accessor(
        doc=docs.comment(
            [f"The resource `{resource}` of `source`.", _THROWS.format(docs.link(kind))]
        ),
        head=layout.signature(lead, _SOURCE, _SOURCE[0].text, types.Plain(text=kind), " {"),
        body=layout.call("  return checkMembers", args),
    )

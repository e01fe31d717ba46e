"""Test doubles."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dagstack.idl.targets.typescript import docs, layout, names, view
from dagstack.idl.targets.typescript.interfaces import getter, member_names

if TYPE_CHECKING:
    from dagstack.idl import model
    from dagstack.idl.targets.typescript.imports import Imports
    from dagstack.idl.targets.typescript.interfaces import Signature

_STUB = (
    "A {} for tests: it answers by its handlers and records every call. What has no handler fails "
    "with its name. Handlers may be changed at any time: `stub.{}`."
)


class _Own(NamedTuple):
    """The names of a stub's own."""

    stub: str
    calls: str
    handlers: str


def lower_stub(
    interface: model.Interface, signatures: list[Signature], imports: Imports
) -> view.Stub:
    """The stub of one interface and the type of the calls it records."""
    name = imports.type(interface.named)
    stub = names.stub(name)
    taken = member_names(interface)
    calls = names.besides("calls", taken)
    handlers = names.besides("handlers", taken)
    for used in ("CallOf", "HandlersOf"):
        imports.add("./support.js", used, value=False)
    own = _Own(stub, calls, handlers)
    functions = [_property(prop, own, imports) for prop in interface.properties]
    functions += [
        _method(method, sig, interface, own, imports)
        for method, sig in zip(interface.methods, signatures, strict=True)
    ]
    return view.Stub(
        doc=docs.comment([_STUB.format(docs.link(name), handlers)]),
        name=stub,
        interface=name,
        call_doc=docs.comment([f"A recorded call of a {docs.link(stub)}."]),
        call=names.call_type(name),
        alias=layout.assigned(f"export type {names.call_type(name)} =", f"CallOf<{name}>"),
        constructor=layout.call("  constructor", [f"handlers: HandlersOf<{name}> = {{}}"], ") {"),
        calls=calls,
        handlers=handlers,
        functions=tuple(functions),
    )


def _property(prop: model.Property, own: _Own, imports: Imports) -> view.Function:
    imports.types_of(prop.type)
    imports.add("./support.js", "handled", value=True)
    member = names.member(prop.name, prop.renames).text
    args = [f"this.{own.handlers}", f'"{member}"', f'"{own.stub}.{member}"']
    return view.Function(head=getter(prop, member), body=layout.call("    return handled", args))


def _method(
    method: model.Method, sig: Signature, interface: model.Interface, own: _Own, imports: Imports
) -> view.Function:
    name = imports.type(interface.named)
    imports.add("./support.js", "unset", value=True)
    if method.returns:
        imports.types_of(method.returns.type)
    lead = f"  async {sig.called}" if sig.is_async else f"  {sig.called}"
    if method.types:
        for value in method.params:
            imports.types_of(value.type)
        if method.options:
            imports.beside(interface.named, names.options_type(name, sig.name))
        args = layout.labelled(lead, sig.slots)
        head = layout.rest_signature(lead, args, sig.result, " {")
    else:
        args = f'...args: Parameters<{name}["{sig.name}"]>'
        head = layout.rest_signature(lead, args, sig.result, " {")
    record = layout.braces(f"    this.{own.calls}.push(", [f'method: "{sig.name}"', "args"], ");")
    handler = f"this.{own.handlers}.{sig.name}"
    answer = layout.choice(
        "    return ", handler, f"{handler}(...args)", ("unset", f'"{own.stub}.{sig.name}"')
    )
    return view.Function(head=head, body=f"{record}\n{answer}")

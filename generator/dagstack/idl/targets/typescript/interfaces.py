"""Interfaces: the type, its options, and the classes that are made beside it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl import prose
from dagstack.idl.targets.typescript import docs, layout, literals, names, types, view
from dagstack.idl.targets.typescript.examples import example

if TYPE_CHECKING:
    from dagstack.idl import model
    from dagstack.idl.targets.typescript.docs import Writer
    from dagstack.idl.targets.typescript.imports import Imports

_UNIMPLEMENTED = (
    "A base for every {} that is to keep compiling when the interface grows: what a subclass lacks "
    "fails with `UnimplementedError`."
)
_FORWARDING = "A {} that hands every call to `{}`: override what a decorator changes."


class Signature:
    """A method as every class that has it writes it; the parts are worked out once."""

    __slots__ = ("args", "called", "generics", "is_async", "name", "params", "result", "slots")

    def __init__(self, method: model.Method, interface: str) -> None:
        self.name = names.member(method.name, method.renames).text
        has_options = bool(method.options)
        self.slots = []
        self.args: list[str] = []
        first_optional = _first_optional(method.params)
        for index, value in enumerate(method.params):
            name = names.param(value.name, value.renames, options=has_options).text
            self.args.append(name)
            self.slots.append(_slot(name, value, is_optional=index >= first_optional))
        if has_options:
            self.args.append("options")
            self.slots.append(layout.slot("options?", options_reference(method, interface)))
        self.params = ", ".join([slot.text for slot in self.slots])
        self.is_async = method.effect != "instant"
        returned = method.returns
        result = types.written(returned.type, frozen=False) if returned else types.VOID
        self.result = types.promise(result) if self.is_async else result
        self.generics = ""
        if method.types:
            self.generics = f"<{', '.join([names.type_name(t).text for t in method.types])}>"
        self.called = f"{self.name}{self.generics}"


def lower_interface(
    interface: model.Interface,
    signatures: list[Signature],
    writer: Writer,
) -> view.Interface:
    """Everything about one interface but its test double."""
    imports = writer.imports
    name = names.type_name(interface.name, interface.renames).text
    taken = member_names(interface)
    pairs = list(zip(interface.methods, signatures, strict=True))
    for method in interface.methods:
        _import_types(method, imports)
    for prop in interface.properties:
        imports.types_of(prop.type)
    imports.support("UnimplementedError", value=True)
    imports.support("InterfaceMembers", value=False)
    return view.Interface(
        shape=_shape(interface, name, pairs, writer),
        options=tuple(
            _options(method, sig, name, writer) for method, sig in pairs if method.options
        ),
        table_doc=docs.comment(
            [f"The members of a {docs.link(name)}, to check a value at run time."]
        ),
        table=_table(interface, name, signatures),
        unimplemented=_unimplemented(interface, name, signatures),
        forwarding=_forwarding(interface, name, signatures, names.besides("inner", taken)),
    )


def member_names(interface: model.Interface) -> frozenset[str]:
    """The names of all members, as TypeScript spells them."""
    members = [names.member(each.name, each.renames).text for each in interface.properties]
    members += [names.member(each.name, each.renames).text for each in interface.methods]
    return frozenset(members)


def options_reference(method: model.Method, interface: str) -> types.TsType:
    """The type of a method's options, with the type parameters that they use."""
    member = names.member(method.name, method.renames).text
    name = names.options_type(interface, member)
    used = _used(method)
    return types.generic(name, *[types.Plain(text=u) for u in used]) if used else _plain(name)


def _plain(name: str) -> types.Plain:
    return types.Plain(text=name)


def _used(method: model.Method) -> tuple[str, ...]:
    if not method.types:
        return ()
    used = [v for option in method.options for v in types.variables(option.type)]
    return tuple(dict.fromkeys(used))


def _first_optional(params: tuple[model.Value, ...]) -> int:
    """Where the params begin that a call may leave out: none of them stands before a needed one."""
    index = len(params)
    while index and not params[index - 1].required:
        index -= 1
    return index


def _slot(name: str, value: model.Value, *, is_optional: bool) -> layout.Slot:
    if is_optional:
        return layout.slot(f"{name}?", types.written(types.present(value.type), frozen=True))
    kind = types.written(value.type, frozen=True)
    return layout.slot(name, kind if value.required else types.optional(kind))


def _import_types(method: model.Method, imports: Imports) -> None:
    for value in method.params:
        imports.types_of(value.type)
    for value in method.options:
        imports.types_of(value.type)
    if method.returns:
        imports.types_of(method.returns.type)


def _shape(
    interface: model.Interface,
    name: str,
    pairs: list[tuple[model.Method, Signature]],
    writer: Writer,
) -> view.Shape:
    members = [property_member(prop, writer) for prop in interface.properties]
    receiver = f"{name[:1].lower()}{name[1:]}"
    for method, sig in pairs:
        lead = f"  {sig.called}"
        members.append(
            view.Member(
                doc=_method_doc(method, sig, name, receiver, writer),
                text=layout.signature(lead, sig.slots, sig.params, sig.result, ";"),
            )
        )
    blocks = writer.blocks(interface.summary, interface.doc, interface.life)
    return view.Shape(
        doc=docs.comment(blocks + writer.life(interface.life)),
        head=f"export interface {name}",
        members=tuple(members),
    )


def property_member(prop: model.Property, writer: Writer) -> view.Member:
    """A property in an interface."""
    blocks = writer.blocks((), prop.doc, prop.life) + writer.life(prop.life)
    lead = f"  readonly {names.member(prop.name, prop.renames).text}"
    kind = types.written(prop.type, frozen=True)
    return view.Member(doc=docs.comment(blocks, 2), text=layout.annotated(lead, kind, ";"))


def _method_doc(
    method: model.Method, sig: Signature, interface: str, receiver: str, writer: Writer
) -> str:
    has = bool(method.options)
    blocks = writer.blocks(method.summary, method.doc, method.life, options=has)
    for value, name in zip(method.params, sig.args, strict=False):
        blocks += _param(value, name, writer, options=has)
    if has:
        shape = names.options_type(interface, sig.name)
        blocks.append(f"@param options - The optional arguments, see {docs.link(shape)}.")
    if method.returns and method.returns.doc:
        blocks.append(f"@returns {writer.flat(method.returns.doc, options=has)}")
    for each in method.raises:
        blocks.append(_throws(each, writer, options=has))
    for each in method.rejects:
        blocks.append(_throws(each, writer, options=has))
    blocks += writer.life(method.life)
    callee = f"{'await ' if sig.is_async else ''}{receiver}.{sig.name}"
    for given in method.examples:
        blocks.append(example(given, method, callee, writer))
    return docs.comment(blocks, 2)


def _param(value: model.Value, name: str, writer: Writer, *, options: bool) -> list[str]:
    text = writer.flat(value.doc, options=options)
    if not value.required and value.default is not None:
        default = docs.span(literals.value(value.default, value.type))
        text = f"{text} Default: {default}.".lstrip()
    if value.life.deprecated:
        gone = " ".join(writer.life(value.life)).partition("@deprecated ")[2]
        text = f"{text} Deprecated: {gone}".lstrip()
    return [f"@param {name} - {text}"] if text else []


def _throws(each: model.Raise, writer: Writer, *, options: bool) -> str:
    # Not imported: compilers take the braces for a type here, and so the import for unused.
    target = docs.link(names.named(each.error))
    is_range = not each.error.package and each.error.name in writer.ranges
    also = " (also a `RangeError`)" if is_range else ""
    condition = writer.inline(each.condition, options=options)
    return f"@throws {target} if {prose.clause(condition)}{also}."


def _options(method: model.Method, sig: Signature, interface: str, writer: Writer) -> view.Shape:
    reference = options_reference(method, interface)
    target = docs.link(f"{interface}.{sig.name}")
    return view.Shape(
        doc=docs.comment([f"The optional arguments of {target}."]),
        head=f"export interface {reference.text}",
        members=tuple([field(option, writer) for option in method.options]),
    )


def field(value: model.Value, writer: Writer, spelling: str = "") -> view.Member:
    """An option, or a field of a record or error."""
    blocks = writer.blocks((), value.doc, value.life)
    if not value.required and value.default is not None:
        default = literals.value(value.default, value.type)
        blocks.append(f"@defaultValue {docs.span(default)}")
    blocks += writer.life(value.life)
    return view.Member(doc=docs.comment(blocks, 2), text=declaration(value, spelling))


def declaration(value: model.Value, spelling: str = "") -> str:
    """The line of a field, without its comment."""
    name = spelling or names.member(value.name, value.renames).text
    kind = types.written(value.type, frozen=True)
    if value.required:
        return layout.annotated(f"  readonly {name}", kind, ";")
    return layout.annotated(f"  readonly {name}?", types.optional(kind), ";")


def _table(interface: model.Interface, name: str, signatures: list[Signature]) -> str:
    properties = [names.member(p.name, p.renames).text for p in interface.properties]
    return layout.table(
        f"export const {names.members_const(name)}: InterfaceMembers<{name}>",
        [
            ("type: ", [f'"{name}"'], False),
            ("methods: ", [f'"{sig.name}"' for sig in signatures], True),
            ("properties: ", [f'"{prop}"' for prop in properties], True),
        ],
    )


def _unimplemented(
    interface: model.Interface, name: str, signatures: list[Signature]
) -> view.Class:
    functions = []
    for prop in interface.properties:
        member = names.member(prop.name, prop.renames).text
        body = layout.call("    throw new UnimplementedError", [f'"{name}.{member}"'])
        functions.append(view.Function(head=getter(prop, member), body=body))
    for sig in signatures:
        lead = f"  async {sig.called}" if sig.is_async else f"  {sig.called}"
        head = layout.signature(lead, sig.slots, sig.params, sig.result, " {")
        body = layout.call("    throw new UnimplementedError", [f'"{name}.{sig.name}"'])
        functions.append(view.Function(head=head, body=body))
    return view.Class(
        doc=docs.comment([_UNIMPLEMENTED.format(docs.link(name))]),
        name=names.unimplemented(name),
        interface=name,
        functions=tuple(functions),
    )


def getter(prop: model.Property, member: str) -> str:
    """The head of a property's getter."""
    kind = types.written(prop.type, frozen=True)
    return layout.signature(f"  get {member}", (), "", kind, " {")


def _forwarding(
    interface: model.Interface, name: str, signatures: list[Signature], inner: str
) -> view.Forwarding:
    functions = []
    for prop in interface.properties:
        member = names.member(prop.name, prop.renames).text
        body = f"    return this.{inner}.{member};"
        functions.append(view.Function(head=getter(prop, member), body=body))
    for sig in signatures:
        head = layout.signature(f"  {sig.called}", sig.slots, sig.params, sig.result, " {")
        body = layout.call(f"    return this.{inner}.{sig.name}", sig.args)
        functions.append(view.Function(head=head, body=body))
    return view.Forwarding(
        doc=docs.comment([_FORWARDING.format(docs.link(name), inner)]),
        name=names.forwarding(name),
        interface=name,
        inner=inner,
        functions=tuple(functions),
    )

"""Errors: classes with a code, in a tree that ``instanceof`` follows."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from dagstack.idl.model import FieldRef, Maybe, Named, Scalar
from dagstack.idl.targets.typescript import docs, layout, literals, names, types, view
from dagstack.idl.targets.typescript.interfaces import field

if TYPE_CHECKING:
    from dagstack.idl import model
    from dagstack.idl.targets.typescript.docs import Writer
    from dagstack.idl.targets.typescript.imports import Imports

_PRINTED = frozenset(("string", "path", "int", "int64", "float", "bool"))
"""Scalars that a template literal shows as people expect."""


class Tree:
    """The errors of a package: who descends from whom, also across packages."""

    def __init__(self, package: model.Package) -> None:
        errors = [error for spec in package.specs for error in spec.errors]
        self.errors = {error.name: error for error in errors}
        self.others = {each.name: Tree(each.package) for each in package.dependencies}
        self.parents = frozenset(
            [each.parent.name for each in errors if each.parent and not each.parent.package]
        )
        """The errors that others of this package extend."""
        self.ranges: frozenset[str] = frozenset()
        """The errors that are range errors too."""
        for error in errors:
            if error.kind == "precondition" or self._parent_is_range(error):
                self.ranges |= {error.name}

    def home(self, parent: model.Named) -> Tree | None:
        """The tree of the package that declares ``parent``, if that is known."""
        home = self.others.get(parent.package) if parent.package else self
        return home if home and parent.name in home.errors else None

    def extends_parent(self, error: model.Error) -> bool:
        """Whether the class can extend its parent's.

        A range error cannot extend one that is none. The class of another package may have a
        literal for its code, which no subclass can change.
        """
        home = self.home(error.parent) if error.parent else None
        if home is None or error.parent is None:
            return False
        if home is not self and error.parent.name not in home.parents:
            return False
        return (error.name in self.ranges) == (error.parent.name in home.ranges)

    def declares_fields(self, error: model.Error) -> bool:
        """Whether an error has a type of its own for what it is made from."""
        return bool(error.fields) or (bool(error.inherited) and not self.extends_parent(error))

    def fields_of(self, error: model.Error) -> tuple[str, model.Named] | None:
        """The type that an error is made from, and the error that this type belongs to."""
        tree, package = self, ""
        while not tree.declares_fields(error):
            home = tree.home(error.parent) if error.parent else None
            if home is None or error.parent is None or not tree.extends_parent(error):
                return None
            package = error.parent.package or package
            tree, error = home, home.errors[error.parent.name]
        owner = Named(
            name=error.name,
            kind="error",
            spec=error.named.spec,
            package=package,
            renames=error.renames,
        )
        return names.fields_type(names.named(owner)), owner

    def fields_above(self, error: model.Error) -> tuple[str, model.Named] | None:
        """The same for the error that it extends, as seen from here."""
        home = self.home(error.parent) if error.parent else None
        if home is None or error.parent is None or not self.extends_parent(error):
            return None
        found = home.fields_of(home.errors[error.parent.name])
        if found is None or found[1].package or not error.parent.package:
            return found
        return found[0], msgspec.structs.replace(found[1], package=error.parent.package)

    def _parent_is_range(self, error: model.Error) -> bool:
        home = self.home(error.parent) if error.parent else None
        return bool(home and error.parent and error.parent.name in home.ranges)


def lower_error(error: model.Error, tree: Tree, package: str, writer: Writer) -> view.ErrorView:
    """One error class with its type guard."""
    imports = writer.imports
    name = names.type_name(error.name, error.renames).text
    extends = tree.extends_parent(error)
    own = error.fields if extends else (*error.inherited, *error.fields)
    for value in own:
        imports.types_of(value.type)
    above = tree.fields_above(error)
    inherited = above[0] if above else ""
    if above:
        imports.beside(above[1], inherited)
    fields = names.fields_type(name) if tree.declares_fields(error) else inherited
    return view.ErrorView(
        doc=_doc(error, tree, writer),
        name=name,
        head=f"export class {name} extends {_base(error, tree, imports)}",
        fields=_fields(name, own, inherited, writer) if tree.declares_fields(error) else None,
        brand=_brand(error, name, package, imports),
        code=_code(error, tree, extends=extends),
        members=tuple([_member(value, writer) for value in own]),
        constructor=_constructor(error, fields),
        message=_message(error, imports),
        superclass=_superclass(inherited, imports, extends=extends),
        assignments=tuple([_assignment(v, imports, is_open=_is_open(error)) for v in own]),
        guard_doc=docs.comment(
            [f"Whether `error` is {_article(name)} {docs.link(name)}, of any copy of this package."]
        ),
        guard=layout.signature(
            f"export function {names.guard(name)}",
            (_UNKNOWN,),
            _UNKNOWN.text,
            types.Plain(text=f"error is {name}"),
            " {",
        ),
    )


_UNKNOWN = layout.slot("error", types.Plain(text="unknown"))


def _article(name: str) -> str:
    return "an" if name[0] in "AEIOU" else "a"


def _doc(error: model.Error, tree: Tree, writer: Writer) -> str:
    blocks = writer.blocks(error.summary, error.doc, error.life)
    if error.name in tree.ranges:
        blocks.append("It is also a `RangeError`: the caller broke a precondition.")
    if error.parent and not tree.extends_parent(error):
        parent = docs.link(writer.imports.type(error.parent))
        guard = f"`instanceof {names.named(error.parent)}`"
        blocks.append(f"It descends from {parent}, and {guard} says so.")
    return docs.comment(blocks + writer.life(error.life))


def _base(error: model.Error, tree: Tree, imports: Imports) -> str:
    if error.parent and tree.extends_parent(error):
        return imports.value(error.parent)
    return "RangeError" if error.name in tree.ranges else "Error"


def _fields(name: str, own: tuple[model.Value, ...], inherited: str, writer: Writer) -> view.Shape:
    head = f"export interface {names.fields_type(name)}"
    return view.Shape(
        doc=docs.comment([f"What {_article(name)} {docs.link(name)} is made from."]),
        head=f"{head} extends {inherited}" if inherited else head,
        members=tuple([field(value, writer, _spelling(value)) for value in own]),
    )


def _spelling(value: model.Value) -> str:
    return names.error_field(value.name, value.renames).text


def _brand(error: model.Error, name: str, package: str, imports: Imports) -> str:
    imports.support("brand", value=True)
    args = ["this", f'"{name}"', literals.string(package)]
    if error.parent:
        args.append(imports.value(error.parent))
    return layout.call("    brand", args)


def _code(error: model.Error, tree: Tree, *, extends: bool) -> str:
    override = "override " if extends else ""
    # A literal would forbid subclasses a code of their own.
    kind = ": string" if error.name in tree.parents else ""
    return f'  {override}readonly code{kind} = "{names.code(error.name)}";'


def _member(value: model.Value, writer: Writer) -> view.Member:
    blocks = writer.blocks((), value.doc, value.life) + writer.life(value.life)
    kind = types.written(value.type, frozen=True)
    if not value.required and value.default is None:
        kind = types.optional(kind)
    lead = f"  readonly {_spelling(value)}"
    return view.Member(doc=docs.comment(blocks, 2), text=layout.annotated(lead, kind, ";"))


def _constructor(error: model.Error, fields: str) -> str:
    slots = ["options?: ErrorDetails"]
    if fields:
        slots.insert(0, f"fields{'?' if _is_open(error) else ''}: {fields}")
    return layout.call("  constructor", slots, ") {")


def _is_open(error: model.Error) -> bool:
    """Whether it can be made without fields."""
    return not any(value.required for value in (*error.inherited, *error.fields))


def _given(value: model.Value, imports: Imports, *, is_open: bool) -> tuple[str, ...]:
    """The value of a field, and its default if it has one."""
    access = f"fields{'?' if is_open else ''}.{_spelling(value)}"
    if value.required or value.default is None:
        return (access,)
    kind = value.type.inner if isinstance(value.type, Maybe) else value.type
    if isinstance(kind, Named):
        imports.value(kind)
    return access, literals.constant(value.default, value.type)


def _message(error: model.Error, imports: Imports) -> str:
    values = {value.name: value for value in (*error.inherited, *error.fields)}
    if not any(isinstance(part, FieldRef) for part in error.message):
        text = literals.string("".join([part for part in error.message if isinstance(part, str)]))
        return layout.assigned("    const message =", text)
    is_open = _is_open(error)
    parts = []
    for part in error.message:
        if isinstance(part, str):
            parts.append(literals.template(part))
            continue
        value = values[part.field]
        given = " ?? ".join(_given(value, imports, is_open=is_open))
        simple = isinstance(value.type, Scalar) and value.type.name in _PRINTED
        if simple and (value.required or value.default is not None):
            parts.append(f"${{{given}}}")
        else:
            imports.support("show", value=True)
            parts.append(f"${{show({given})}}")
    return f"    const message = `{''.join(parts)}`;"


def _superclass(inherited: str, imports: Imports, *, extends: bool) -> str:
    imports.support("ErrorDetails", value=False)
    if not extends:
        return "    super(options?.message ?? message, options);"
    return f"    super({'fields, ' if inherited else ''}{{ message, ...options }});"


def _assignment(value: model.Value, imports: Imports, *, is_open: bool) -> str:
    given = _given(value, imports, is_open=is_open)
    return layout.assigned(f"    this.{_spelling(value)} =", *given)

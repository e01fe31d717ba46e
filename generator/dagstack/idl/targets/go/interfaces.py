"""Interfaces with their options, and the bases to embed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.model import Interface, Method, Property
from dagstack.idl.node import Node
from dagstack.idl.targets.go import view
from dagstack.idl.targets.go.data import make_struct
from dagstack.idl.targets.go.examples import examples
from dagstack.idl.targets.go.layout import call, join, results, signature
from dagstack.idl.targets.go.names import (
    CONTEXT,
    OPTIONS,
    options_struct,
    unimplemented_struct,
)
from dagstack.idl.targets.go.types import GoType

if TYPE_CHECKING:
    from collections.abc import Iterable

    from dagstack.idl.targets.go.language import Go


class Shape(Node):
    """What the interface, the base, the stub and a generic function share about one method."""

    name: str
    params: tuple[tuple[str, str], ...]
    """Names and types, those that we add included."""
    joined: str
    """The same as they stand on one line."""
    own: tuple[str, ...]
    """The names of the spec's own params."""
    result: GoType | None
    fallible: bool
    results: str
    imports: tuple[str, ...]


class Shapes(Node):
    """The shapes of an interface's properties and methods."""

    properties: tuple[tuple[Property, Shape], ...]
    methods: tuple[tuple[Method, Shape], ...]


def make_shapes(go: Go, interface: Interface) -> Shapes:
    """All shapes of an interface."""
    name = go.names.exported(interface.name, interface.renames)
    return Shapes(
        properties=tuple((value, shape_of_property(go, value)) for value in interface.properties),
        methods=tuple((method, shape_of(go, name, method)) for method in interface.methods),
    )


def shape_of(go: Go, interface: str, method: Method) -> Shape:
    """The shape of a method of the interface that Go calls ``interface``."""
    name = go.names.method(method)
    own = go.names.params(method)
    of = go.types.of
    imports: list[str] = []
    params: list[tuple[str, str]] = []
    if method.effect == "async":
        params.append((CONTEXT, "context.Context"))
        imports.append("context")
    for spelled, param in zip(own, method.params, strict=True):
        kind = of(param.type)
        params.append((spelled, kind.text))
        imports += kind.imports
    if method.options:
        params.append((OPTIONS, options_struct(interface, name)))
    result = of(method.returns.type) if method.returns is not None else None
    if result is not None:
        imports += result.imports
    fallible = method.effect != "instant" or bool(method.raises)
    return Shape(
        name=name,
        params=tuple(params),
        joined=join(params),
        own=own,
        result=result,
        fallible=fallible,
        results=results(result.text if result else "", fallible=fallible),
        imports=tuple(imports),
    )


def shape_of_property(go: Go, value: Property) -> Shape:
    """The shape of a property's getter."""
    kind = go.types.of(value.type)
    return Shape(
        name=go.names.method(value),
        params=(),
        joined="",
        own=(),
        result=kind,
        fallible=False,
        results=" " + kind.text,
        imports=kind.imports,
    )


def missing(shape: Shape, where: str) -> str:
    """The statement of a method that is not there."""
    error = f'unimplemented("{where}.{shape.name}")'
    if not shape.fallible:
        return f"panic({error})"
    return f"return {shape.result.zero}, {error}" if shape.result else f"return {error}"


def make_interface(
    go: Go, interface: Interface, shapes: Shapes, imports: set[str]
) -> view.Interface:
    """An interface of the specs."""
    name = go.names.exported(interface.name, interface.renames)
    base = unimplemented_struct(name)
    methods: list[view.Method] = []
    options: list[view.Struct] = []
    for value, shape in shapes.properties:
        imports.update(shape.imports)
        methods.append(_method(name, base, shape, str(go.docs.property(shape.name, value))))
    for method, shape in shapes.methods:
        imports.update(shape.imports)
        params = {param.name: own for param, own in zip(method.params, shape.own, strict=True)}
        comment = go.docs.method(
            shape.name, method, params, examples(go, interface, method) if method.examples else []
        )
        methods.append(_method(name, base, shape, str(comment)))
        if method.options:
            options.append(_options(go, name, method, shape.name, params, imports))
    doc = go.docs.type(
        name, interface.summary, interface.doc, interface.life, _embedding(name) if methods else ""
    )
    return view.Interface(
        name=name,
        doc=str(doc),
        base=base,
        base_doc=_base_doc(go, name, base, shapes),
        methods=tuple(methods),
        options=tuple(options),
    )


def _method(interface: str, base: str, shape: Shape, doc: str) -> view.Method:
    head = f"func ({base}) {shape.name}"
    return view.Method(
        name=shape.name,
        doc=doc,
        declaration=signature(shape.name, shape.joined, shape.params, shape.results, "\t"),
        verb="returns" if shape.fallible else "panics with",
        unimplemented=call(head, [kind for _, kind in shape.params], shape.results + " {"),
        missing=missing(shape, interface),
    )


def _embedding(name: str) -> str:
    return (
        f"To decorate one, embed it: struct{{ {name} }} forwards every method that you do "
        "not define."
    )


def ends(shapes: Iterable[Shape]) -> str:
    """How a method that is missing ends: "returns [ErrUnimplemented]"."""
    fallible = {shape.fallible for shape in shapes}
    if fallible == {False}:
        return "panics with [ErrUnimplemented]"
    rest = ", or panics with it where it has no error to return" if len(fallible) > 1 else ""
    return f"returns [ErrUnimplemented]{rest}"


def _base_doc(go: Go, name: str, base: str, shapes: Shapes) -> str:
    comment = go.docs.comment()
    members = [shape for _, shape in (*shapes.properties, *shapes.methods)]
    text = f"{base} is embedded by implementations of [{name}]"
    if members:
        text += (
            " that should keep compiling when the specification grows: a method that they lack "
            + ends(members)
        )
    comment.paragraph(text + ".")
    return str(comment)


def _options(  # noqa: PLR0913, PLR0917  (what a struct of options is made of)
    go: Go, interface: str, method: Method, name: str, params: dict[str, str], imports: set[str]
) -> view.Struct:
    struct = options_struct(interface, name)
    comment = go.docs.comment()
    comment.paragraph(
        f"{struct} are the optional arguments of [{interface}.{name}]; the zero value holds the "
        "defaults."
    )
    near = {**params, **{option.name: go.names.field(option) for option in method.options}}
    return make_struct(go, struct, str(comment), method.options, imports, params=near)

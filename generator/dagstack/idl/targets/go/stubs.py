"""Stubs: test doubles that answer by functions and record every call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.targets.go.interfaces import ends, missing
from dagstack.idl.targets.go.layout import WIDTH, columns, composite, signature
from dagstack.idl.targets.go.names import call_struct, fresh, stub_struct
from dagstack.idl.targets.go.prose import article
from dagstack.idl.targets.go.view import Field, Struct, Stub, StubMethod

if TYPE_CHECKING:
    from dagstack.idl.model import Interface, Method
    from dagstack.idl.targets.go.interfaces import Shape, Shapes
    from dagstack.idl.targets.go.language import Go


def make_stub(go: Go, interface: Interface, shared: Shapes, imports: set[str]) -> Stub:
    """The stub of an interface."""
    name = go.names.exported(interface.name, interface.renames)
    stub = stub_struct(name)
    getters = [shape for _, shape in shared.properties]
    called = shared.methods
    shapes = [*getters, *(shape for _, shape in called)]
    for shape in shapes:
        imports.update(shape.imports)
    if called:
        imports.update(("slices", "sync"))
    taken = {param for shape in shapes for param, _ in shape.params}
    receiver = fresh("s", taken)
    handlers = [
        signature("func", shape.joined, shape.params, shape.results, "\t")[1:] for shape in shapes
    ]
    spaced = any("\n" in handler for handler in handlers)
    rows = [(f"{shape.name}Func", text) for shape, text in zip(shapes, handlers, strict=True)]
    lines = [" ".join(row) for row in rows] if spaced or not rows else columns(rows)
    calls = [(shape.name, f"[]{call_struct(name, shape.name)}") for _, shape in called]
    models: list[Method | None] = [None] * len(getters)
    models += [method for method, _ in called]
    return Stub(
        name=stub,
        interface=name,
        receiver=receiver,
        doc=_doc(go, stub, name, shapes),
        methods=tuple(
            _method(go, name, receiver, model, shape, line)
            for model, shape, line in zip(models, shapes, lines, strict=True)
        ),
        spaced=spaced,
        recording=bool(called),
        calls=tuple(columns(calls)) if calls else (),
    )


def _doc(go: Go, stub: str, interface: str, shapes: list[Shape]) -> str:
    comment = go.docs.comment()
    if not shapes:
        comment.paragraph(f"{stub} is {article(interface)} for tests.")
        return str(comment)
    comment.paragraph(
        f"{stub} is {article(interface)} for tests: it answers by its functions and records every "
        f"call. A method whose function is nil {ends(shapes)}. It is safe for concurrent use."
    )
    return str(comment)


def _method(  # noqa: PLR0913, PLR0917  (what a stub's method is made of)
    go: Go, interface: str, receiver: str, method: Method | None, shape: Shape, handler: str
) -> StubMethod:
    stub = stub_struct(interface)
    name = shape.name
    head = f"func ({receiver} *{stub}) {name}"
    args = ", ".join([param for param, _ in shape.params])
    answer = f"{receiver}.{name}Func({args})"
    verb = "records the call and answers" if method is not None else "answers"
    call, record = None, ""
    if method is not None:
        fields = _fields(go, method, shape)
        call = _call(interface, shape, fields)
        record = _record(interface, receiver, shape, fields)
    return StubMethod(
        name=name,
        doc=f"// {name} {verb} by {name}Func.",
        handler=handler,
        signature=signature(head, shape.joined, shape.params, shape.results + " {"),
        missing=missing(shape, stub),
        answer=f"return {answer}" if shape.results else answer,
        call=call,
        record=record,
    )


def _fields(go: Go, method: Method, shape: Shape) -> list[tuple[str, str, str]]:
    """The fields of a recorded call: name, type, and the param whose value it is."""
    names = go.names.call_fields(method, shape.own)
    kinds = shape.params[1:] if method.effect == "async" else shape.params
    fields = [(name, kind, own) for name, (own, kind) in zip(names, kinds, strict=False)]
    if method.options:
        own, kind = shape.params[-1]
        fields.append(("Opts", kind, own))
    return fields


def _call(interface: str, shape: Shape, fields: list[tuple[str, str, str]]) -> Struct:
    name = call_struct(interface, shape.name)
    lines = columns([(field, kind) for field, kind, _ in fields])
    return Struct(
        name=name,
        doc=f"// {name} is a recorded call of [{interface}.{shape.name}].",
        fields=tuple([Field(doc="", line=line) for line in lines]),
        spaced=False,
    )


def _record(interface: str, receiver: str, shape: Shape, fields: list[tuple[str, str, str]]) -> str:
    calls = f"{receiver}.calls.{shape.name}"
    head = f"{calls} = append({calls}, "
    pairs = [(field, own) for field, _, own in fields]
    value = composite(call_struct(interface, shape.name), pairs, WIDTH - 5 - len(head), "\t")
    return f"{head}{value})"

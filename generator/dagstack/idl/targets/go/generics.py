"""Generic functions in front of methods with type parameters, which Go's interfaces cannot have."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.model import ListOf, MapOf, Maybe, Variable
from dagstack.idl.targets.go.layout import join, results, signature
from dagstack.idl.targets.go.names import CONTEXT, OPTIONS, fresh
from dagstack.idl.targets.go.view import Function

if TYPE_CHECKING:
    from collections.abc import Collection

    from dagstack.idl.model import Interface, Method, Type
    from dagstack.idl.targets.go.interfaces import Shape
    from dagstack.idl.targets.go.language import Go


def receiver_of(go: Go, interface: Interface, own: Collection[str]) -> str:
    """The name of the param that takes the interface, beside the method's own params."""
    return go.names.local(interface.name, own)


def make_function(go: Go, interface: Interface, method: Method, shape: Shape) -> Function:
    """The function for one method."""
    name = go.names.exported(interface.name, interface.renames)
    receiver = receiver_of(go, interface, shape.own)
    kinds = {own: param.type for own, param in zip(shape.own, method.params, strict=True)}
    first = shape.params[:1] if method.effect == "async" else ()
    params = [*first, (receiver, name)]
    args: list[str] = [CONTEXT] if first else []
    for param, text in shape.params[len(first) :]:
        if param == OPTIONS and param not in kinds:
            params.append((param, text))
            args.append(param)
        else:
            params.append((param, go.types.of(kinds[param]).open))
            args.append(_converted(go, kinds[param], param, "box"))
    result = method.returns.type if method.returns is not None else None
    tail = results(shape.result.open if shape.result else "", fallible=shape.fallible)
    head = f"func {shape.name}[{', '.join(method.types)} any]"
    names = {param.name: own for own, param in zip(shape.own, method.params, strict=True)}
    return Function(
        doc=go.docs.function(f"{name}.{shape.name}", shape.name, method, names),
        signature=signature(head, join(params), params, tail + " {"),
        body=_body(go, f"{receiver}.{shape.name}({', '.join(args)})", result, shape, params),
    )


def _body(
    go: Go, call: str, result: Type | None, shape: Shape, params: list[tuple[str, str]]
) -> str:
    if result is None or not _conversion(go, result, "unbox"):
        return f"\treturn {call}" if result is not None or shape.fallible else f"\t{call}"
    if not shape.fallible:
        return f"\treturn {_converted(go, result, call, 'unbox')}"
    taken = {name for name, _ in params}
    value, error = fresh("result", taken), fresh("err", taken)
    zero = "nil"
    lines = [f"\t{value}, {error} := {call}", f"\tif {error} != nil {{"]
    if isinstance(result, Variable):
        zero = fresh("zero", taken)
        lines.append(f"\t\tvar {zero} {result.name}")
    lines.append(f"\t\treturn {zero}, {error}")
    lines.append("\t}")
    lines.append(f"\treturn {_converted(go, result, value, 'unbox')}, nil")
    return "\n".join(lines)


def _converted(go: Go, kind: Type, expression: str, way: str) -> str:
    """``expression`` of type ``kind`` boxed or unboxed; a lone value boxes itself."""
    if way == "box" and isinstance(kind, Variable):
        return expression
    conversion = _conversion(go, kind, way)
    return f"{conversion}({expression})" if conversion else expression


def _conversion(go: Go, kind: Type, way: str) -> str:
    """The function that turns a value with type parameters into one with ``any``, or back.

    It is empty if there is no type parameter in ``kind``.
    """
    match kind:
        case Variable(name=name):
            return f"{way}[{name}]"
        case Maybe(inner=Variable(name=name)):
            return f"{way}Maybe[{name}]"
        case Maybe(inner=inner):
            return _conversion(go, inner, way)
        case ListOf(item=item):
            inner_conversion = _conversion(go, item, way)
            return f"listOf({inner_conversion})" if inner_conversion else ""
        case MapOf(key=key, value=value):
            inner_conversion = _conversion(go, value, way)
            keys = go.types.of(key).text
            return f"mapOf[{keys}]({inner_conversion})" if inner_conversion else ""
        case _:
            return ""

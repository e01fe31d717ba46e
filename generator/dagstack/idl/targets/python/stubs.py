"""Test doubles: a class that records its calls and answers by handlers."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.model import Method, Value
from dagstack.idl.naming import snake
from dagstack.idl.node import Node
from dagstack.idl.targets.python import view
from dagstack.idl.targets.python.docs import docstring, paragraph
from dagstack.idl.targets.python.layout import (
    WIDTH,
    argument,
    assignment,
    call,
    fitted,
    statement,
    strings,
    union,
)
from dagstack.idl.targets.python.literals import field_default
from dagstack.idl.targets.python.names import call_name, free, generated_names, union_name
from dagstack.idl.targets.python.symbols import SUPPORT
from dagstack.idl.targets.python.types import SHADOWABLE, Place, annotation, symbol

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dagstack.idl.targets.python.module import Lowering

_BODY = "        "


class Argument(Node):
    """An argument as it is declared: of a method, or of a stub's constructor."""

    name: str
    kind: str
    default: str = ""
    value: Value | None = None

    @property
    def declared(self) -> str:
        """As a signature has it."""
        if not self.default:
            return f"{self.name}: {self.kind}"
        return f"{self.name}: {self.kind} = {self.default}"


class Shape(Node):
    """A method as both its protocol and its stub know it."""

    declared: Method
    name: str
    signature: str
    result: str
    answer: str
    """``return await`` and the like, before a call that answers for it."""
    passed: tuple[str, ...]
    variables: tuple[str, ...]
    erased: frozenset[str]
    params: tuple[Argument, ...]
    options: tuple[Argument, ...]


def stub(  # noqa: PLR0913, PLR0917  (all of it is known already, and nothing of it twice)
    name: str,
    members: Sequence[str],
    properties: Sequence[Argument],
    methods: Sequence[Shape],
    hidden: frozenset[str],
    lowering: Lowering,
    number: int,
) -> view.Stub:
    """The test double of an interface."""
    testing = lowering.testing
    testing.add("typing", "TYPE_CHECKING")
    testing.own(lowering.module, name)
    double = generated_names(name)[2]
    calls: list[view.Call] = []
    exported = [union_name(name)] if methods else []
    arguments = [_property_argument(it, lowering) for it in properties]
    shown: list[view.StubMethod] = []
    for shape in methods:
        record = call_name(name, shape.declared)
        made, handler = _call(record, name, shape, lowering)
        calls.append(made)
        exported.append(record)
        if made.handler or made.alias:
            exported.append(f"{record}Handler")
        arguments.append(argument(_BODY, f"{shape.name}: {handler} | None = None"))
        shown.append(_method(record, double, shape))
    recorded = free("calls", members)
    kind, needs = symbol("list", hidden)
    if methods:
        testing.symbols |= needs
        testing.add("typing", "Final", "TypeAlias")
        testing.add("dataclasses", "dataclass")
    return view.Stub(
        name=double,
        doc=_doc(name, recorded, properties, methods),
        calls=tuple(calls),
        union=_union(name, methods),
        recorded=statement(_BODY, f"self.{recorded}", f"Final[{kind}[{union_name(name)}]]", "[]")
        if methods
        else "",
        recorded_name=recorded,
        exported=tuple(exported),
        arguments=tuple(arguments),
        assignments=tuple(assignment(_BODY, f"self._{member}", member) for member in members),
        properties=tuple(_property(it, double, hidden) for it in properties),
        methods=tuple(shown),
        check=check(name, [double], number),
    )


def check(interface: str, classes: Sequence[str], number: int) -> str:
    """A statement that no type checker lets pass unless ``classes`` satisfy the interface."""
    rest = f": tuple[type[{interface}], ...] = ("
    name = f"_{snake(interface)}"
    if len(name) + len(rest) + 4 > WIDTH:
        name = f"_{number}"
    return call("    ", name + rest, classes, ",)" if len(classes) == 1 else ")")


def _doc(name: str, recorded: str, properties: Sequence[Argument], methods: Sequence[Shape]) -> str:
    parts: list[str] = []
    if methods:
        summary = f"A ``{name}`` for tests: it answers by handlers and records its calls."
        parts.append(
            f"``{recorded}`` has the calls in order, from whatever thread they came. A method "
            "without a handler raises ``NotImplementedError``."
        )
    else:
        summary = f"A ``{name}`` for tests that shows the values it is given."
    if properties:
        parts.append("A property without a value raises ``NotImplementedError``.")
    return docstring("    ", summary, [paragraph(part, WIDTH - 4) for part in parts])


def _property_argument(shown: Argument, lowering: Lowering) -> str:
    lowering.testing.own(SUPPORT, "UNSET", "Unset")
    return argument(_BODY, f"{shown.name}: {shown.kind} | Unset = UNSET")


def _property(shown: Argument, double: str, hidden: frozenset[str]) -> view.StubProperty:
    decorator = symbol("property", hidden)[0]
    return view.StubProperty(
        name=shown.name,
        decorator=f"    @{decorator}\n",
        signature=call("    ", f"def {shown.name}(", ["self"], f") -> {shown.kind}:"),
        attribute=f"_{shown.name}",
        unset=_unset(double, "value", shown.name),
    )


def _unset(double: str, what: str, name: str) -> str:
    words = [f"{double}: ", "no ", f"{what} ", "for ", name]
    return strings(f"{_BODY}    ", "raise NotImplementedError(", words, ")")


def _union(name: str, methods: Sequence[Shape]) -> str:
    members = [
        call_name(name, shape.declared)
        + (f"[{', '.join(['object'] * len(shape.variables))}]" if shape.variables else "")
        for shape in methods
    ]
    return union(union_name(name), members) if members else ""


def _method(record: str, double: str, shape: Shape) -> view.StubMethod:
    local = free("call", [it.name for it in (*shape.params, *shape.options)])
    return view.StubMethod(
        signature=shape.signature,
        local=local,
        record=call(_BODY, f"{local} = {record}(", shape.passed),
        attribute=f"_{shape.name}",
        unset=_unset(double, "handler", shape.name),
        answer=shape.answer,
    )


def _call(record: str, interface: str, shape: Shape, lowering: Lowering) -> tuple[view.Call, str]:
    """The dataclass of a call, and the type of its handler."""
    testing = lowering.testing
    result = shape.result
    if shape.declared.effect == "async":
        testing.add("collections.abc", "Awaitable")
        result = f"Awaitable[{result}]"
    handler, alias, header, signature, handler_doc = "", "", "", "", ""
    bases = ""
    if shape.variables:
        handler = f"{record}Handler"
        testing.add("typing", "Generic", "Protocol", "TypeVar")
        bases = f"(Generic[{', '.join(f'{variable}_co' for variable in shape.variables)}])"
        header = f"class {handler}(Protocol):"
        kind = f"{record}[{', '.join(shape.variables)}]"
        signature = call("    ", "def __call__(", ["self", f"call: {kind}", "/"], f") -> {result}:")
        handler_doc = docstring("    ", f"What answers ``{interface}.{shape.name}`` in a stub.")
    else:
        testing.add("collections.abc", "Callable")
        handler = f"Callable[[{record}], {result}]"
        if len(_BODY) + len(shape.name) + len(handler) + len(":  | None = None,") > WIDTH:
            testing.add("typing", "TypeAlias")
            parts = [fitted("    ", f"[{record}]"), fitted("    ", result)]
            alias = call("", f"{record}Handler: TypeAlias = Callable[", parts, "]")
            handler = f"{record}Handler"
    made = view.Call(
        header=f"class {record}{bases}:",
        doc=docstring("    ", f"A recorded call of ``{interface}.{shape.name}``."),
        fields=tuple(_fields(shape, lowering)),
        alias=alias,
        handler=header,
        handler_doc=handler_doc,
        handler_signature=signature,
    )
    return made, handler


def _fields(shape: Shape, lowering: Lowering) -> Iterator[str]:
    """Fields like the arguments: options are given by keyword."""
    names = [it.name for it in (*shape.params, *shape.options)]
    suffix = "_co" if shape.variables else ""
    where = Place(hidden=SHADOWABLE.intersection(names), erased=shape.erased, suffix=suffix)
    for param in shape.params:
        yield _field(param, where, lowering)
    if shape.options:
        lowering.testing.add("dataclasses", "KW_ONLY")
        yield "    _: KW_ONLY"
        for option in shape.options:
            yield _field(option, where, lowering)


def _field(shown: Argument, where: Place, lowering: Lowering) -> str:
    value = shown.value
    if value is None:
        return statement("    ", shown.name, shown.kind)
    kind, needs = annotation(value.type, where)
    lowering.testing.symbols |= needs
    if not shown.default:
        return statement("    ", shown.name, kind)
    given, more = field_default(value, where, lowering.index)
    lowering.testing.symbols |= more
    return statement("    ", shown.name, kind, given)

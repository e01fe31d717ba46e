"""Interfaces of the model as protocols, with the bases that go with them."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from dagstack.idl.naming import words
from dagstack.idl.targets.python import view
from dagstack.idl.targets.python.data import class_doc, class_marker
from dagstack.idl.targets.python.docs import docstring, lead, life_notes, marker, paragraph
from dagstack.idl.targets.python.layout import WIDTH, call, strings
from dagstack.idl.targets.python.literals import default
from dagstack.idl.targets.python.methods import method_doc
from dagstack.idl.targets.python.names import (
    free,
    generated_names,
    member_name,
    param_name,
    type_name,
    variable_name,
)
from dagstack.idl.targets.python.stubs import Argument, Shape, check, stub
from dagstack.idl.targets.python.types import (
    NOTHING_HIDDEN,
    SHADOWABLE,
    Place,
    annotation,
    erased,
    symbol,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.model import Interface, Method, Property, Value
    from dagstack.idl.targets.python.index import Index
    from dagstack.idl.targets.python.module import Lowering
    from dagstack.idl.targets.python.symbols import Symbol

_BODY = "        "


def interface(
    declared: Interface, lowering: Lowering, number: int
) -> tuple[view.Interface, view.Stub]:
    """A protocol with its bases, and its test double."""
    name = type_name(declared.named)
    members = [*map(member_name, declared.properties), *map(member_name, declared.methods)]
    hidden = SHADOWABLE.intersection(members)
    unimplemented, forwarding, _ = generated_names(name)
    inner = free("inner", members)
    properties = [_property(it, hidden, lowering) for it in declared.properties]
    lowered = [_method(it, name, inner, hidden, lowering) for it in declared.methods]
    lowering.imports.add("typing", "TYPE_CHECKING", "Final", "Protocol", "runtime_checkable")
    made = view.Interface(
        decorator=class_marker(declared, lowering),
        name=name,
        doc=class_doc(declared),
        properties=tuple(shown for shown, _ in properties),
        methods=tuple(shown for shown, _ in lowered),
        unimplemented=unimplemented,
        unimplemented_doc=docstring(
            "    ",
            f"A base for implementations of ``{name}`` that may lack members.",
            [
                paragraph(
                    "They stay valid when the specification gains members; what they do not define "
                    "raises ``NotImplementedError``.",
                    WIDTH - 4,
                )
            ],
        ),
        forwarding=forwarding,
        forwarding_doc=docstring(
            "    ",
            f"A ``{name}`` that hands every call to ``{inner}``.",
            [paragraph("Inherit it and override what should differ.", WIDTH - 4)],
        ),
        forwarding_signature=call(
            "    ", "def __init__(", ["self", f"inner: {name}"], ") -> None:"
        ),
        inner=inner,
        check=check(name, [unimplemented, forwarding], number),
    )
    shapes = [shape for _, shape in lowered]
    return made, stub(
        name, members, [value for _, value in properties], shapes, hidden, lowering, number
    )


def _property(
    declared: Property, hidden: frozenset[str], lowering: Lowering
) -> tuple[view.Property, Argument]:
    name = member_name(declared)
    kind, needs = annotation(declared.type, Place(hidden=hidden))
    decorator, more = symbol("property", hidden)
    lowering.imports.symbols |= needs | more
    lowering.testing.symbols |= needs | more
    deprecated = declared.life.deprecated
    width = WIDTH - len(_BODY) - 6
    summary, rest = lead(declared.doc, f"The {' '.join(words(declared.name))}.", width)
    notes = paragraph(" ".join(life_notes(declared.life)), width)
    shown = view.Property(
        name=name,
        decorator=f"    @{decorator}\n",
        deprecated=marker("    ", lowering.deprecated(hidden), deprecated) if deprecated else "",
        signature=call("    ", f"def {name}(", ["self"], f") -> {kind}:"),
        doc=docstring(_BODY, summary, [*rest, notes]),
        unimplemented=_unimplemented(name),
    )
    return shown, Argument(name=name, kind=kind)


def _method(
    declared: Method, interface: str, inner: str, hidden: frozenset[str], lowering: Lowering
) -> tuple[view.Method, Shape]:
    name = member_name(declared)
    gone = erased(declared)
    where = Place(hidden=hidden, erased=gone) if hidden or gone else _ANYWHERE
    made = parts(declared, where, lowering.index)
    _need(made.needs, lowering)
    params, options, result = made.params, made.options, made.result
    is_async = declared.effect == "async"
    signature = head(declared, made, "    ", ":")
    passed = [argument.name for argument in params]
    passed += [f"{argument.name}={argument.name}" for argument in options]
    answer = ("return " if declared.returns else "") + ("await " if is_async else "")
    deprecated = declared.life.deprecated
    shown = view.Method(
        decorator=marker("    ", lowering.deprecated(hidden), deprecated) if deprecated else "",
        signature=signature,
        doc=method_doc(declared, interface, params, options, lowering.index),
        unimplemented=_unimplemented(name),
        forward=call(_BODY, f"{answer}self.{inner}.{name}(", passed),
    )
    variables = [variable_name(it) for it in declared.types if it not in gone]
    lowering.variables.update(dict.fromkeys(variables))
    return shown, Shape(
        declared=declared,
        name=name,
        signature=signature,
        result=result,
        answer=answer,
        passed=tuple(passed),
        variables=tuple(variables),
        erased=gone,
        params=tuple(params),
        options=tuple(options),
    )


_ANYWHERE = Place(hidden=NOTHING_HIDDEN)


def _need(needs: frozenset[Symbol], lowering: Lowering) -> None:
    if needs:
        lowering.imports.symbols |= needs
        lowering.testing.symbols |= needs


class Parts(NamedTuple):
    """What the signature of a method is put together from."""

    params: list[Argument]
    options: list[Argument]
    result: str
    needs: frozenset[Symbol]


def parts(declared: Method, where: Place, index: Index) -> Parts:
    """The arguments and the result of a method, and what they need imported."""
    needs: set[Symbol] = set()
    params = _without_gaps(list(_arguments(declared.params, where, index, needs)))
    options = list(_arguments(declared.options, where, index, needs))
    result = "None"
    if declared.returns is not None:
        result, more = annotation(declared.returns.type, where._replace(result=True))
        needs |= more
    return Parts(params, options, result, frozenset(needs))


def head(declared: Method, made: Parts, indent: str, end: str) -> str:
    """The signature of a method, up to ``end``."""
    given = [argument.declared for argument in made.params]
    if made.options:
        given += ["*", *(argument.declared for argument in made.options)]
    word = "async def" if declared.effect == "async" else "def"
    return call(
        indent, f"{word} {member_name(declared)}(", ["self", *given], f") -> {made.result}{end}"
    )


def _arguments(
    values: tuple[Value, ...], where: Place, index: Index, needs: set[Symbol]
) -> Iterator[Argument]:
    for value in values:
        kind, more = annotation(value.type, where)
        needs |= more
        given = ""
        if not value.required:
            given, more = default(value, where, index)
            needs |= more
        yield Argument(name=param_name(value), kind=kind, default=given, value=value)


def _without_gaps(arguments: list[Argument]) -> list[Argument]:
    """Python wants no argument without a default after one that has one; nor do specs."""
    if all(it.default for it in arguments) or not any(it.default for it in arguments):
        return arguments
    last = max((index for index, it in enumerate(arguments) if not it.default), default=-1)
    return [
        Argument(name=it.name, kind=it.kind, value=it.value) if it.default and index < last else it
        for index, it in enumerate(arguments)
    ]


def _unimplemented(name: str) -> str:
    line = f'{_BODY}raise NotImplementedError(f"{{self.__class__.__name__}}.{name}")'
    if len(line) <= WIDTH:
        return line
    parts = ["{self.__class__.__name__}", f".{name}"]
    return strings(_BODY, "raise NotImplementedError(", parts, ")", "f")

"""The docstring of a method."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from dagstack.idl.naming import snake, words
from dagstack.idl.prose import clause, sentence
from dagstack.idl.targets.python.docs import (
    blocks,
    docstring,
    entry,
    inline,
    life_notes,
    paragraph,
    section,
)
from dagstack.idl.targets.python.layout import WIDTH, call
from dagstack.idl.targets.python.literals import literal
from dagstack.idl.targets.python.names import member_name, type_name
from dagstack.idl.targets.python.types import NOTHING_HIDDEN

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from dagstack.idl.model import Example, Method
    from dagstack.idl.targets.python.index import Index
    from dagstack.idl.targets.python.literals import Given
    from dagstack.idl.targets.python.stubs import Argument

_INDENT = "        "
_WIDTH = WIDTH - len(_INDENT)
_ENTRY = _WIDTH - 4
_CODE = len(_INDENT) + 8
"""The indentation of an example's code."""


def method_doc(
    method: Method,
    interface: str,
    params: Sequence[Argument],
    options: Sequence[Argument],
    index: Index,
) -> str:
    """Summary, doc, age, arguments, result, errors, examples."""
    summary = sentence(inline(method.summary) or " ".join(words(method.name)))
    parts = blocks(method.doc, _WIDTH) if method.doc else []
    notes = life_notes(method.life)
    if notes:
        parts.append(paragraph(" ".join(notes), _WIDTH))
    arguments = [*params, *options]
    if any(it.value.doc or it.value.life.deprecated for it in arguments if it.value):
        parts.append(section("Args", map(_argument, arguments)))
    if method.returns is not None and method.returns.doc:
        lines = [line for block in blocks(method.returns.doc, _ENTRY) for line in block]
        parts.append(section("Returns", [lines]))
    if method.raises or method.rejects:
        parts.append(section("Raises", _errors(method, index)))
    if method.examples:
        parts.append(_examples(method, interface, arguments, index))
    return docstring(_INDENT, summary, parts)


def _argument(argument: Argument) -> list[str]:
    value = argument.value
    if value is not None and (value.doc or value.life.deprecated):
        return entry(argument.name, value.doc, _ENTRY, notes=life_notes(value.life))
    kind = argument.kind.replace("builtins.", "")
    return _hanging(f"{argument.name}: A value of type ``{kind}``.")


def _errors(method: Method, index: Index) -> Iterator[list[str]]:
    for raised in method.raises:
        yield _hanging(f"{type_name(raised.error)}: {sentence(inline(raised.condition))}")
    for rejected in method.rejects:
        text = sentence(inline(rejected.condition))
        if index.is_precondition(rejected.error):
            text = f"{clause(text)} (also a ``ValueError``)."
        yield _hanging(f"{type_name(rejected.error)}: {text}")


def _hanging(text: str) -> list[str]:
    first, *rest = paragraph(text.rstrip(), _ENTRY - 4)
    return [first, *(f"    {line}" for line in rest)]


def _examples(
    method: Method, interface: str, arguments: Sequence[Argument], index: Index
) -> list[str]:
    """Calls as literal blocks, what comes of each in a comment."""
    entries: list[list[str]] = []
    for example in method.examples:
        title = clause(sentence(inline(example.title)))
        text = _call(method, interface, arguments, example, index)
        entries += [paragraph(f"{title}::", _ENTRY), [""], text.split("\n"), [""]]
    return section("Examples", entries[:-1])


def _call(
    method: Method,
    interface: str,
    arguments: Sequence[Argument],
    example: Example,
    index: Index,
) -> str:
    given = cast("dict[str, Given]", dict(example.args))
    written: list[str] = []
    by_position = True
    for argument in arguments:
        value = argument.value
        if value is None or value.name not in given:
            by_position = False
            continue
        text = literal(given[value.name], value.type, NOTHING_HIDDEN, index)[0]
        is_param = by_position and value in method.params
        written.append(text if is_param else f"{argument.name}={text}")
    start = "await " if method.effect == "async" else ""
    tail = ")"
    if example.raises is not None:
        tail = f")  # raises {type_name(example.raises)}"
    elif example.has_result and method.returns is not None:
        result = literal(
            cast("Given", example.returns), method.returns.type, NOTHING_HIDDEN, index
        )[0]
        tail = f")  # {result}"
    head = f"{start}{snake(interface)}.{member_name(method)}("
    text = call(" " * _CODE, head, written, tail)
    return text.replace("\n" + " " * (_CODE - 4), "\n")[_CODE - 4 :]

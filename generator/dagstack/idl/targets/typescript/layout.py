"""Lines as prettier breaks them, so that output needs no formatter."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.node import Node
from dagstack.idl.targets.typescript.types import Array, Generic, Plain, TsType, Union

if TYPE_CHECKING:
    from collections.abc import Sequence

WIDTH = 100


class Slot(Node):
    """A labelled type: a param, or an element of a tuple. ``label`` ends in ``?`` if optional."""

    label: str
    type: TsType
    text: str


def slot(label: str, kind: TsType) -> Slot:
    """``label: kind``."""
    return Slot(label=label, type=kind, text=f"{label}: {kind.text}")


def annotated(lead: str, kind: TsType, tail: str) -> str:
    """``lead: kind`` and ``tail`` on one line, or the type broken; ``lead`` has the indent."""
    flat = f"{lead}: {kind.text}{tail}"
    if len(flat) <= WIDTH:
        return flat
    indent = len(lead) - len(lead.lstrip(" "))
    if isinstance(kind, Union):
        if indent + 2 + len(kind.text) + len(tail) <= WIDTH:
            return f"{lead}:\n{' ' * (indent + 2)}{kind.text}{tail}"
        rows = [
            f"\n{' ' * (indent + 2)}| {_broken(part, indent + 4, indent + 4, 0)}"
            for part in kind.members
        ]
        return f"{lead}:{''.join(rows)}{tail}"
    return f"{lead}: {_broken(kind, len(lead) + 2, indent, len(tail))}{tail}"


def signature(lead: str, slots: Sequence[Slot], params: str, result: TsType, tail: str) -> str:
    """A function's head: ``lead`` has the indent and the name, ``params`` is ``slots`` flat."""
    flat = f"{lead}({params}): {result.text}{tail}"
    if len(flat) <= WIDTH:
        return flat
    indent = len(lead) - len(lead.lstrip(" "))
    pad = " " * indent
    if slots:
        rows = "".join([f"{annotated(pad + '  ' + s.label, s.type, ',')}\n" for s in slots])
        lead = f"{lead}(\n{rows}{pad})"
        column = indent + 3
    else:
        lead = f"{lead}()"
        column = len(lead) + 2
    if isinstance(result, Union) and column + len(result.text) + len(tail) > WIDTH:
        return annotated(lead, result, tail)
    return f"{lead}: {_broken(result, column, indent, len(tail))}{tail}"


def rest_signature(lead: str, args: str, result: TsType, tail: str) -> str:
    """A function's head with one rest param: no comma follows it, ``Parameters<…>`` may break."""
    line = f"{lead}({args}): {result.text}{tail}"
    if len(line) <= WIDTH and "\n" not in args:
        return line
    indent = len(lead) - len(lead.lstrip(" "))
    pad = " " * indent
    if indent + 2 + len(args) > WIDTH and args[-1] == ">":
        args = args.replace("<", f"<\n{pad}    ", 1)[:-1] + f"\n{pad}  >"
    return f"{lead}(\n{pad}  {args}\n{pad}): {_broken(result, indent + 3, indent, len(tail))}{tail}"


def labelled(lead: str, slots: Sequence[Slot]) -> str:
    """A rest param that is a labelled tuple, for a head that begins with ``lead``."""
    flat = f"...args: [{', '.join([s.text for s in slots])}]"
    pad = " " * (len(lead) - len(lead.lstrip(" ")) + 2)
    if len(pad) + len(flat) <= WIDTH:
        return flat
    rows = "".join([f"{annotated(pad + '  ' + s.label, s.type, ',')}\n" for s in slots])
    return f"...args: [\n{rows}{pad}]"


def call(lead: str, args: Sequence[str], tail: str = ");") -> str:
    """A call with plain arguments; ``lead`` has the indent and ends before the bracket."""
    flat = f"{lead}({', '.join(args)}{tail}"
    if len(flat) <= WIDTH or not args:
        return flat
    pad = " " * (len(lead) - len(lead.lstrip(" ")))
    rows = "".join([f"{pad}  {arg},\n" for arg in args])
    return f"{lead}(\n{rows}{pad}{tail}"


def braces(lead: str, items: Sequence[str], tail: str) -> str:
    """``lead { a, b }`` and ``tail``, or one item per line, as in imports and small objects."""
    flat = f"{lead}{{ {', '.join(items)} }}{tail}"
    if len(flat) <= WIDTH:
        return flat
    pad = " " * (len(lead) - len(lead.lstrip(" ")))
    return f"{lead}{{\n{''.join([f'{pad}  {item},' + chr(10) for item in items])}{pad}}}{tail}"


def array(lead: str, items: Sequence[str], tail: str) -> str:
    """A list of literals."""
    flat = f"{lead}[{', '.join(items)}]{tail}"
    if len(flat) <= WIDTH:
        return flat
    pad = " " * (len(lead) - len(lead.lstrip(" ")))
    rows = "".join([f"{pad}  {item},\n" for item in items])
    return f"{lead}[\n{rows}{pad}]{tail}"


def choice(lead: str, test: str, yes: str, no: tuple[str, str]) -> str:
    """``lead test ? yes : no;``, where ``no`` is a function and its only argument."""
    function, arg = no
    flat = f"{lead}{test} ? {yes} : {function}({arg});"
    if len(flat) <= WIDTH:
        return flat
    pad = " " * (len(lead) - len(lead.lstrip(" ")) + 2)
    last = f"{pad}: {function}({arg});"
    if len(last) > WIDTH:
        last = f"{pad}: {function}(\n{pad}    {arg},\n{pad}  );"
    return f"{lead}{test}\n{pad}? {yes}\n{last}"


def assigned(lead: str, *operands: str) -> str:
    """``lead operand ?? operand;``, where ``lead`` ends in a sign such as ``=``."""
    flat = f"{lead} {' ?? '.join(operands)};"
    if len(flat) <= WIDTH:
        return flat
    pad = " " * (len(lead) - len(lead.lstrip(" ")) + 2)
    after = f"{pad}{' ?? '.join(operands)};"
    if len(after) > WIDTH:
        after = pad + f" ??\n{pad}".join(operands) + ";"
    return f"{lead}\n{after}"


def _broken(kind: TsType, column: int, indent: int, tail: int) -> str:
    """``kind`` from ``column`` on in a block at ``indent``; ``tail`` is what follows it there."""
    if column + len(kind.text) + tail <= WIDTH:
        return kind.text
    match kind:
        case Array():
            return _broken_array(kind, column, indent, tail)
        case Generic(args=(first, *others) as args) if others or not isinstance(first, Plain):
            rows = [
                _members(arg, indent + 2)
                if isinstance(arg, Union)
                else " " * (indent + 2) + _broken(arg, indent + 2, indent + 2, arg is not args[-1])
                for arg in args
            ]
            return f"{kind.name}<\n{f',{chr(10)}'.join(rows)}\n{' ' * indent}>"
        case Union():
            return _members(kind, indent).lstrip(" ")
        case _:
            return kind.text


def _broken_array(kind: Array, column: int, indent: int, tail: int) -> str:
    word = "readonly " if kind.readonly else ""
    start = column + len(word)
    item = kind.item
    if isinstance(item, Union):
        return f"{word}(\n{_members(item, indent + 2)}\n{' ' * indent})[]"
    if isinstance(item, Array) and item.readonly:
        return f"{word}({_broken(item, start + 1, indent, tail + 3)})[]"
    return f"{word}{_broken(item, start, indent, tail + 2)}[]"


def _members(union: Union, indent: int) -> str:
    pad = " " * indent
    if indent + len(union.text) <= WIDTH:
        return pad + union.text
    rows = [f"{pad}| {_broken(part, indent + 2, indent + 2, 0)}" for part in union.members]
    return "\n".join(rows)


def table(lead: str, rows: Sequence[tuple[str, Sequence[str], bool]]) -> str:
    """A constant object: each row has a key, and either one value or a list of them."""
    too_long = len(lead) + 4 > WIDTH
    pad = "  " if too_long else ""
    lines = [
        array(f"{pad}  {key}", values, ",") if is_list else f"{pad}  {key}{values[0]},"
        for key, values, is_list in rows
    ]
    opening = f"{lead} =\n  {{" if too_long else f"{lead} = {{"
    return "\n".join([opening, *lines, f"{pad}}};"])

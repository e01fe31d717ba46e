"""Errors of the model as exceptions that can be printed, pickled and copied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.model import FieldRef, Maybe, Scalar
from dagstack.idl.targets.python import view
from dagstack.idl.targets.python.data import attributes, class_doc, class_marker
from dagstack.idl.targets.python.layout import WIDTH, call, columns, quoted, strings
from dagstack.idl.targets.python.literals import default
from dagstack.idl.targets.python.names import error_field_name, free, type_name
from dagstack.idl.targets.python.types import READ, annotation

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from dagstack.idl.model import Error, Value
    from dagstack.idl.targets.python.module import Lowering

KINDS = {
    "failure": "",
    "precondition": "ValueError",
    "not_found": "KeyError",
    "already_exists": "FileExistsError",
    "timeout": "TimeoutError",
    "connection": "ConnectionError",
}
"""Which of Python's own errors an error also is."""

_INIT = "def __init__("
_BODY = "        "


def error(declared: Error, lowering: Lowering) -> view.Error:
    """An exception: required fields may be given by position, those with a default by name."""
    values = (*declared.inherited, *declared.fields)
    if declared.parent is None:
        lowering.imports.own("_support", "reduced")
    return view.Error(
        decorator=class_marker(declared, lowering),
        header=call("", f"class {type_name(declared.named)}(", _bases(declared, lowering), "):"),
        doc=class_doc(declared, attributes(values, error_field_name)),
        is_root=declared.parent is None,
        signature=_signature(values, lowering) if values else _message_signature(declared),
        statements=tuple(_statements(declared)),
    )


def _bases(declared: Error, lowering: Lowering) -> list[str]:
    bases: list[str] = []
    kind = KINDS[declared.kind]
    if declared.parent is not None:
        text, needs = annotation(declared.parent, READ)
        lowering.imports.symbols |= needs
        bases.append(text)
        if declared.kind in lowering.index.kinds(declared):
            kind = ""
    if kind:
        bases.append(kind)
    return bases or ["Exception"]


def _signature(values: Iterable[Value], lowering: Lowering) -> str:
    """``values`` as arguments; those with a default are keyword-only, wherever they stand."""
    required: list[str] = []
    optional: list[str] = []
    for value in values:
        kind, needs = annotation(value.type, READ)
        lowering.imports.symbols |= needs
        text = f"{error_field_name(value)}: {kind}"
        if value.required:
            required.append(text)
        else:
            given, more = default(value, READ, lowering.index)
            lowering.imports.symbols |= more
            optional.append(f"{text} = {given}")
    keyword_only = ["*", *optional] if optional else []
    return call("    ", _INIT, ["self", *required, *keyword_only], ") -> None:")


def _message_signature(declared: Error) -> str:
    """The constructor of an error without fields: the message itself may be another."""
    parts = [str(part) for part in declared.message]
    line = f"    {_INIT}self, message: str = {quoted(''.join(parts))}) -> None:"
    if columns(line) <= WIDTH:
        return line
    words = [f"{word} " for word in "".join(parts).split(" ")]
    words[-1] = words[-1][:-1]
    plain = f"{_BODY}message: str = {quoted(''.join(parts))},"
    text = plain if columns(plain) <= WIDTH else strings(_BODY, "message: str = (", words, "),")
    return f"    {_INIT}\n{_BODY}self,\n{text}\n    ) -> None:"


def _statements(declared: Error) -> Iterator[str]:
    if not (declared.inherited or declared.fields):
        yield f"{_BODY}super().__init__(message)"
        return
    parts = list(_message(declared))
    prefix = "f" if any(isinstance(part, FieldRef) for part in declared.message) else ""
    if declared.inherited:
        passed = [error_field_name(value) for value in declared.inherited if value.required]
        passed += [
            f"{error_field_name(value)}={error_field_name(value)}"
            for value in declared.inherited
            if not value.required
        ]
        yield call(_BODY, "super().__init__(", passed)
    else:
        yield strings(_BODY, "super().__init__(", parts, ")", prefix)
    for value in declared.fields:
        name = error_field_name(value)
        yield f"{_BODY}self.{name} = {name}"
    if declared.inherited:
        yield from _args(parts, prefix, declared)


def _args(parts: list[str], prefix: str, declared: Error) -> Iterator[str]:
    """The message in place of the parent's."""
    line = f"{_BODY}self.args = ({quoted(''.join(parts), prefix)},)"
    if columns(line) <= WIDTH:
        yield line
        return
    local = free("text", [*map(error_field_name, (*declared.inherited, *declared.fields))])
    plain = f"{_BODY}{local} = {quoted(''.join(parts), prefix)}"
    fits = columns(plain) <= WIDTH
    yield plain if fits else strings(_BODY, f"{local} = (", parts, ")", prefix)
    yield f"{_BODY}self.args = ({local},)"


def _shown(value: Value) -> str:
    """A field in a message; type checkers rightly want to know that bytes are shown as such."""
    kind = value.type.inner if isinstance(value.type, Maybe) else value.type
    return f"{error_field_name(value)}{'!r' if kind == Scalar(name='bytes') else ''}"


def _message(declared: Error) -> Iterator[str]:
    """The message in pieces between which its literal may be broken."""
    shown = {value.name: _shown(value) for value in (*declared.inherited, *declared.fields)}
    formatted = any(isinstance(part, FieldRef) for part in declared.message)
    for part in declared.message:
        if isinstance(part, FieldRef):
            yield f"{{{shown[part.field]}}}"
            continue
        text = part.replace("{", "{{").replace("}", "}}") if formatted else part
        *words, last = text.split(" ")
        yield from (f"{word} " for word in words)
        if last:
            yield last

"""Errors: a sentinel for ``errors.Is`` and a struct with the fields for ``errors.As``."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.model import Scalar
from dagstack.idl.targets.go.data import struct_fields
from dagstack.idl.targets.go.layout import call, composite
from dagstack.idl.targets.go.literals import quoted
from dagstack.idl.targets.go.prose import lowered
from dagstack.idl.targets.go.view import Error, Struct

if TYPE_CHECKING:
    from dagstack.idl.model import Error as ErrorModel
    from dagstack.idl.model import Type, Value
    from dagstack.idl.targets.go.docs import Comment
    from dagstack.idl.targets.go.language import Go

_KINDS = {
    "precondition": ("fs.ErrInvalid", "io/fs"),
    "not_found": ("fs.ErrNotExist", "io/fs"),
    "already_exists": ("fs.ErrExist", "io/fs"),
    "timeout": ("os.ErrDeadlineExceeded", "os"),
}
"""The standard library's error of a kind, and where it is."""

_PARENT = 70
"""The longest literal of a parent that shares a line with its child's sentinel."""


def make_error(go: Go, error: ErrorModel, imports: set[str]) -> Error:
    """One error of the specs."""
    names = go.names
    sentinel, kind = names.sentinel(error.named), names.error_type(error.named)
    fields = (*error.inherited, *error.fields)
    parents, links = [], []
    if error.parent is not None:
        parents.append(names.sentinel(error.parent))
        links.append(f"[{go.docs.error(error.parent)}]")
        if error.parent.package:
            imports.add(names.imported[error.parent.package].path)
    if error.kind in _KINDS:
        standard, path = _KINDS[error.kind]
        parents.append(standard)
        links.append(f"[{standard}]")
        imports.add(path)
    for field in fields:
        imports.update(go.types.of(field.type).imports)
    return Error(
        sentinel=sentinel,
        sentinel_doc=_sentinel_doc(go, error, sentinel, kind, links),
        declaration=call(f"var {sentinel} = newSentinel", [quoted(_text(error)), *parents], ""),
        type=_struct(go, error, kind, sentinel, fields),
        message=_message(go, error, {field.name: field for field in fields}, imports),
        unwrap=_unwrap(go, error, sentinel),
        is_timeout=error.kind == "timeout",
    )


def _sentinel_doc(go: Go, error: ErrorModel, sentinel: str, kind: str, links: list[str]) -> str:
    text = f"{sentinel} is what every [{kind}] is, by [errors.Is]."
    if links:
        text = f"{text[:-1]}; it is also {' and '.join(links)}."
    comment = go.docs.comment()
    comment.paragraph(text)
    go.docs.life(comment, error.life)
    return str(comment)


def _struct(
    go: Go, error: ErrorModel, kind: str, sentinel: str, fields: tuple[Value, ...]
) -> Struct:
    doc = go.docs.type(kind, error.summary, error.doc, error.life, f"It is [{sentinel}].")
    rows: list[tuple[Comment | None, tuple[str, ...]]] = []
    for field in fields:
        name = go.names.error_field(field)
        rows.append((go.docs.field(name, field, {}), (name, go.types.of(field.type).text)))
    cause = go.docs.comment("\t")
    cause.paragraph("Err is the cause, if there is one.")
    rows.append((cause, ("Err", "error")))
    lines, spaced = struct_fields(rows)
    return Struct(name=kind, doc=str(doc), fields=lines, spaced=spaced)


def _text(error: ErrorModel) -> str:
    """What the sentinel says by itself: the message if it has no fields, else the summary."""
    if all(isinstance(part, str) for part in error.message):
        text = "".join(str(part) for part in error.message)
    else:
        text = "".join(part if isinstance(part, str) else part.text for part in error.summary)
    return lowered(text.removesuffix(".")) or "failed"


def _message(go: Go, error: ErrorModel, fields: dict[str, Value], imports: set[str]) -> str:
    parts: list[tuple[str, Type | None]] = [
        (part, None)
        if isinstance(part, str)
        else (f"e.{go.names.error_field(fields[part.field])}", fields[part.field].type)
        for part in error.message
    ]
    if all(kind is None or _is_string(kind) for _, kind in parts):
        return "+".join(quoted(text) if kind is None else text for text, kind in parts)
    imports.add("fmt")
    pattern = "".join(
        text.replace("%", "%%") if kind is None else _verb(kind) for text, kind in parts
    )
    values = ", ".join(_value(go, text, kind) for text, kind in parts if kind is not None)
    return f"fmt.Sprintf({quoted(pattern)}, {values})"


def _is_string(kind: Type) -> bool:
    return isinstance(kind, Scalar) and kind.name in {"string", "path"}


def _verb(kind: Type) -> str:
    return "%q" if isinstance(kind, Scalar) and kind.name == "bytes" else "%v"


def _value(go: Go, text: str, kind: Type) -> str:
    return f"shown({text})" if go.types.of(kind).text.startswith("*") else text


def _unwrap(go: Go, error: ErrorModel, sentinel: str) -> str:
    """A child unwraps to its parent with the same fields, so that ``errors.As`` finds that too."""
    if error.parent is None:
        return f"\treturn causes({sentinel}, e.Err)"
    package = error.parent.package
    pairs = [
        (go.names.error_field(field, package), f"e.{go.names.error_field(field)}")
        for field in error.inherited
    ]
    kind = go.names.error_type(error.parent)
    parent = "&" + composite(kind, [*pairs, ("Err", "e.Err")], _PARENT, "\t")
    if "\n" in parent:
        return f"\tparent := {parent}\n\treturn []error{{{sentinel}, parent}}"
    return f"\treturn []error{{{sentinel}, {parent}}}"

"""The tree of errors: parents before children, with what they inherit."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dagstack.idl.check import references as rules
from dagstack.idl.model import Error, FieldRef, ListOf, MapOf, Maybe, Member, Named, Value
from dagstack.idl.prose import clause
from dagstack.idl.resolve.table import seen_from_outside

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl import syntax
    from dagstack.idl.load import Loaded
    from dagstack.idl.model import Inline, Type
    from dagstack.idl.resolve.declarations import Declarations
    from dagstack.idl.resolve.names import Names
    from dagstack.idl.source import At

_FIELD = re.compile(r"\{(\w+)\}")


class Errors:
    """Makes the errors of one file; ``made`` are those of the files before it."""

    def __init__(
        self,
        loaded: Loaded,
        names: Names,
        declarations: Declarations,
        made: dict[str, Error],
    ) -> None:
        self.file = loaded.file
        self.written = loaded.spec.errors
        self.names = names
        self.declarations = declarations
        self.made = made

    def __iter__(self) -> Iterator[Error]:
        """Every error of the file, parents first."""
        done: set[str] = set()
        for name in self.written:
            for ancestor in self._lineage(name):
                if ancestor not in done:
                    done.add(ancestor)
                    named = self.names.visible.get(ancestor)
                    if named is not None and named.kind == "error":
                        error = self._error(named, self.written[ancestor])
                        self.made[ancestor] = error
                        yield error

    def _lineage(self, name: str) -> list[str]:
        """The error and those of its ancestors that this file declares, eldest first."""
        line: list[str] = []
        while name in self.written and name not in line:
            line.append(name)
            name = self.written[name].extends
        return line[::-1]

    def _error(self, named: Named, written: syntax.Error) -> Error:
        at: At = (self.file, "errors", named.name)
        parent = self._parent(named.name, written, at)
        inherited = self._inherited(parent)
        near = self.declarations.near(named, written.fields, "field")
        summary = self.names.inline(written.summary, near)
        fields = self.declarations.values(written.fields, (*at, "fields"), near)
        known = None
        if parent is not None or not written.extends:
            known = tuple(field.name for field in (*inherited, *fields))
        return Error(
            name=named.name,
            summary=summary,
            doc=self.names.prose(written.doc, near),
            parent=parent,
            kind=written.kind,
            message=self._message(written.message, (*at, "message"), known) or _plain(summary),
            inherited=inherited,
            fields=fields,
            named=named,
            at=at,
            life=self.names.life(written, near),
            renames=named.renames,
        )

    def _parent(self, name: str, written: syntax.Error, at: At) -> Named | None:
        if not written.extends:
            return None
        if name in self._lineage(written.extends):
            self.names.report.add(rules.error_extends_itself((*at, "extends"), name))
            return None
        return self.names.error_of(written.extends, (*at, "extends"))

    def _inherited(self, parent: Named | None) -> tuple[Value, ...]:
        if parent is None:
            return ()
        if not parent.package:
            made = self.made.get(parent.name)
            return (*made.inherited, *made.fields) if made else ()
        imported = self.names.table.imported_error(parent)
        if imported is None:
            return ()
        values = (*imported.inherited, *imported.fields)
        return tuple(_from_outside(value, parent.package) for value in values)

    def _message(
        self, text: str, at: At, known: tuple[str, ...] | None
    ) -> tuple[str | FieldRef, ...]:
        """Read a message; ``known`` are the fields, nothing if the parent could not be found."""
        parts: list[str | FieldRef] = []
        for index, part in enumerate(_FIELD.split(" ".join(text.split()))):
            if index % 2 == 0:
                if part:
                    parts.append(part)
            elif known is None or part in known:
                parts.append(FieldRef(field=part))
            else:
                self.names.report.add(rules.unknown_message_field(at, part, known))
        return tuple(parts)


def _plain(summary: Inline) -> tuple[str | FieldRef, ...]:
    text = "".join(part if isinstance(part, str) else part.text for part in summary)
    text = clause(text)
    return (text[:1].lower() + text[1:],) if text else ("failed",)


def _from_outside(value: Value, package: str) -> Value:
    """A field inherited from another package, its types seen from here."""
    import msgspec  # noqa: PLC0415  (rare)

    default = value.default
    if isinstance(default, Member):
        default = msgspec.structs.replace(default, enum=seen_from_outside(default.enum, package))
    kind = _type_from_outside(value.type, package)
    return msgspec.structs.replace(value, type=kind, default=default)


def _type_from_outside(kind: Type, package: str) -> Type:
    match kind:
        case Named():
            return seen_from_outside(kind, package)
        case ListOf(item=item):
            return ListOf(item=_type_from_outside(item, package))
        case MapOf(key=key, value=value):
            return MapOf(
                key=_type_from_outside(key, package), value=_type_from_outside(value, package)
            )
        case Maybe(inner=inner):
            return Maybe(inner=_type_from_outside(inner, package))
        case _:
            return kind

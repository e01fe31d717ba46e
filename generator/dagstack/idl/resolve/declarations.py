"""Interfaces, records and enums: syntax -> model."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from msgspec import UNSET

from dagstack.idl.model import (
    Enum,
    EnumValue,
    Example,
    Interface,
    Member,
    Method,
    Named,
    Property,
    Raise,
    Record,
    Ref,
    Result,
    Value,
)
from dagstack.idl.prose import clause
from dagstack.idl.resolve.table import renames
from dagstack.idl.syntax import Result as WrittenResult

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dagstack.idl import syntax
    from dagstack.idl.load import Loaded
    from dagstack.idl.model import Constant, Renames, Type
    from dagstack.idl.resolve.names import Names
    from dagstack.idl.source import At


class Declarations:
    """Makes the declarations of one file."""

    def __init__(self, loaded: Loaded, names: Names, enums: Mapping[str, syntax.Enum]) -> None:
        self.file = loaded.file
        self.spec = loaded.spec
        self.names = names
        self.enums = enums

    def interfaces(self) -> Iterator[Interface]:
        """Every interface of the file."""
        for name, written in self.spec.interfaces.items():
            at: At = (self.file, "interfaces", name)
            named = self._named(name, "interface")
            if named is None:
                continue
            near = self.near(named, written.methods, "method")
            near |= self.near(named, written.properties, "property")
            yield Interface(
                name=name,
                summary=self.names.inline(written.summary, near),
                doc=self.names.prose(written.doc, near),
                properties=tuple(self._properties(written.properties, (*at, "properties"), near)),
                methods=tuple(
                    self._method(key, method, (*at, "methods", key), near)
                    for key, method in written.methods.items()
                ),
                named=named,
                at=at,
                life=self.names.life(written, near),
                renames=named.renames,
            )

    def records(self) -> Iterator[Record]:
        """Every record of the file."""
        for name, written in self.spec.records.items():
            at: At = (self.file, "records", name)
            named = self._named(name, "record")
            if named is None:
                continue
            near = self.near(named, written.fields, "field")
            yield Record(
                name=name,
                summary=self.names.inline(written.summary, near),
                doc=self.names.prose(written.doc, near),
                fields=self.values(written.fields, (*at, "fields"), near),
                named=named,
                at=at,
                life=self.names.life(written, near),
                renames=named.renames,
            )

    def make_enums(self) -> Iterator[Enum]:
        """Every enum of the file."""
        for name, written in self.spec.enums.items():
            at: At = (self.file, "enums", name)
            named = self._named(name, "enum")
            if named is None:
                continue
            near = self.near(named, written.values, "value")
            yield Enum(
                name=name,
                summary=self.names.inline(written.summary, near),
                doc=self.names.prose(written.doc, near),
                values=tuple(
                    self._enum_value(key, value, (*at, "values", key), near)
                    for key, value in written.values.items()
                ),
                named=named,
                at=at,
                life=self.names.life(written, near),
                renames=named.renames,
            )

    def values(
        self,
        written: Mapping[str, str | syntax.Value],
        at: At,
        near: Mapping[str, Ref],
        variables: tuple[str, ...] = (),
    ) -> tuple[Value, ...]:
        """Params, options or fields, in the short form or in full."""
        return tuple(
            self._value(name, value, (*at, name), near, variables)
            for name, value in written.items()
        )

    def _value(
        self,
        name: str,
        written: str | syntax.Value,
        at: At,
        near: Mapping[str, Ref],
        variables: tuple[str, ...],
    ) -> Value:
        if isinstance(written, str):
            kind = self.names.type_of(written, at, variables)
            return Value(name=name, type=kind, doc=(), required=True, at=at)
        kind = self.names.type_of(written.type, (*at, "type"), variables)
        required = written.default is UNSET
        return Value(
            name=name,
            type=kind,
            doc=self.names.prose(written.doc, near),
            required=required,
            at=at,
            default=None if required else self._constant(written.default, kind),
            life=self.names.life(written, near),
            renames=renames(written.names) if written.names else (),
        )

    def _constant(self, written: Any, kind: Type) -> Constant:  # noqa: ANN401  (any literal)
        """A default as it was written, an enum's value by reference, an empty list as ``()``."""
        kind = getattr(kind, "inner", kind)
        if isinstance(kind, Named) and kind.kind == "enum" and isinstance(written, str):
            given = self._value_renames(kind, written)
            if given is not None:
                return Member(enum=kind, name=written, renames=given)
        if written == [] and isinstance(written, list):
            return ()
        constant: Constant = written
        return constant

    def _value_renames(self, enum: Named, name: str) -> Renames | None:
        """The names that a value of an enum is given, per target; nothing if there is no value."""
        if not enum.package:
            values = self.enums[enum.name].values
            if name not in values:
                return None
            value = values[name]
            return () if isinstance(value, str) else renames(value.names)
        imported = self.names.table.imported_enum(enum)
        values_there = imported.values if imported else ()
        return next((value.renames for value in values_there if value.name == name), None)

    def _properties(
        self, written: Mapping[str, str | syntax.Property], at: At, near: Mapping[str, Ref]
    ) -> Iterator[Property]:
        for name, value in written.items():
            here = (*at, name)
            if isinstance(value, str):
                yield Property(name=name, type=self.names.type_of(value, here), doc=(), at=here)
            else:
                yield Property(
                    name=name,
                    type=self.names.type_of(value.type, (*here, "type")),
                    doc=self.names.prose(value.doc, near),
                    at=here,
                    life=self.names.life(value, near),
                    renames=renames(value.names) if value.names else (),
                )

    def _method(
        self, name: str, written: syntax.Method, at: At, around: Mapping[str, Ref]
    ) -> Method:
        near = {**around, **self._params(written)}
        types = tuple(written.types)
        names = self.names
        return Method(
            name=name,
            effect=written.effect,
            summary=names.inline(written.summary, near),
            doc=names.prose(written.doc, near),
            params=self.values(written.params, (*at, "params"), near, types),
            options=self.values(written.options, (*at, "options"), near, types),
            returns=self._result(written, at, near, types),
            raises=tuple(self._raises(written.raises, (*at, "raises"), near)),
            rejects=tuple(self._raises(written.rejects, (*at, "rejects"), near)),
            at=at,
            types=types,
            examples=tuple(self._examples(written, at, near)) if written.examples else (),
            life=names.life(written, near),
            renames=renames(written.names) if written.names else (),
        )

    def _result(
        self, written: syntax.Method, at: At, near: Mapping[str, Ref], types: tuple[str, ...]
    ) -> Result | None:
        given = written.returns
        if isinstance(given, str):
            return Result(type=self.names.type_of(given, (*at, "returns"), types), doc=())
        if isinstance(given, WrittenResult):
            kind = self.names.type_of(given.type, (*at, "returns", "type"), types)
            return Result(type=kind, doc=self.names.prose(given.doc, near))
        return None

    def _raises(
        self, written: list[str] | dict[str, str], at: At, near: Mapping[str, Ref]
    ) -> Iterator[Raise]:
        if isinstance(written, dict):
            for name, condition in written.items():
                error = self.names.error_of(name, (*at, name))
                if error is not None:
                    yield Raise(error=error, condition=self.names.inline(clause(condition), near))
        else:
            for index, name in enumerate(written):
                error = self.names.error_of(name, (*at, index))
                if error is not None:
                    yield Raise(error=error, condition=self.names.error_summary(error))

    def _examples(
        self, written: syntax.Method, at: At, near: Mapping[str, Ref]
    ) -> Iterator[Example]:
        for index, example in enumerate(written.examples):
            here = (*at, "examples", index, "raises")
            yield Example(
                title=self.names.inline(example.title, near),
                args=tuple(example.args.items()),
                returns=None if example.returns is UNSET else example.returns,
                has_result=example.returns is not UNSET,
                raises=self.names.error_of(example.raises, here) if example.raises else None,
            )

    def _enum_value(
        self, name: str, written: str | syntax.EnumValue, at: At, near: Mapping[str, Ref]
    ) -> EnumValue:
        if isinstance(written, str):
            return EnumValue(name=name, doc=self.names.prose(written, near), at=at)
        return EnumValue(
            name=name,
            doc=self.names.prose(written.doc, near),
            at=at,
            life=self.names.life(written, near),
            renames=renames(written.names),
        )

    def _named(self, name: str, kind: str) -> Named | None:
        """The declaration's own name; nothing if it was refused as a duplicate."""
        named = self.names.visible.get(name)
        return named if named is not None and named.kind == kind else None

    def near(self, owner: Named, members: Mapping[str, Any], kind: Any) -> dict[str, Ref]:  # noqa: ANN401
        """The members of a declaration by name, as the prose inside it refers to them."""
        return {
            name: Ref(
                kind=kind,
                name=name,
                owner=owner,
                renames=() if isinstance(written, str) else renames(written.names),
            )
            for name, written in members.items()
        }

    def _params(self, written: syntax.Method) -> dict[str, Ref]:
        near: dict[str, Ref] = {}
        for group, kind in ((written.params, "param"), (written.options, "option")):
            for name, value in group.items():
                given = renames(value.names) if not isinstance(value, str) and value.names else ()
                near[name] = Ref(kind=kind, name=name, renames=given)  # type: ignore[arg-type]
        return near

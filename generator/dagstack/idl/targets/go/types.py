"""Types of the model as Go writes them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.model import ListOf, MapOf, Maybe, Named, Scalar, Variable
from dagstack.idl.node import Node

if TYPE_CHECKING:
    from dagstack.idl.model import Type
    from dagstack.idl.targets.go.names import Names


class GoType(Node):
    """A type with what its uses need to know."""

    text: str
    """As the interface has it, type parameters as ``any``."""
    zero: str
    """An expression of the zero value."""
    nilable: bool
    """Whether nil can stand for an absent value."""
    imports: tuple[str, ...] = ()
    generic: str = ""
    """As a generic function has it; empty if no type parameter is in it."""

    @property
    def open(self) -> str:
        """The type with type parameters in it, if there are any."""
        return self.generic or self.text


_SCALARS = {
    "bool": GoType(text="bool", zero="false", nilable=False),
    "int": GoType(text="int", zero="0", nilable=False),
    "int64": GoType(text="int64", zero="0", nilable=False),
    "float": GoType(text="float64", zero="0", nilable=False),
    "string": GoType(text="string", zero='""', nilable=False),
    "path": GoType(text="string", zero='""', nilable=False),
    "bytes": GoType(text="[]byte", zero="nil", nilable=True),
    "datetime": GoType(text="time.Time", zero="time.Time{}", nilable=False, imports=("time",)),
    "duration": GoType(text="time.Duration", zero="0", nilable=False, imports=("time",)),
    "json": GoType(text="any", zero="nil", nilable=True),
    "any": GoType(text="any", zero="nil", nilable=True),
}


class Types:
    """The Go types of one package, each worked out once."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._known: dict[Type, GoType] = {}

    def of(self, kind: Type) -> GoType:
        """The Go type of ``kind``."""
        if isinstance(kind, Scalar):
            return _SCALARS[kind.name]
        found = self._known.get(kind)
        if found is None:
            found = self._known[kind] = self._make(kind)
        return found

    def _make(self, kind: Type) -> GoType:
        match kind:
            case ListOf(item=item):
                return _composite("[]", self.of(item))
            case MapOf(key=key, value=value):
                keys = self.of(key)
                return _composite(f"map[{keys.text}]", self.of(value), keys.imports)
            case Maybe(inner=inner):
                return self._maybe(inner)
            case Variable(name=name):
                return GoType(text="any", zero="nil", nilable=True, generic=name)
            case Named():
                return self._named(kind)
            case Scalar(name=name):
                return _SCALARS[name]

    def _maybe(self, inner: Type) -> GoType:
        if isinstance(inner, Variable):
            return GoType(text="any", zero="nil", nilable=True, generic="*" + inner.name)
        found = self.of(inner)
        if found.nilable:
            return found
        return GoType(text="*" + found.text, zero="nil", nilable=True, imports=found.imports)

    def _named(self, named: Named) -> GoType:
        name = self._names.type_name(named)
        imports = (self._names.imported[named.package].path,) if named.package else ()
        if named.kind == "interface":
            return GoType(text=name, zero="nil", nilable=True, imports=imports)
        if named.kind == "enum":
            return GoType(text=name, zero='""', nilable=False, imports=imports)
        return GoType(text=name, zero=name + "{}", nilable=False, imports=imports)


def _composite(prefix: str, item: GoType, imports: tuple[str, ...] = ()) -> GoType:
    return GoType(
        text=prefix + item.text,
        zero="nil",
        nilable=True,
        imports=(*imports, *item.imports),
        generic=prefix + item.generic if item.generic else "",
    )

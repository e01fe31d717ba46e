"""One spec file on its way to two modules: what both are lowered with."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.targets.python.symbols import SUPPORT, Imports, Symbol

if TYPE_CHECKING:
    from dagstack.idl.model import Spec
    from dagstack.idl.targets.python.index import Index


class Lowering:
    """The imports and type variables that gather while a spec is lowered."""

    def __init__(self, spec: Spec, module: str, index: Index) -> None:
        self.spec = spec
        self.module = module
        self.index = index
        self.imports = Imports()
        self.testing = Imports()
        self.variables: dict[str, None] = {}

    def deprecated(self, hidden: frozenset[str] = frozenset()) -> str:
        """The name of the marker for what is deprecated, imported."""
        alias = "_deprecated" if "deprecated" in hidden else ""
        self.imports.symbols.add(Symbol(SUPPORT, "deprecated", alias, ""))
        return alias or "deprecated"

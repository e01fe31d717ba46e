"""What a module imports, found out while it is lowered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.targets.typescript import names
from dagstack.idl.targets.typescript.layout import braces
from dagstack.idl.targets.typescript.types import mentioned, supported

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.idl.model import Named, Type


class Imports:
    """The imports of the module of ``spec`` (empty: of a module that no spec declares into)."""

    def __init__(self, spec: str, packages: Mapping[str, str], root: str = "./") -> None:
        self.spec = spec
        self.packages = packages
        """The npm names of other spec packages."""
        self.root = root
        """The way to ``src``."""
        self._modules: dict[str, dict[str, bool]] = {}

    def type(self, kind: Named) -> str:
        """The name of a declaration, imported as a type if it is not from here."""
        return self._take(kind, names.named(kind), value=False)

    def value(self, kind: Named, name: str = "") -> str:
        """The name of a class, or of another value beside a declaration, imported."""
        return self._take(kind, name or names.named(kind), value=True)

    def beside(self, kind: Named, name: str) -> None:
        """A type that is made beside a declaration."""
        self._take(kind, name, value=False)

    def types_of(self, kind: Type) -> None:
        """All that a type names."""
        for each in mentioned(kind):
            self.type(each)
        for name in supported(kind):
            self.add(f"{self.root}support.js", name, value=False)

    def support(self, name: str, *, value: bool) -> None:
        """Something of the support module that is one of the package's own."""
        self.add(f"{self.root}support.js", name, value=value)

    def add(self, module: str, name: str, *, value: bool) -> None:
        """``name`` of ``module``."""
        taken = self._modules.setdefault(module, {})
        taken[name] = value or taken.get(name, False)

    def lines(self) -> tuple[str, ...]:
        """The statements: packages first, then files."""
        ordered = sorted(self._modules.items(), key=lambda item: (item[0][0] == ".", item[0]))
        return tuple(_statement(module, taken) for module, taken in ordered)

    def _take(self, kind: Named, name: str, *, value: bool) -> str:
        if kind.package:
            self.add(self.packages.get(kind.package, kind.package), name, value=value)
        elif kind.spec != self.spec:
            self.add(f"{self.root}{names.module(kind.spec).text}.js", name, value=value)
        return name


def _statement(module: str, taken: dict[str, bool]) -> str:
    ordered = sorted(taken.items(), key=lambda item: (item[0].lower(), item[0]))
    if any(taken.values()):
        items = [name if value else f"type {name}" for name, value in ordered]
        return braces("import ", items, f' from "{module}";')
    return braces("import type ", [name for name, _ in ordered], f' from "{module}";')

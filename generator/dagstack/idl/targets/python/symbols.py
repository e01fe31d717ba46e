"""What a module imports: gathered while it is lowered, printed as the linter sorts it."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from dagstack.idl.targets.python.layout import call

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_DIGITS = re.compile(r"([0-9]+)")

SUPPORT = "_support"


class Symbol(NamedTuple):
    """A name that a module needs from elsewhere."""

    module: str
    name: str = ""
    """Empty for the module itself."""
    alias: str = ""
    package: str | None = None
    """Whose module: none for the standard library, empty for the package at hand."""


class Imports:
    """The symbols of one module."""

    def __init__(self, *symbols: Symbol) -> None:
        self.symbols: set[Symbol] = set(symbols)

    def add(self, module: str, *names: str) -> None:
        """Take names from the standard library."""
        self.symbols.update(Symbol(module, name) for name in names)

    def own(self, module: str, *names: str) -> None:
        """Take names from a module of the package at hand."""
        self.symbols.update(Symbol(module, name, package="") for name in names)

    def printed(self, packages: Mapping[str, str], *, dots: str = ".", here: str = "") -> str:
        """The import statements, in the linter's order; those from ``here`` need none.

        ``dots`` lead from this module to the package at hand, ``packages`` says what others are
        called.
        """
        standard: dict[str, set[tuple[str, str]]] = {}
        foreign: dict[str, set[tuple[str, str]]] = {}
        local: dict[str, set[tuple[str, str]]] = {}
        plain: set[str] = set()
        for symbol in self.symbols:
            pair = (symbol.name, symbol.alias)
            if not symbol.name:
                plain.add(symbol.module)
            elif symbol.package is None:
                standard.setdefault(symbol.module, set()).add(pair)
            elif symbol.package:
                foreign.setdefault(packages[symbol.package], set()).add(pair)
            elif symbol.module != here:
                local.setdefault(dots + symbol.module, set()).add(pair)
        groups = [
            "".join(f"import {module}\n" for module in sorted(plain)) + _group(standard, _by_name),
            _group(foreign, _by_name),
            _group(local, _by_distance),
        ]
        text = "\n".join(
            group for group in ("from __future__ import annotations\n", *groups) if group
        )
        return text.rstrip("\n")


def _group(
    modules: Mapping[str, set[tuple[str, str]]], key: Callable[[str], tuple[int, list[str | int]]]
) -> str:
    return "".join(_statement(module, modules[module]) for module in sorted(modules, key=key))


def _statement(module: str, names: set[tuple[str, str]]) -> str:
    """Names together, but those with an alias each in a statement of its own."""
    together = sorted((name for name, alias in names if not alias), key=import_key)
    statements = [
        (import_key(name), alias, f"from {module} import {name} as {alias}\n")
        for name, alias in names
        if alias
    ]
    if together:
        statements.append((import_key(together[0]), "", from_import(module, together)))
    return "".join(text for _, _, text in sorted(statements))


def from_import(module: str, names: list[str]) -> str:
    """``from module import names``, in brackets where it takes several lines."""
    line = f"from {module} import {', '.join(names)}\n"
    return line if len(line) <= 101 else call("", f"from {module} import (", names) + "\n"  # noqa: PLR2004


def _by_name(module: str) -> tuple[int, list[str | int]]:
    return 0, _natural(module.lower())


def _by_distance(module: str) -> tuple[int, list[str | int]]:
    dots = len(module) - len(module.lstrip("."))
    return -dots, _natural(module[dots:].lower())


def import_key(name: str) -> tuple[int, list[str | int], list[str | int]]:
    """The order of names in an import: constants, classes, the rest; case counts last."""
    return _class(name), _natural(name.lower()), _natural(name)


def export_key(name: str) -> tuple[int, list[str | int]]:
    """The order of names in ``__all__``."""
    return _class(name), _natural(name)


def exported(names: Iterable[str]) -> tuple[str, ...]:
    """Names in the order of ``__all__``."""
    return tuple(sorted(names, key=export_key))


def _class(name: str) -> int:
    if len(name) > 1 and name.isupper():
        return 0
    return 1 if name[0].isupper() else 2


@cache
def _natural(text: str) -> list[str | int]:
    """Numbers in a name count as numbers: ``a2`` comes before ``a10``."""
    if text.isalpha():
        return [text]
    return [int(part) if part.isdigit() else part for part in _DIGITS.split(text)]

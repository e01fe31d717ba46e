"""What a project may say about its Python output."""

from __future__ import annotations

import keyword
from typing import TYPE_CHECKING, Annotated, TypeAlias

from msgspec import Meta

from dagstack.idl.node import Node

if TYPE_CHECKING:
    from dagstack.idl.model import Package


_WORD = rf"(?!(?:{'|'.join(keyword.kwlist)})\b)[A-Za-z_][A-Za-z0-9_]*"
_BOUND = r"(~=|[=!<>]=|<|>) ?[0-9]+(\.[0-9]+)*(\.\*)?"

Module: TypeAlias = Annotated[
    str,
    Meta(title="a package of Python", pattern=rf"^{_WORD}(\.{_WORD})*\Z", examples=["acme.types"]),
]
Distribution: TypeAlias = Annotated[
    str,
    Meta(
        title="the name of a distribution",
        pattern=r"^[A-Za-z0-9]([A-Za-z0-9._-]*[A-Za-z0-9])?\Z",
        examples=["acme-types"],
    ),
]
Versions: TypeAlias = Annotated[
    str,
    Meta(
        title="a range of versions",
        pattern=rf"^{_BOUND}(, ?{_BOUND})*\Z",
        examples=[">=3.11"],
    ),
]


class Options(Node):
    """The keys under ``targets.python``."""

    out: str
    module: Module
    """The package to import, such as ``dagstack.contracts``."""
    distribution: Distribution = ""
    """What package indexes call it; without one no ``pyproject.toml`` and README are made."""
    requires_python: Versions = ">=3.11"
    part_of: Distribution = ""
    """The distribution that brings the package, if it is not one of its own."""


def imported_modules(package: Package) -> dict[str, str]:
    """What to import for each package that this one imports."""
    modules: dict[str, str] = {}
    for dependency in package.dependencies:
        options = dependency.targets.get("python")
        modules[dependency.name] = (
            options.module if isinstance(options, Options) else dependency.name
        )
    return modules


def imported_distributions(package: Package) -> list[str]:
    """What has to be installed with it."""
    used = {named.package for spec in package.specs for named in spec.imports if named.package}
    names: set[str] = set()
    for dependency in package.dependencies:
        options = dependency.targets.get("python")
        if dependency.name not in used or not isinstance(options, Options):
            continue
        if name := options.part_of or options.distribution:
            names.add(name)
    return sorted(names)

"""What a project may say about its Python output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.node import Node

if TYPE_CHECKING:
    from dagstack.idl.model import Package


class Options(Node):
    """The keys under ``targets.python``."""

    out: str
    module: str
    """The package to import, such as ``dagstack.contracts``."""
    distribution: str = ""
    """What package indexes call it; without one no ``pyproject.toml`` and README are made."""
    requires_python: str = ">=3.11"


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
        if dependency.name in used and isinstance(options, Options) and options.distribution:
            names.add(options.distribution)
    return sorted(names)

"""What a project may say about its TypeScript output."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, TypeAlias

from msgspec import Meta

from dagstack.idl.node import Node
from dagstack.idl.targets.typescript.names import TARGET

if TYPE_CHECKING:
    from dagstack.idl.model import Package


NpmName: TypeAlias = Annotated[
    str,
    Meta(
        title="the name of an npm package",
        pattern=r"^(@[a-z0-9~-][a-z0-9._~-]*/)?[a-z0-9~-][a-z0-9._~-]*\Z",
        examples=["@acme/contracts"],
    ),
]
License: TypeAlias = Annotated[
    str,
    Meta(
        title="an SPDX expression",
        pattern=r"^[A-Za-z0-9(][A-Za-z0-9.+:() -]*\Z",
        examples=["Apache-2.0"],
    ),
]


class Options(Node):
    """The keys under ``targets.typescript`` of ``dagstack-idl.yaml``."""

    out: str
    """The folder to fill."""
    package: NpmName
    """The npm package, such as ``@dagstack/contracts``."""
    license: License = "Apache-2.0"
    """The SPDX expression for ``package.json``."""


def npm_packages(package: Package) -> dict[str, str]:
    """The npm names of the spec packages that this one imports."""
    return {
        dependency.name: _npm_name(dependency.targets.get(TARGET)) or dependency.name
        for dependency in package.dependencies
    }


def _npm_name(options: object) -> str:
    if isinstance(options, Options):
        return options.package
    return str(options.get("package", "")) if isinstance(options, dict) else ""

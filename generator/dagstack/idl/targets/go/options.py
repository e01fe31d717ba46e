"""What a project may say about its Go output."""

from __future__ import annotations

import re
from typing import Annotated, TypeAlias

from msgspec import Meta

from dagstack.idl.node import Node
from dagstack.idl.targets.go.words import KEYWORDS

_NOT_IDENTIFIER = re.compile(r"[^a-z0-9]")
_VERSION = re.compile(r"v[0-9]+")
_ELEMENT = r"[A-Za-z0-9_~-]([A-Za-z0-9._~-]*[A-Za-z0-9_~-])?"
_NO_PACKAGE = "|".join((*sorted(KEYWORDS), "main", "documentation"))

ModulePath: TypeAlias = Annotated[
    str,
    Meta(
        title="the path of a Go module",
        pattern=rf"^(?!.*/v(0[0-9]*|1)\Z){_ELEMENT}(/{_ELEMENT})*\Z",
        examples=["example.com/acme/contracts"],
    ),
]
PackageName: TypeAlias = Annotated[
    str,
    Meta(
        title="the name of a Go package",
        pattern=rf"^(?!({_NO_PACKAGE})\Z)[a-z][a-z0-9]*\Z",
        examples=["contracts"],
    ),
]
Initialism: TypeAlias = Annotated[
    str, Meta(title="a word in lower case", pattern=r"^[a-z][a-z0-9]*\Z", examples=["sku"])
]
Exported: TypeAlias = Annotated[
    str, Meta(title="an exported name", pattern=r"^[A-Z][A-Za-z0-9]*\Z", examples=["Resources"])
]
GoVersion: TypeAlias = Annotated[
    str,
    Meta(
        title="a version of Go from 1.22 on",
        pattern=r"^1\.(2[2-9]|[3-9][0-9])(\.[0-9]+)?\Z",
        examples=["1.24"],
    ),
]
ModuleVersion: TypeAlias = Annotated[
    str,
    Meta(
        title="the version of a Go module",
        pattern=r"^v[0-9]+\.[0-9]+\.[0-9]+([-+][A-Za-z0-9.+-]+)?\Z",
        examples=["v1.2.0"],
    ),
]
ModuleFolder: TypeAlias = Annotated[
    str,
    Meta(
        title="the folder of a Go module",
        pattern=r"^(?!.*//)(\.{1,2}(/|\Z)|/)[^\s\"'`(),;]*\Z",
        examples=["../contracts"],
    ),
]


class GoOptions(Node):  # msgspec copies the empty dicts, so they are not shared
    """The part ``targets.go`` of ``dagstack-idl.yaml``."""

    out: str
    """The folder to fill, which is the root of the Go module."""
    module: ModulePath
    """The import path of the package: ``go.dagstack.dev/contracts``."""
    package: PackageName = ""
    """The package's name; the last element of ``module`` when absent."""
    initialisms: tuple[Initialism, ...] = ()
    """Words to write in capitals besides those that Go's linters know, in lower case."""
    source: Exported = "Resources"
    """The name of the interface that resources are read from."""
    go: GoVersion = "1.24"
    """The version in the ``go`` line of ``go.mod``."""
    go_mod: bool = True
    """Whether to write ``go.mod``; without one, the output is a package of a module around it."""
    requires: dict[ModulePath, ModuleVersion] = {}  # noqa: RUF012
    """Versions of imported modules: ``{go.dagstack.dev/contracts: v1.2.0}``."""
    replaces: dict[ModulePath, ModuleFolder] = {}  # noqa: RUF012
    """Folders to take imported modules from: ``{go.dagstack.dev/contracts: ../contracts}``."""


def package_name(options: GoOptions) -> str:
    """The name in the package clause."""
    if options.package:
        return options.package
    *before, last = options.module.rstrip("/").split("/")
    if before and _VERSION.fullmatch(last):
        last = before[-1]
    name = _NOT_IDENTIFIER.sub("", last.lower()) or "contracts"
    if name[0].isdigit():
        name = "p" + name
    return name + "pkg" if name in KEYWORDS or name in {"main", "documentation"} else name

"""What a project may say about its Go output."""

from __future__ import annotations

import re

from dagstack.idl.node import Node
from dagstack.idl.targets.go.words import KEYWORDS

_NOT_IDENTIFIER = re.compile(r"[^a-z0-9]")
_VERSION = re.compile(r"v[0-9]+")


class GoOptions(Node):  # msgspec copies the empty dicts, so they are not shared
    """The part ``targets.go`` of ``dagstack-idl.yaml``."""

    out: str
    """The folder to fill, which is the root of the Go module."""
    module: str
    """The import path of the package: ``go.dagstack.dev/contracts``."""
    package: str = ""
    """The package's name; the last element of ``module`` when absent."""
    initialisms: tuple[str, ...] = ()
    """Words to write in capitals besides those that Go's linters know, in lower case."""
    source: str = "Resources"
    """The name of the interface that resources are read from."""
    go: str = "1.24"
    """The version in the ``go`` line of ``go.mod``."""
    go_mod: bool = True
    """Whether to write ``go.mod``; without one, the output is a package of a module around it."""
    requires: dict[str, str] = {}  # noqa: RUF012
    """Versions of imported modules: ``{go.dagstack.dev/contracts: v1.2.0}``."""
    replaces: dict[str, str] = {}  # noqa: RUF012
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

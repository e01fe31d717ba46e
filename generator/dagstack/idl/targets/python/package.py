"""The files of a package that belong to no single spec."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dagstack.idl.prose import sentence
from dagstack.idl.targets.python import view
from dagstack.idl.targets.python.docs import paragraph
from dagstack.idl.targets.python.headers import comments, head
from dagstack.idl.targets.python.layout import WIDTH
from dagstack.idl.targets.python.options import imported_distributions
from dagstack.idl.targets.python.symbols import (
    Imports,
    export_key,
    exported,
    from_import,
    import_key,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Mapping

    from dagstack.idl.model import Package
    from dagstack.idl.targets.python.options import Options

SUPPORTED = frozenset({"JsonValue", "Unset", "deprecated", "lacking", "reduced"})
"""What of the support module tells which part of it is needed."""


def support(package: Package, needed: frozenset[str]) -> view.Support:
    """The module of what the others share, with the parts that they need."""
    imports = Imports()
    for name, wanted in _NEEDS.items():
        if name in needed:
            for module, names in wanted.items():
                imports.add(module, *names)
    return view.Support(
        head=head(package, "What the modules of this package share."),
        imports=imports.printed({}),
        json="JsonValue" in needed,
        deprecated="deprecated" in needed,
        errors="reduced" in needed,
        unset="Unset" in needed,
        catalogue="lacking" in needed,
    )


_NEEDS: dict[str, dict[str, tuple[str, ...]]] = {
    "JsonValue": {
        "collections.abc": ("Mapping", "Sequence"),
        "typing": ("TYPE_CHECKING", "Any", "TypeAlias"),
    },
    "Unset": {"enum": ("Enum",), "typing": ("Final",)},
    "deprecated": {"collections.abc": ("Callable",), "typing": ("TYPE_CHECKING", "TypeVar")},
    "lacking": {"typing": ("Any",)},
    "reduced": {"typing": ("TypeVar",)},
}


def exports(
    package: Package,
    modules: Mapping[str, Collection[str]],
    *,
    summary: str,
    deprecated: bool,
    parts: Iterable[str] = (),
) -> view.Exports:
    """An ``__init__.py``: everything public of ``modules``."""
    names = [name for held in modules.values() for name in held]
    return view.Exports(
        head=head(
            package,
            summary,
            [paragraph(part, WIDTH) for part in parts],
            deprecated=deprecated,
        ),
        imports=tuple(
            from_import(f".{module}", sorted(modules[module], key=import_key)).rstrip("\n")
            for module in sorted(modules, key=export_key)
            if modules[module]
        ),
        exported=exported(names),
    )


def readme(package: Package, options: Options, found: tuple[view.Resource, ...]) -> view.Readme:
    """What a package index shows."""
    interfaces = (it for spec in package.specs for it in spec.interfaces if it.methods)
    first = next(interfaces, None)
    return view.Readme(
        title=_markdown(options.distribution),
        summary=_markdown(sentence(" ".join(package.summary.split()))),
        command=_markdown(package.command),
        module=options.module,
        distribution=options.distribution,
        catalogue=package.catalogue if found else "",
        resources=tuple(_in_table(it) for it in found),
        example=first.name if first else "",
    )


def _in_table(resource: view.Resource) -> view.Resource:
    return view.Resource(
        name=resource.name,
        literal=resource.literal,
        accessor=resource.accessor,
        interface=resource.interface,
        summary=_markdown(sentence(resource.summary.replace("``", ""))),
        doc=resource.doc,
        accessor_doc=resource.accessor_doc,
        read=resource.read,
        attributes=resource.attributes,
        methods=resource.methods,
    )


_SPECIAL = str.maketrans({character: f"\\{character}" for character in "\\`*_[]<>|#&$~"})


def _markdown(text: str) -> str:
    """Text of which nothing is markup."""
    return " ".join(filter(None, text.split())).translate(_SPECIAL)


def project(package: Package, options: Options) -> view.Project:
    """``pyproject.toml``, which lets the output be installed by itself."""
    return view.Project(
        header="\n".join(comments(package)),
        name=_toml(options.distribution),
        version=_toml(package.version),
        description=_toml(" ".join(package.summary.split())),
        requires_python=_toml(options.requires_python),
        dependencies=tuple(_toml(name) for name in imported_distributions(package)),
        folder=_toml(options.module.replace(".", "/")),
    )


def _toml(text: str) -> str:
    """A basic string: JSON's escapes are TOML's, but for DEL."""
    return json.dumps(text).replace("\x7f", "\\u007f")

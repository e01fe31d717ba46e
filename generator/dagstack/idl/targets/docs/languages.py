"""The languages that have a tab: each shows itself, by its own target's lowering."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from dagstack.idl.node import Node
from dagstack.idl.targets import BUILT_IN, built_in
from dagstack.idl.targets.target import Reference

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.model import Package
    from dagstack.idl.targets.target import Target


class Language(Node):
    """One tab."""

    name: str
    """The target."""
    title: str
    shows: Reference
    is_made: bool
    """Whether the project generates it, under a name that can be imported."""


def languages(package: Package) -> tuple[Language, ...]:
    """Those that the project generates; all that it could, if it generates none."""
    targets = [target for name in BUILT_IN if (target := built_in(name)).reference]
    made = [
        target for target in targets if isinstance(package.targets.get(target.name), target.options)
    ]
    return tuple(_languages(package, made or targets))


def titles(package: Package) -> dict[str, str]:
    """Every language that an implementation is written in, with its title, ours first."""
    used = {
        name
        for spec in package.specs
        for implementation in spec.implementations
        for name, _ in implementation.languages
    }
    known = {name: built_in(name).title for name in BUILT_IN if name in used}
    return known | {name: name for name in sorted(used - known.keys())}


def _languages(package: Package, targets: list[Target]) -> Iterator[Language]:
    for target in targets:
        options = package.targets.get(target.name)
        is_made = isinstance(options, target.options)
        if not is_made:
            if not all(target.name in dependency.targets for dependency in package.dependencies):
                continue
            fields = msgspec.structs.fields(target.options)
            required = {field.name: "contracts" for field in fields if field.required}
            options = msgspec.convert(required, target.options)
        if target.reference is not None:
            yield Language(
                name=target.name,
                title=target.title,
                shows=target.reference(package, options),
                is_made=is_made,
            )

"""Where a declaration is described: the page's file and the heading on it."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dagstack.idl.targets.target import Declared, Scope

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.model import Named, Package
    from dagstack.idl.targets.docs.options import Options

INDEX = "README.md"
"""What code hosts, Docusaurus and MkDocs all show for a folder."""

_TAKEN = frozenset({"readme", "index"})


def page(spec: str) -> str:
    """The file that describes a spec."""
    return f"{spec}_.md" if spec in _TAKEN else f"{spec}.md"


@cache
def anchor(declared: Named) -> str:
    """The heading of a declaration, as all readers spell it in a link."""
    return f"{declared.kind}-{declared.name.lower()}"


def member_anchor(owner: str, member: str) -> str:
    """The heading of a method or property."""
    return f"{owner}{member}".lower()


def scopes(package: Package, options: Options) -> Iterator[Scope]:
    """The files, of which no two may differ by case alone."""
    if not package.specs:
        return
    names = [Declared(name=INDEX, origin="the index of the pages", at=package.specs[0].at)]
    for spec in package.specs:
        file = page(spec.name)
        escaped = spec.name if spec.name in _TAKEN else ""
        origin = f"file `{spec.name}`"
        names.append(Declared(name=file, origin=origin, at=spec.at, escaped=escaped))
    yield Scope(label=f"folder {options.out}", names=tuple(names))

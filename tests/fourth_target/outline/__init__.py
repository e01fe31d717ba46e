"""The smallest target: a text file for each spec, with a line for each member."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from dagstack.idl.node import Node
from dagstack.idl.targets.target import Declared, Page, Scope, Target

from .view import Outline, Section

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.model import Package


class Options(Node):
    """What a project may say about its outlines."""

    out: str
    bullet: str = "-"


def scopes(package: Package, options: Options) -> Iterator[Scope]:
    """The titles of the sections: no two of them may be equal."""
    del options
    names = tuple(
        Declared(name=each.name.upper(), origin=f"interface `{each.name}`", at=each.at)
        for spec in package.specs
        for each in spec.interfaces
    )
    yield Scope(label="the outline", names=names)


def lower(package: Package, options: Options) -> Iterator[Page]:
    """One page for each file of the package."""
    for spec in package.specs:
        sections = tuple(
            Section(
                title=each.name.upper(),
                lines=tuple(f"{options.bullet} {method.name}" for method in each.methods),
            )
            for each in spec.interfaces
        )
        view = Outline(title=f"{spec.name} {spec.version}", source=spec.file, sections=sections)
        yield Page(path=f"{spec.name}.txt", template="outline.txt.jinja", view=view)


TARGET = Target(
    name="outline",
    title="Outline",
    options=Options,
    scopes=scopes,
    lower=lower,
    templates=Path(__file__).parent / "templates",
)

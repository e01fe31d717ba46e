"""Conformance suites in the npm package: a module for each."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl import prose
from dagstack.idl.naming import camel
from dagstack.idl.targets.data_text import literal
from dagstack.idl.targets.suites import document
from dagstack.idl.targets.target import Page
from dagstack.idl.targets.typescript import names, view
from dagstack.idl.targets.typescript.docs import comment

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dagstack.idl.case_model import Suite
    from dagstack.idl.model import (
        Enum,
        Error,
        Interface,
        Method,
        Named,
        Package,
        Property,
        Record,
        Value,
    )


class Spelling:
    """What TypeScript calls things."""

    def __init__(self, package: Package) -> None:
        self._package = package.name

    def home(self, declared: Named) -> str:
        """What stands before its name in the id that a class of errors carries."""
        return declared.package or self._package

    def interface(self, declared: Interface) -> str:
        """An interface."""
        return names.named(declared.named)

    def member(self, declared: Method | Property) -> str:
        """A method or property."""
        return names.member(declared.name, declared.renames).text

    def option(self, declared: Value) -> str:
        """A key of the options object."""
        return names.member(declared.name, declared.renames).text

    def record(self, declared: Record) -> str:
        """An interface."""
        return names.named(declared.named)

    def field(self, declared: Value) -> str:
        """Its property."""
        return names.member(declared.name, declared.renames).text

    def enum(self, declared: Enum) -> str:
        """A union of texts."""
        return names.named(declared.named)

    def error(self, declared: Error) -> str:
        """A class."""
        return names.named(declared.named)

    def error_field(self, declared: Value) -> str:
        """Its property."""
        return names.error_field(declared.name, declared.renames).text

    def fails(self, declared: Method) -> bool:
        """Any call can throw."""
        del declared
        return True


def suite_pages(
    package: Package, top: tuple[str, ...], sources: Mapping[str, tuple[str, ...]]
) -> Iterator[Page]:
    """The modules in ``src/conformance``, if the project has suites.

    ``top`` is the header of what has no source of its own, ``sources`` those of the others by file.
    """
    if not package.suites:
        return
    spelling = Spelling(package)
    for suite in package.suites:
        lead = f"export const {_constant(suite)}: Suite = "
        page = view.SuiteModule(
            header=sources[suite.file],
            doc=comment([f"The suite {suite.name}: {_lowered(suite.summary)}"]),
            declaration=f"{lead}{literal(document(suite, spelling), lead)};",
        )
        path = f"src/conformance/{names.module(suite.name).text}.ts"
        yield Page(path=path, template="suite.ts.j2", view=page)
    modules = sorted(f"./{names.module(suite.name).text}.js" for suite in package.suites)
    index = view.Index(header=top, modules=tuple(modules))
    support = view.Support(header=top)
    yield Page(path="src/conformance/suite.ts", template="suite_support.ts.j2", view=support)
    yield Page(path="src/conformance/index.ts", template="suite_index.ts.j2", view=index)


def _constant(suite: Suite) -> str:
    return f"{camel(suite.name)}Suite"


def _lowered(summary: str) -> str:
    text = prose.sentence(" ".join(summary.split()))
    return text[:1].lower() + text[1:]

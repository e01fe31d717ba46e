"""Conformance suites in the Go module: data files, and a package that embeds them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.source import PROJECT_FILE
from dagstack.idl.targets.data_text import json_text
from dagstack.idl.targets.go import view
from dagstack.idl.targets.go.docs import Comment
from dagstack.idl.targets.go.prose import lowered, safe, sentence
from dagstack.idl.targets.suites import document
from dagstack.idl.targets.target import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

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
    from dagstack.idl.targets.go.language import Go
    from dagstack.idl.targets.go.names import Names
    from dagstack.idl.targets.go.options import GoOptions


class Spelling:
    """What Go calls things."""

    def __init__(self, names: Names, module: str) -> None:
        self._names = names
        self._module = module

    def home(self, declared: Named) -> str:
        """The path to import."""
        return self._names.imported[declared.package].path if declared.package else self._module

    def interface(self, declared: Interface) -> str:
        """An interface."""
        return self._names.bare_type_name(declared.named)

    def member(self, declared: Method | Property) -> str:
        """A method."""
        return self._names.method(declared)

    def option(self, declared: Value) -> str:
        """A field of the options."""
        return self._names.field(declared)

    def record(self, declared: Record) -> str:
        """A struct."""
        return self._names.bare_type_name(declared.named)

    def field(self, declared: Value) -> str:
        """Its field."""
        return self._names.field(declared)

    def enum(self, declared: Enum) -> str:
        """A type of strings."""
        return self._names.bare_type_name(declared.named)

    def error(self, declared: Error) -> str:
        """The struct for `errors.As`."""
        return f"{self._names.error_base(declared.named)}Error"

    def error_field(self, declared: Value) -> str:
        """Its field."""
        return self._names.error_field(declared)

    def fails(self, declared: Method) -> bool:
        """Whether the last result is an error."""
        return declared.effect != "instant" or bool(declared.raises)


def suite_pages(go: Go, package: Package, options: GoOptions) -> Iterator[Page]:
    """The package `conformance`, if the project has suites."""
    if not package.suites:
        return
    spelling = Spelling(go.names, options.module)
    for suite in package.suites:
        text = json_text(document(suite, spelling))
        page = view.Text(text=text)
        yield Page(path=f"conformance/{suite.name}.json", template="text.j2", view=page)
    about = Comment()
    about.paragraph(
        "Package conformance holds what implementations of the interfaces in "
        f"{options.module} must show, as data for a conformance runner: a JSON document for each "
        "suite."
    )
    page_of = view.SuitesPage(
        header=go.header(PROJECT_FILE),
        doc=str(about),
        suites=tuple(_suite(go, suite) for suite in package.suites),
    )
    yield Page(path="conformance/conformance.go", template="suites.go.j2", view=page_of)


def _suite(go: Go, suite: Suite) -> view.Suite:
    name = go.names.exported(suite.name)
    doc = Comment()
    about = lowered(safe(" ".join(suite.summary.split())))
    doc.paragraph(sentence(f"{name} is the suite {suite.name}: {about}"))
    return view.Suite(name=name, file=f"{suite.name}.json", doc=str(doc))

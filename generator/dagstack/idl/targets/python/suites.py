"""Conformance suites in the Python package: data files, and a module that names them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.targets.data_text import json_text
from dagstack.idl.targets.python import names, view
from dagstack.idl.targets.python.docs import paragraph
from dagstack.idl.targets.python.headers import head
from dagstack.idl.targets.python.layout import WIDTH, quoted
from dagstack.idl.targets.python.options import imported_modules
from dagstack.idl.targets.suites import document
from dagstack.idl.targets.target import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

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

_ABOUT = (
    "Each suite is a document beside this module, such as ``{}.json`` for the first of ``SUITES``."
)


class Spelling:
    """What Python calls things."""

    def __init__(self, package: Package, module: str) -> None:
        self._module = module
        self._imported = imported_modules(package)

    def home(self, declared: Named) -> str:
        """The package to import."""
        return self._imported[declared.package] if declared.package else self._module

    def interface(self, declared: Interface) -> str:
        """A class."""
        return names.type_name(declared)

    def member(self, declared: Method | Property) -> str:
        """A method or attribute."""
        return names.member_name(declared)

    def option(self, declared: Value) -> str:
        """A keyword."""
        return names.param_name(declared)

    def record(self, declared: Record) -> str:
        """A class."""
        return names.type_name(declared.named)

    def field(self, declared: Value) -> str:
        """An attribute."""
        return names.field_name(declared)

    def enum(self, declared: Enum) -> str:
        """A class."""
        return names.type_name(declared.named)

    def error(self, declared: Error) -> str:
        """A class."""
        return names.type_name(declared.named)

    def error_field(self, declared: Value) -> str:
        """An attribute."""
        return names.error_field_name(declared)

    def fails(self, declared: Method) -> bool:
        """Any call can raise."""
        del declared
        return True


def suite_pages(package: Package, module: str, folder: str) -> Iterator[Page]:
    """The subpackage ``conformance``, if the project has suites."""
    if not package.suites:
        return
    spelling = Spelling(package, module)
    for suite in package.suites:
        text = json_text(document(suite, spelling))
        path = f"{folder}/conformance/{suite.name}.json"
        yield Page(path=path, template="text.j2", view=view.Text(text=text))
    listed = tuple(quoted(suite.name) for suite in package.suites)
    page = view.Suites(
        head=head(
            package,
            "What implementations of the interfaces must show, as data for a conformance runner.",
            [paragraph(_ABOUT.format(package.suites[0].name), WIDTH)],
        ),
        only=listed[0] if len(listed) == 1 else "",
        names=listed,
    )
    yield Page(path=f"{folder}/conformance/__init__.py", template="suites.py.j2", view=page)

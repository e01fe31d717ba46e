"""The model of a package -> the pages of its Go module."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.targets.go.data import make_enum, make_record
from dagstack.idl.targets.go.errors import make_error
from dagstack.idl.targets.go.generics import make_function
from dagstack.idl.targets.go.interfaces import make_interface, make_shapes
from dagstack.idl.targets.go.language import Go
from dagstack.idl.targets.go.module import (
    catalogue_page,
    doc_page,
    module_page,
    readme_page,
    support_page,
)
from dagstack.idl.targets.go.stubs import make_stub
from dagstack.idl.targets.go.suites import suite_pages
from dagstack.idl.targets.go.view import SpecPage, StubPage
from dagstack.idl.targets.go.words import file_stem
from dagstack.idl.targets.target import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.model import Package, Spec
    from dagstack.idl.targets.go.options import GoOptions


def lower(package: Package, options: GoOptions) -> Iterator[Page]:
    """Every page."""
    go = Go(package, options)
    views: list[SpecPage] = []
    for spec in package.specs:
        view, stub = _spec(go, spec)
        views.append(view)
        yield Page(path=f"{file_stem(spec.name)}.go", template="spec.go.j2", view=view)
        if stub is not None:
            yield Page(path=f"{spec.name}_stub.go", template="stub.go.j2", view=stub)
    support = support_page(go, package, options, views)
    yield Page(path="doc.go", template="doc.go.j2", view=doc_page(go, package))
    yield Page(path="support.go", template="support.go.j2", view=support)
    if support.resources:
        catalogue = catalogue_page(go, package, options)
        yield Page(path="catalogue.go", template="catalogue.go.j2", view=catalogue)
    if options.go_mod:
        yield Page(path="go.mod", template="go.mod.j2", view=module_page(go, package, options))
    yield Page(path="README.md", template="README.md.j2", view=readme_page(go, package, options))
    yield from suite_pages(go, package, options)


def _spec(go: Go, spec: Spec) -> tuple[SpecPage, StubPage | None]:
    imports: set[str] = set()
    stub_imports: set[str] = set()
    interfaces, stubs, functions = [], [], []
    for interface in spec.interfaces:
        shapes = make_shapes(go, interface)
        interfaces.append(make_interface(go, interface, shapes, imports))
        stubs.append(make_stub(go, interface, shapes, stub_imports))
        functions += [
            make_function(go, interface, method, shape)
            for method, shape in shapes.methods
            if method.types
        ]
    errors = tuple(make_error(go, error, imports) for error in spec.errors)
    records = tuple(make_record(go, record, imports) for record in spec.records)
    header = go.header(spec.file)
    page = SpecPage(
        header=header,
        package=go.package,
        imports=go.imports(imports),
        interfaces=tuple(interfaces),
        functions=tuple(functions),
        records=records,
        enums=tuple(make_enum(go, enum) for enum in spec.enums),
        errors=errors,
    )
    if not stubs:
        return page, None
    return page, StubPage(
        header=header,
        package=go.package,
        imports=go.imports(stub_imports),
        stubs=tuple(stubs),
    )

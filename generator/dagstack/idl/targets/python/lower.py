"""The pages of the Python output."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.prose import sentence
from dagstack.idl.targets.python import catalogue, data, errors, package, view
from dagstack.idl.targets.python.headers import spec_head, testing_head
from dagstack.idl.targets.python.index import index
from dagstack.idl.targets.python.interfaces import interface
from dagstack.idl.targets.python.module import Lowering
from dagstack.idl.targets.python.names import (
    generated_names,
    module_name,
    type_name,
)
from dagstack.idl.targets.python.options import imported_modules
from dagstack.idl.targets.python.suites import suite_pages
from dagstack.idl.targets.python.symbols import SUPPORT
from dagstack.idl.targets.target import Page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.model import Package, Spec
    from dagstack.idl.targets.python.options import Options


def lower(specs: Package, options: Options) -> Iterator[Page]:
    """Make every page."""
    folder = options.module.replace(".", "/")
    known = index(specs)
    modules = imported_modules(specs)
    needed: set[str] = set()
    public: dict[str, list[str]] = {}
    doubles: dict[str, list[str]] = {}
    any_deprecated = False
    for spec in specs.specs:
        name = module_name(spec.name)
        deprecated = known.uses_deprecated(spec)
        any_deprecated |= deprecated
        lowering = Lowering(spec=spec, module=name, index=known)
        module, stubs = _spec(specs, lowering, modules, deprecated=deprecated)
        public[name] = _public(spec)
        yield Page(path=f"{folder}/{name}.py", template="module.py.j2", view=module)
        if stubs.stubs:
            doubles[name] = _doubles(stubs)
            yield Page(path=f"{folder}/testing/{name}.py", template="testing.py.j2", view=stubs)
        needed.update(_supported(lowering))
    found = catalogue.resources(specs, known)
    if found and specs.catalogue:
        needed.add("lacking")
        public["catalogue"] = [
            specs.catalogue,
            *(resource.accessor for resource in found),
            "RESOURCES",
            "unsatisfied",
        ]
        view_of = catalogue.catalogue(specs, found, deprecated=any_deprecated)
        yield Page(path=f"{folder}/catalogue.py", template="catalogue.py.j2", view=view_of)
    if "JsonValue" in needed:
        public[SUPPORT] = ["JsonValue"]
    if needed:
        page = package.support(specs, frozenset(needed))
        yield Page(path=f"{folder}/{SUPPORT}.py", template="support.py.j2", view=page)
    yield from _package(specs, options, folder, public, doubles, deprecated=any_deprecated)
    yield from suite_pages(specs, options.module, folder)
    if options.distribution:
        page_of = package.readme(specs, options, found if specs.catalogue else ())
        yield Page(path="README.md", template="README.md.j2", view=page_of)
        project = package.project(specs, options)
        yield Page(path="pyproject.toml", template="pyproject.toml.j2", view=project)


def _package(  # noqa: PLR0913  (what the modules hold is known by now)
    specs: Package,
    options: Options,
    folder: str,
    public: dict[str, list[str]],
    doubles: dict[str, list[str]],
    *,
    deprecated: bool,
) -> Iterator[Page]:
    shown = package.exports(
        specs,
        public,
        summary=sentence(" ".join(specs.summary.split())) or f"``{specs.name}``.",
        parts=[f"Test doubles are in ``{options.module}.testing``."] if doubles else (),
        deprecated=deprecated,
    )
    yield Page(path=f"{folder}/__init__.py", template="__init__.py.j2", view=shown)
    yield Page(path=f"{folder}/py.typed", template="py.typed.j2", view=view.Marker())
    if doubles:
        shown = package.exports(
            specs,
            doubles,
            summary=f"Test doubles of the interfaces in ``{options.module}``.",
            deprecated=deprecated,
        )
        yield Page(path=f"{folder}/testing/__init__.py", template="__init__.py.j2", view=shown)


def _spec(
    specs: Package, lowering: Lowering, modules: dict[str, str], *, deprecated: bool
) -> tuple[view.Module, view.Testing]:
    spec = lowering.spec
    enums = tuple(data.enum(it, lowering) for it in spec.enums)
    raised = tuple(errors.error(it, lowering) for it in spec.errors)
    records = tuple(data.record(it, lowering) for it in spec.records)
    pairs = [interface(it, lowering, number) for number, it in enumerate(spec.interfaces, start=1)]
    variables = tuple(lowering.variables)
    if variables:
        lowering.imports.add("typing", "TypeVar")
    head = spec_head(specs, spec, deprecated=deprecated)
    module = view.Module(
        head=head,
        imports=lowering.imports.printed(modules, here=lowering.module),
        variables=variables,
        enums=enums,
        errors=raised,
        records=records,
        interfaces=tuple(made for made, _ in pairs),
    )
    testing = view.Testing(
        head=testing_head(specs, spec, deprecated=deprecated),
        imports=lowering.testing.printed(modules, dots=".."),
        variables=variables,
        stubs=tuple(made for _, made in pairs),
    )
    return module, testing


def _supported(lowering: Lowering) -> Iterator[str]:
    for symbol in lowering.imports.symbols | lowering.testing.symbols:
        if symbol.module == SUPPORT and symbol.package == "":
            yield symbol.name


def _public(spec: Spec) -> list[str]:
    names = [type_name(it.named) for it in spec.enums]
    names += [type_name(it.named) for it in spec.errors]
    names += [type_name(it.named) for it in spec.records]
    for declared in spec.interfaces:
        name = type_name(declared.named)
        names += [name, *generated_names(name)[:2]]
    return names


def _doubles(testing: view.Testing) -> list[str]:
    names: list[str] = []
    for double in testing.stubs:
        names.append(double.name)
        names += double.exported
    return names

"""What there is once per package: support code, the catalogue, docs, ``go.mod`` and README."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dagstack.idl.source import PROJECT_FILE
from dagstack.idl.targets.go.docs import Comment
from dagstack.idl.targets.go.literals import quoted
from dagstack.idl.targets.go.names import accessor, stub_struct, unimplemented_struct
from dagstack.idl.targets.go.prose import article, is_clause, lowered, safe, sentence
from dagstack.idl.targets.go.view import (
    CataloguePage,
    DocPage,
    Listed,
    ModulePage,
    ReadmePage,
    Requirement,
    Resource,
    SupportPage,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dagstack.idl.model import Named, Package, Spec
    from dagstack.idl.targets.go.language import Go
    from dagstack.idl.targets.go.names import Names
    from dagstack.idl.targets.go.options import GoOptions
    from dagstack.idl.targets.go.view import SpecPage

_MARKDOWN = re.compile(r"[\\`*_{}\[\]<>#|!]")


def accessor_of(names: Names, spec: Spec, provided: Named) -> str:
    """The accessor of a resource: called after the interface, if that is in the resource's file.

    Else it is called after the resource, as several can be one imported interface.
    """
    own = any(interface.name == provided.name for interface in spec.interfaces)
    return accessor(names.bare_type_name(provided) if own else names.exported(spec.name))


def provided(package: Package) -> list[tuple[Spec, Named]]:
    """The resources with the interfaces that they are."""
    return [(spec, spec.provides) for spec in package.resources() if spec.provides is not None]


def support_page(
    go: Go, package: Package, options: GoOptions, views: Sequence[SpecPage]
) -> SupportPage:
    """``support.go``."""
    bodies = "\n".join(function.body for view in views for function in view.functions)
    errors = [error for view in views for error in view.errors]
    resources = bool(provided(package))
    imports = {"errors"}
    unimplemented = any(interface.methods for view in views for interface in view.interfaces)
    if unimplemented or resources:
        imports.add("fmt")
    if resources:
        imports.update(("reflect", "strings"))
    return SupportPage(
        header=go.header(PROJECT_FILE),
        package=go.package,
        imports=go.imports(imports),
        unimplemented=unimplemented,
        errors=bool(errors),
        roots=any("causes(" in error.unwrap for error in errors),
        shown=any("shown(" in error.message for error in errors),
        source=options.source,
        resources=resources,
        box="box[" in bodies.replace("unbox[", ""),
        box_maybe="boxMaybe[" in bodies.replace("unboxMaybe[", ""),
        unbox="unbox[" in bodies,
        unbox_maybe="unboxMaybe[" in bodies,
        lists="listOf(" in bodies,
        maps="mapOf[" in bodies,
    )


def catalogue_page(go: Go, package: Package, options: GoOptions) -> CataloguePage:
    """``catalogue.go``."""
    names = go.names
    resources = provided(package)
    source, catalogue = options.source, package.catalogue
    paths = [names.imported[named.package].path for _, named in resources if named.package]
    return CataloguePage(
        header=go.header(PROJECT_FILE),
        package=go.package,
        imports=go.imports(set(paths)),
        source=source,
        source_doc=_comment(f"{source} is what a plugin sees of the host's resources."),
        catalogue=catalogue,
        catalogue_doc=_comment(
            f"{catalogue} reads the resources of this package from a source, with their types."
        ),
        check_doc=_comment(
            "CheckResource returns an error if value lacks methods of the interface that belongs "
            "to the resource called name, and says which. A name that this package does not know "
            "is fine with any value."
        ),
        resources=tuple(_resource(go, spec, named, source) for spec, named in resources),
    )


def _resource(go: Go, spec: Spec, provided: Named, source: str) -> Resource:
    name = quoted(spec.name)
    function = accessor_of(go.names, spec, provided)
    method = go.names.exported(spec.name)
    kind = go.names.type_name(provided)
    comment = Comment()
    comment.paragraph(
        f"{function} returns the resource {name} as {article(kind)}. The error of a value that is "
        "none says which methods it lacks."
    )
    go.docs.life(comment, spec.life)
    getter = Comment()
    getter.paragraph(f"{method} returns the resource {name}, see [{function}].")
    go.docs.life(getter, spec.life)
    return Resource(
        name=name,
        method=method,
        method_doc=str(getter),
        accessor=function,
        doc=str(comment),
        type=kind,
        source=source,
    )


def _comment(text: str) -> str:
    comment = Comment()
    comment.paragraph(text)
    return str(comment)


def doc_page(go: Go, package: Package) -> DocPage:
    """``doc.go``: the comment of the package."""
    comment = Comment()
    summary = safe(" ".join(package.summary.split()))
    about = f"provides {lowered(summary)}" if summary else "holds generated interfaces"
    if is_clause(summary):
        about = f"is about this: {lowered(summary)}"
    comment.paragraph(sentence(f"Package {go.package} {about}"))
    comment.paragraph(
        "Every interface X comes with a base to embed, UnimplementedX, and with a test double, "
        "StubX. A method's optional arguments are a struct, whose zero value holds the defaults. "
        "Errors are compared by [errors.Is] with the variables ErrX, and their fields are had by "
        "[errors.As] with the types XError."
    )
    for spec in package.specs:
        kind = "resource" if spec.is_resource else "library"
        comment.lines += ["", f"# The {kind} {safe(spec.name)}"]
        comment.paragraph(sentence(go.docs.text(spec.summary, {})))
        go.docs.prose(comment, spec.doc)
    return DocPage(header=go.header(PROJECT_FILE), package=go.package, doc=str(comment))


def module_page(go: Go, package: Package, options: GoOptions) -> ModulePage:
    """``go.mod``: imported modules have the versions and folders that the options give them."""
    required = requirements(go, package, options)
    replaced = [needed.module for needed in required if needed.module in options.replaces]
    return ModulePage(
        header=go.header(PROJECT_FILE),
        module=options.module,
        go=options.go,
        requires=_directive(
            "require", [f"{needed.module} {needed.version}" for needed in required]
        ),
        replaces=_directive(
            "replace", [f"{path} => {options.replaces[path]}" for path in replaced]
        ),
    )


def requirements(go: Go, package: Package, options: GoOptions) -> tuple[Requirement, ...]:
    """The modules of the packages that this one imports from."""
    used = {named.package for spec in package.specs for named in spec.imports if named.package}
    paths = sorted(go.names.imported[name].path for name in used if name in go.names.imported)
    return tuple(
        Requirement(module=path, version=options.requires.get(path, "v0.0.0")) for path in paths
    )


def _directive(word: str, lines: list[str]) -> tuple[str, ...]:
    if len(lines) <= 1:
        return tuple(f"{word} {line}" for line in lines)
    return (f"{word} (", *(f"\t{line}" for line in lines), ")")


def readme_page(go: Go, package: Package, options: GoOptions) -> ReadmePage:
    """``README.md``."""
    resources = provided(package)
    first = next(iter(resources), None)
    interface = go.names.bare_type_name(first[1]) if first else ""
    imports = requirements(go, package, options)
    return ReadmePage(
        notice=" ".join(go.header(PROJECT_FILE, "").split()).replace("--", "- -"),
        title=options.module,
        summary=sentence(_markdown(package.summary)),
        module=options.module,
        package=go.package,
        needs=", and the modules named below" if imports else "",
        source=options.source,
        example=_resource(go, *first, options.source) if first else None,
        local=go.names.local(first[0].name, ("err",)) if first else "",
        stub=f", such as `{stub_struct(interface)}`" if first else "",
        base=f", such as `{unimplemented_struct(interface)}`" if first else "",
        resources=tuple(
            Listed(
                name=spec.name,
                text=sentence(_markdown(go.docs.text(spec.summary, {}))),
                accessor=accessor_of(go.names, spec, named),
            )
            for spec, named in resources
        ),
        imports=imports,
    )


def _markdown(text: str) -> str:
    """``text`` without anything that Markdown would act on."""
    text = safe(" ".join(text.split()))
    return _MARKDOWN.sub(r"\\\g<0>", text)

"""The index: resources, libraries, implementations, and the tree of errors."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.idl.prose import sentence
from dagstack.idl.targets.docs import markdown, view
from dagstack.idl.targets.docs.data import all_implementations
from dagstack.idl.targets.docs.languages import titles
from dagstack.idl.targets.docs.pages import page
from dagstack.idl.targets.docs.words import Words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dagstack.idl.model import Error, Package, Spec


def lower_index(package: Package, notice: str) -> view.IndexPage:
    """The page that leads to all others."""
    words = Words("")
    resources = package.resources()
    libraries = [spec for spec in package.specs if not spec.is_resource]
    summary = markdown.opened(markdown.text(sentence(" ".join(package.summary.split()))))
    return view.IndexPage(
        notice=notice,
        title=f"Reference of {markdown.text(package.name)}",
        blocks=(summary,) if summary else (),
        resources=_resources(resources, words),
        libraries=_libraries(libraries, words),
        implementations=all_implementations(package, titles(package), words),
        errors="\n".join(_tree(package, words)),
    )


def _resources(specs: tuple[Spec, ...], words: Words) -> str:
    rows = [
        (
            _linked(spec),
            words.named(spec.provides) if spec.provides else "",
            markdown.text(spec.version),
            _about(spec, words),
        )
        for spec in specs
    ]
    return markdown.table(("Resource", "Interface", "Version", "Summary"), rows) if rows else ""


def _libraries(specs: list[Spec], words: Words) -> str:
    rows = [(_linked(spec), markdown.text(spec.version), _about(spec, words)) for spec in specs]
    return markdown.table(("Library", "Version", "Summary"), rows) if rows else ""


def _linked(spec: Spec) -> str:
    return markdown.link(markdown.code(spec.name), page(spec.name))


def _about(spec: Spec, words: Words) -> str:
    text = sentence(words.inline(spec.summary))
    age = words.age(spec.life)
    return f"{text} {age}" if age else text


def _tree(package: Package, words: Words) -> Iterator[str]:
    """Each error under the one that it extends; one of another package is where that begins."""
    errors = [error for spec in package.specs for error in spec.errors]
    below: dict[tuple[str, str], list[Error]] = {}
    for error in errors:
        parent = error.parent
        key = (parent.package, parent.name) if parent else ("", "")
        below.setdefault(key, []).append(error)
    known = {("", error.name) for error in errors}
    for key, children in below.items():
        if key in known:
            continue
        foreign = children[0].parent
        if foreign is None:
            yield from _branch(children, below, words, 0)
        else:
            yield f"- {words.named(foreign)} of {markdown.code(foreign.package)}"
            yield from _branch(children, below, words, 1)


def _branch(
    errors: list[Error],
    below: Mapping[tuple[str, str], list[Error]],
    words: Words,
    depth: int,
) -> Iterator[str]:
    for error in errors:
        about = sentence(words.inline(error.summary))
        yield f"{'  ' * depth}- {words.named(error.named)}{f': {about}' if about else ''}"
        yield from _branch(below.get(("", error.name), []), below, words, depth + 1)

"""What a target is: one folder that turns the model into files of one language."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from dagstack.idl.model import Error, Inline, Interface, Method, Package, Property, Spec
from dagstack.idl.node import Node
from dagstack.idl.source import At


class Declared(Node):
    """A name that a target's output declares, and what in the spec it comes from."""

    name: str
    """As the output spells it."""
    origin: str
    """As the spec spells it, for messages: "method `put`"."""
    at: At
    escaped: str = ""
    """The reserved word that the name would be, had the target not changed it; else empty."""


class Scope(Node):
    """A place in the output where no two names may be equal."""

    label: str
    """For messages: "package contracts", "parameters of BlobStore.put"."""
    names: tuple[Declared, ...]


class Page(Node):
    """A file to be: the template prints the view, in which every string is final."""

    path: str
    """Relative to the target's output folder, with ``/``."""
    template: str
    view: Node


class Reference(Protocol):
    """How a language shows what specs declare, for the tabs of the reference pages."""

    @property
    def fence(self) -> str:
        """The word that names the language on a block of code."""
        ...

    def resource(self, spec: Spec) -> str:
        """The code that reads a resource from what a host offers."""
        ...

    def property(self, interface: Interface, declared: Property) -> str:
        """The declaration of a property."""
        ...

    def method(self, interface: Interface, declared: Method) -> str:
        """The declaration of a method, with what is made for its options and type parameters."""
        ...

    def error(self, declared: Error) -> Inline:
        """What an error is called, and which of the language's own errors it also is."""
        ...


Scopes: TypeAlias = Callable[[Package, Any], Iterable[Scope]]
Lower: TypeAlias = Callable[[Package, Any], Iterable[Page]]


class Target(Node):
    """A language, or anything else that can be printed from the model.

    ``options`` is the node class that the target's part of ``dagstack-idl.yaml`` is read into; its
    fields are the keys that users may write there. ``scopes`` lists every name that the output
    declares: it is how clashes after case conversion and reserved words are found for all targets
    when a spec is checked, whichever of them are being generated. ``lower`` makes the pages.
    """

    name: str
    title: str
    """For people: "TypeScript"."""
    options: type[Node]
    scopes: Scopes
    lower: Lower
    templates: Path
    """The folder of its Jinja templates."""
    reference: Callable[[Package, Any], Reference] | None = None
    """What shows the language in the reference pages; none for what is no language."""

"""What the templates print: every string is final, with its indent and line breaks."""

from __future__ import annotations

from dagstack.idl.node import Node


class Member(Node):
    """A line with its doc comment, which is empty or ends in a line end."""

    doc: str
    text: str


class Shape(Node):
    """An interface, a record, or a set of options: ``head`` is all before the brace."""

    doc: str
    head: str
    members: tuple[Member, ...]


class Function(Node):
    """A method or getter of a class."""

    head: str
    body: str


class Class(Node):
    """A class that implements an interface."""

    doc: str
    name: str
    interface: str
    functions: tuple[Function, ...]


class Forwarding(Node):
    """A class that hands every call on."""

    doc: str
    name: str
    interface: str
    inner: str
    functions: tuple[Function, ...]


class Interface(Node):
    """An interface with all that goes with it."""

    shape: Shape
    options: tuple[Shape, ...]
    table_doc: str
    table: str
    unimplemented: Class
    forwarding: Forwarding


class EnumView(Node):
    """An object of constants and the union of their types."""

    doc: str
    name: str
    values: tuple[Member, ...]


class ErrorView(Node):
    """An error class: ``fields`` is what it is made from, if it has fields of its own."""

    doc: str
    name: str
    head: str
    fields: Shape | None
    brand: str
    code: str
    members: tuple[Member, ...]
    constructor: str
    message: str
    superclass: str
    """The call of ``super``."""
    assignments: tuple[str, ...]
    guard_doc: str
    guard: str


class Module(Node):
    """The file of one spec."""

    header: tuple[str, ...]
    doc: str
    imports: tuple[str, ...]
    interfaces: tuple[Interface, ...]
    records: tuple[Shape, ...]
    enums: tuple[EnumView, ...]
    errors: tuple[ErrorView, ...]


class Stub(Node):
    """A test double and the type of the calls it records."""

    doc: str
    name: str
    interface: str
    call_doc: str
    call: str
    alias: str
    """The declaration of ``call``."""
    constructor: str
    calls: str
    handlers: str
    functions: tuple[Function, ...]


class TestingModule(Node):
    """The test doubles of one spec."""

    header: tuple[str, ...]
    imports: tuple[str, ...]
    stubs: tuple[Stub, ...]


class Accessor(Node):
    """The function that takes one resource out of a source."""

    doc: str
    head: str
    body: str


class Catalogue(Node):
    """The types of all resources by name."""

    header: tuple[str, ...]
    imports: tuple[str, ...]
    shape: Shape
    table_doc: str
    table: str
    accessors: tuple[Accessor, ...]


class Support(Node):
    """What a package needs once."""

    header: tuple[str, ...]


class Index(Node):
    """A file that exports others."""

    header: tuple[str, ...]
    modules: tuple[str, ...]


class SuiteModule(Node):
    """A conformance suite as a constant."""

    header: tuple[str, ...]
    doc: str
    declaration: str


class PackageJson(Node):
    """``package.json``; strings are JSON literals."""

    comment: str
    name: str
    version: str
    description: str
    license: str
    suites: bool
    peers: tuple[str, ...]


class Readme(Node):
    """``README.md``; texts are Markdown, and the last three are lines of its examples."""

    header: tuple[str, ...]
    package: str
    name: str
    summary: str
    catalogue: str
    """Empty if there are no resources; then the three below are, too."""
    resources: tuple[str, ...]
    example: str
    access: str
    stub: str

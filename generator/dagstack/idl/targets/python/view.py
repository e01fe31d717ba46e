"""What the templates print: every string is final."""

from __future__ import annotations

from dagstack.idl.node import Node


class Property(Node):
    """A read-only attribute of an interface."""

    name: str
    decorator: str
    """With its indentation and line end, as all decorators here."""
    deprecated: str
    signature: str
    doc: str
    unimplemented: str
    """The statement that raises."""


class Method(Node):
    """A method of an interface."""

    decorator: str
    signature: str
    doc: str
    unimplemented: str
    forward: str
    """The statement that hands the call on."""


class Interface(Node):
    """A protocol and its two bases."""

    decorator: str
    name: str
    doc: str
    properties: tuple[Property, ...]
    methods: tuple[Method, ...]
    unimplemented: str
    unimplemented_doc: str
    forwarding: str
    forwarding_doc: str
    forwarding_signature: str
    inner: str
    """The attribute that holds the object that calls are handed to."""
    check: str
    """A statement that type checkers refuse if a base does not satisfy the protocol."""


class EnumValue(Node):
    """A member of an enum."""

    name: str
    literal: str
    doc: str


class Enum(Node):
    """A closed set of strings."""

    decorator: str
    name: str
    doc: str
    values: tuple[EnumValue, ...]


class Record(Node):
    """A frozen dataclass."""

    decorator: str
    name: str
    doc: str
    fields: tuple[str, ...]


class Error(Node):
    """An exception."""

    decorator: str
    header: str
    """The line of ``class``."""
    doc: str
    is_root: bool
    """Whether it teaches its descendants how to be printed and pickled."""
    signature: str
    statements: tuple[str, ...]


class Module(Node):
    """The module of a spec file."""

    head: str
    imports: str
    variables: tuple[str, ...]
    enums: tuple[Enum, ...]
    errors: tuple[Error, ...]
    records: tuple[Record, ...]
    interfaces: tuple[Interface, ...]


class Call(Node):
    """The dataclass of a recorded call, and the type of its handler if that has a name."""

    header: str
    doc: str
    fields: tuple[str, ...]
    alias: str
    """A type alias for the handler, where its type is long; else empty."""
    handler: str
    """The line of ``class`` of the handler's protocol, where it is generic; else empty."""
    handler_doc: str
    handler_signature: str


class StubMethod(Node):
    """A method of a stub."""

    signature: str
    local: str
    record: str
    """The statement that makes the recorded call."""
    attribute: str
    unset: str
    """The statement that raises."""
    answer: str
    """What stands before the handler's call."""


class StubProperty(Node):
    """A property of a stub."""

    name: str
    decorator: str
    signature: str
    attribute: str
    unset: str


class Stub(Node):
    """A test double."""

    name: str
    doc: str
    calls: tuple[Call, ...]
    union: str
    recorded: str
    """The statement that starts the record of calls; empty without methods."""
    recorded_name: str
    exported: tuple[str, ...]
    """The public names that come with it."""
    arguments: tuple[str, ...]
    assignments: tuple[str, ...]
    properties: tuple[StubProperty, ...]
    methods: tuple[StubMethod, ...]
    check: str


class Testing(Node):
    """The test doubles of a spec file."""

    head: str
    imports: str
    variables: tuple[str, ...]
    stubs: tuple[Stub, ...]


class Resource(Node):
    """A resource in the catalogue."""

    name: str
    literal: str
    accessor: str
    interface: str
    summary: str
    doc: str
    accessor_doc: str
    read: str
    """The statement that reads the resource."""
    attributes: str
    methods: str


class Catalogue(Node):
    """The typed catalogue of all resources."""

    head: str
    imports: str
    name: str
    doc: str
    resources: tuple[Resource, ...]


class Support(Node):
    """What the modules of a package share; each part only where it is needed."""

    head: str
    imports: str
    json: bool
    deprecated: bool
    errors: bool
    unset: bool
    catalogue: bool


class Exports(Node):
    """An ``__init__.py`` that shows what its modules hold."""

    head: str
    imports: tuple[str, ...]
    exported: tuple[str, ...]


class Readme(Node):
    """The page that a package index shows."""

    title: str
    summary: str
    command: str
    module: str
    distribution: str
    catalogue: str
    resources: tuple[Resource, ...]
    example: str
    """An interface to show stubs with; empty if there is none."""


class Project(Node):
    """``pyproject.toml``."""

    header: str
    name: str
    version: str
    description: str
    requires_python: str
    dependencies: tuple[str, ...]
    folder: str


class Text(Node):
    """A file that is data."""

    text: str


class Suites(Node):
    """The module that names the conformance suites; names are literals."""

    head: str
    only: str
    """The name, if there is but one."""
    names: tuple[str, ...]


class Marker(Node):
    """``py.typed``, which is empty."""

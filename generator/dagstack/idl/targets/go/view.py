"""What the templates print. Every string is final: names, types, comments and their line breaks."""

from __future__ import annotations

from dagstack.idl.node import Node


class Field(Node):
    """A field of a struct."""

    doc: str
    """Empty if there is nothing to say."""
    line: str


class Default(Node):
    """The method that fills in a field's default."""

    doc: str
    signature: str
    condition: str
    default: str
    given: str


class Struct(Node):
    """A struct that is plain data."""

    name: str
    doc: str
    fields: tuple[Field, ...]
    spaced: bool
    """Whether blank lines part the fields; else they are aligned."""
    defaults: tuple[Default, ...] = ()


class Method(Node):
    """A method of an interface, or the getter of a property."""

    name: str
    doc: str
    declaration: str
    verb: str
    """What the base does with the error: "returns" or "panics with"."""
    unimplemented: str
    """The signature of the base to embed."""
    missing: str
    """The statement that says that the method is missing."""


class Interface(Node):
    """An interface with what belongs to it."""

    name: str
    doc: str
    base: str
    base_doc: str
    methods: tuple[Method, ...]
    options: tuple[Struct, ...]


class Function(Node):
    """A generic function in front of a method."""

    doc: str
    signature: str
    body: str


class Constant(Node):
    """A value of an enum."""

    doc: str
    line: str


class Enum(Node):
    """A named string type with its constants."""

    name: str
    doc: str
    constants: tuple[Constant, ...]
    spaced: bool
    valid: str
    """The constants as one case of a switch; empty if there are none."""


class Error(Node):
    """A sentinel and the type with the fields."""

    sentinel: str
    sentinel_doc: str
    declaration: str
    """The sentinel's, with its text and the errors that it also is."""
    type: Struct
    message: str
    """An expression of the message."""
    unwrap: str
    """The statements that return the errors below it."""
    is_timeout: bool


class Imports(Node):
    """The import clause, in groups."""

    groups: tuple[tuple[str, ...], ...]


class SpecPage(Node):
    """``blob_store.go``."""

    header: str
    package: str
    imports: Imports
    interfaces: tuple[Interface, ...]
    functions: tuple[Function, ...]
    records: tuple[Struct, ...]
    enums: tuple[Enum, ...]
    errors: tuple[Error, ...]


class StubMethod(Node):
    """A method of a stub."""

    name: str
    doc: str
    handler: str
    """The field that holds its function, as a declaration."""
    signature: str
    missing: str
    answer: str
    """The statement that calls the function."""
    call: Struct | None
    """The type of a recorded call; getters of properties record none."""
    record: str
    """The statement that records a call."""


class Stub(Node):
    """A test double."""

    name: str
    interface: str
    receiver: str
    doc: str
    methods: tuple[StubMethod, ...]
    spaced: bool
    recording: bool
    calls: tuple[str, ...]
    """The fields that hold the recorded calls."""


class StubPage(Node):
    """``blob_store_stub.go``."""

    header: str
    package: str
    imports: Imports
    stubs: tuple[Stub, ...]


class SupportPage(Node):
    """``support.go``: each part only where something uses it."""

    header: str
    package: str
    imports: Imports
    unimplemented: bool
    errors: bool
    roots: bool
    shown: bool
    source: str
    resources: bool
    box: bool
    box_maybe: bool
    unbox: bool
    unbox_maybe: bool
    lists: bool
    maps: bool


class Resource(Node):
    """A resource with its accessor."""

    name: str
    """As a literal."""
    method: str
    method_doc: str
    accessor: str
    doc: str
    type: str
    source: str


class CataloguePage(Node):
    """``catalogue.go``."""

    header: str
    package: str
    imports: Imports
    source: str
    source_doc: str
    catalogue: str
    catalogue_doc: str
    check_doc: str
    resources: tuple[Resource, ...]


class DocPage(Node):
    """``doc.go``."""

    header: str
    package: str
    doc: str


class Requirement(Node):
    """A module that ours needs."""

    module: str
    version: str


class ModulePage(Node):
    """``go.mod``."""

    header: str
    module: str
    go: str
    requires: tuple[str, ...]
    """The lines of the directive."""
    replaces: tuple[str, ...]


class Listed(Node):
    """A resource in the README."""

    name: str
    text: str
    accessor: str


class ReadmePage(Node):
    """``README.md``."""

    notice: str
    title: str
    summary: str
    module: str
    package: str
    needs: str
    """What it needs besides the standard library."""
    source: str
    example: Resource | None
    local: str
    """A variable for the example's resource."""
    stub: str
    base: str
    resources: tuple[Listed, ...]
    imports: tuple[Requirement, ...]


class Text(Node):
    """A file that is data."""

    text: str


class Suite(Node):
    """A conformance suite that the output embeds."""

    name: str
    file: str
    doc: str


class SuitesPage(Node):
    """``conformance/conformance.go``."""

    header: str
    doc: str
    suites: tuple[Suite, ...]

"""The specs understood: every name followed, no word of any target language in it.

All of it is frozen and is made by ``resolve`` alone. ``at`` says where something was written.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, TypeAlias

from dagstack.idl.node import Node
from dagstack.idl.source import At

if TYPE_CHECKING:
    from dagstack.idl.case_model import Suite  # noqa: TC004  (a cycle)

# --- types -----------------------------------------------------------------------------------

ScalarName: TypeAlias = Literal[
    "bool",
    "int",
    "int64",
    "float",
    "string",
    "bytes",
    "datetime",
    "duration",
    "path",
    "json",
    "any",
]

Renames: TypeAlias = tuple[tuple[str, str], ...]
"""Pairs of a target's name and the name that the spec gives something there."""


class Scalar(Node, tag=True):
    """A built-in type."""

    name: ScalarName


UNKNOWN = Scalar(name="any")
"""Stands where a type could not be followed. It is told by identity, and no rule blames it."""


class ListOf(Node, tag=True):
    """``list<item>``."""

    item: Type


class MapOf(Node, tag=True):
    """``map<key, value>``; the key is a string, an int or an enum."""

    key: Type
    value: Type


class Maybe(Node, tag=True):
    """``inner?``: the value may be absent."""

    inner: Type


class Variable(Node, tag=True):
    """A type parameter of the method that uses it."""

    name: str


class Named(Node, tag=True):
    """A declared interface, record, enum or error, wherever it is declared; a suite's subject."""

    name: str
    kind: Literal["interface", "record", "enum", "error", "subject"]
    spec: str
    """The file (its stem) that declares it."""
    package: str = ""
    """The spec package that declares it; empty for the package at hand."""
    renames: Renames = ()


Type: TypeAlias = Scalar | ListOf | MapOf | Maybe | Variable | Named

# --- prose -----------------------------------------------------------------------------------


class Ref(Node):
    """What a code span in prose names."""

    kind: Literal["param", "option", "method", "property", "field", "value", "type", "literal"]
    name: str
    """The name in the spec; of a literal ``null``, ``true`` or ``false``."""
    owner: Named | None = None
    """The declaration that a method, property, field or value belongs to; the type itself."""
    renames: Renames = ()


class Code(Node, tag=True):
    """A code span: ``text`` as it was written between backticks, and what it names, if anything."""

    text: str
    ref: Ref | None = None


Inline: TypeAlias = tuple[str | Code, ...]
"""A run of text; line breaks in it are spaces."""


class Paragraph(Node, tag=True):
    """A paragraph of prose."""

    text: Inline


class Bullets(Node, tag=True):
    """A list of short items."""

    items: tuple[Inline, ...]


Prose: TypeAlias = tuple[Paragraph | Bullets, ...]

# --- what declarations share -----------------------------------------------------------------


class Deprecation(Node):
    """Since when something is deprecated, what to use instead (may be empty), when it goes."""

    since: str
    use: Inline = ()
    remove_in: str = ""


class Life(Node):
    """The age of a declaration; an empty version means unsaid."""

    since: str = ""
    deprecated: Deprecation | None = None
    unstable: bool = False


class Member(Node):
    """The value of an enum by name, as the default of a param, option or field."""

    enum: Named
    name: str
    renames: Renames = ()


Constant: TypeAlias = bool | int | float | str | tuple[()] | dict[str, object] | Member | None
"""A default: a scalar, an enum's value, the empty list ``()`` or the empty map ``{}``."""


class Value(Node):
    """A param, an option, or a field of a record or error."""

    name: str
    type: Type
    doc: Prose
    required: bool
    at: At
    default: Constant = None
    """Meaningful where ``required`` is false."""
    life: Life = Life()
    renames: Renames = ()


# --- interfaces ------------------------------------------------------------------------------


class Property(Node):
    """A value that an object shows and callers only read."""

    name: str
    type: Type
    doc: Prose
    at: At
    life: Life = Life()
    renames: Renames = ()


class Result(Node):
    """What a method returns."""

    type: Type
    doc: Prose


class Raise(Node):
    """An error that a method ends with, and when."""

    error: Named
    condition: Inline
    """Without a full stop: "`key` cannot name a blob"."""


class Example(Node):
    """A call and what comes of it, as literals that fit the types."""

    title: Inline
    args: tuple[tuple[str, object], ...]
    returns: object = None
    has_result: bool = False
    raises: Named | None = None


class Method(Node):
    """One operation."""

    name: str
    effect: Literal["instant", "blocking", "async"]
    summary: Inline
    doc: Prose
    params: tuple[Value, ...]
    options: tuple[Value, ...]
    returns: Result | None
    raises: tuple[Raise, ...]
    """Errors that a correct caller can meet."""
    rejects: tuple[Raise, ...]
    """Errors of a caller that broke a precondition."""
    at: At
    types: tuple[str, ...] = ()
    examples: tuple[Example, ...] = ()
    life: Life = Life()
    renames: Renames = ()


class Interface(Node):
    """What an object can do."""

    name: str
    summary: Inline
    doc: Prose
    properties: tuple[Property, ...]
    methods: tuple[Method, ...]
    named: Named
    at: At
    life: Life = Life()
    renames: Renames = ()


# --- data ------------------------------------------------------------------------------------


class Record(Node):
    """Plain data."""

    name: str
    summary: Inline
    doc: Prose
    fields: tuple[Value, ...]
    named: Named
    at: At
    life: Life = Life()
    renames: Renames = ()


class EnumValue(Node):
    """One value of an enum; on the wire it is its own name."""

    name: str
    doc: Prose
    at: At
    life: Life = Life()
    renames: Renames = ()


class Enum(Node):
    """A closed set of strings."""

    name: str
    summary: Inline
    doc: Prose
    values: tuple[EnumValue, ...]
    named: Named
    at: At
    life: Life = Life()
    renames: Renames = ()


ErrorKind: TypeAlias = Literal[
    "failure", "precondition", "not_found", "already_exists", "timeout", "connection"
]


class FieldRef(Node, tag=True):
    """The place of a field's value in an error's message."""

    field: str


class Error(Node):
    """A class of failure. It has the fields of its ancestors before its own."""

    name: str
    summary: Inline
    doc: Prose
    parent: Named | None
    kind: ErrorKind
    message: tuple[str | FieldRef, ...]
    """Never empty: without a ``message`` in the spec it is the summary."""
    inherited: tuple[Value, ...]
    fields: tuple[Value, ...]
    named: Named
    at: At
    life: Life = Life()
    renames: Renames = ()


class Implementation(Node):
    """A class that is known to implement an interface of its file."""

    name: str
    summary: Inline
    implements: Named
    use: Literal["production", "development", "tests"]
    languages: tuple[tuple[str, Literal["shipped", "planned"]], ...]
    aliases: tuple[str, ...]
    at: At


# --- files and packages ----------------------------------------------------------------------


class Spec(Node):
    """A file: one resource, or a library of what several share."""

    name: str
    file: str
    """The path from the project's folder, with ``/``, as the header of its output shows it."""
    version: str
    summary: Inline
    doc: Prose
    is_resource: bool
    provides: Named | None
    """The interface that the resource is."""
    imports: tuple[Named, ...]
    """Names from other files, in the order written."""
    interfaces: tuple[Interface, ...]
    records: tuple[Record, ...]
    enums: tuple[Enum, ...]
    errors: tuple[Error, ...]
    """Parents before children, else in the order written."""
    implementations: tuple[Implementation, ...]
    at: At
    life: Life = Life()


class Dependency(Node):
    """Another spec package that this one imports, and what its output is called, per target."""

    name: str
    targets: dict[str, object]
    """Per target the options of that package, as its ``dagstack-idl.yaml`` gives them."""
    package: Package


class Package(Node):
    """All specs of a project. ``specs`` are in an order where imports come first."""

    at: At
    """The project file."""
    name: str
    version: str
    summary: str
    specs: tuple[Spec, ...]
    header: str
    """Extra lines for the top of every file, such as a licence; may be empty."""
    command: str
    """The command that makes the output again, for the header: ``make generate``."""
    catalogue: str
    """The name of the interface that lists all resources, in Pascal case."""
    dependencies: tuple[Dependency, ...] = ()
    suites: tuple[Suite, ...] = ()
    """What implementations must show, in the order of names."""
    targets: dict[str, object] = {}  # noqa: RUF012  (msgspec copies it)
    """Per target in use its options, for pages about what other targets make."""

    def resources(self) -> tuple[Spec, ...]:
        """The specs that are a resource."""
        return tuple(spec for spec in self.specs if spec.is_resource)

"""What the templates print: every string is final Markdown, on its own or as a whole block."""

from __future__ import annotations

from dagstack.idl.node import Node


class Method(Node):
    """A method or property under its own heading."""

    heading: str
    notes: str
    """Its effect and age, on one line; may be empty."""
    blocks: tuple[str, ...]
    """The summary and the doc."""
    tabs: str
    params: str
    """A table; may be empty."""
    returns: str
    raises: tuple[str, ...]
    rejects: tuple[str, ...]
    examples: tuple[str, ...]


class Interface(Node):
    """An interface with its members."""

    heading: str
    notes: str
    blocks: tuple[str, ...]
    members: tuple[Method, ...]


class Data(Node):
    """A record, an enum or an error."""

    heading: str
    notes: str
    blocks: tuple[str, ...]
    """Prose and tables."""


class SpecPage(Node):
    """The page of a spec file."""

    notice: str
    title: str
    notes: str
    blocks: tuple[str, ...]
    """The summary, the doc, and how a resource is read."""
    interfaces: tuple[Interface, ...]
    data: tuple[Data, ...]
    implementations: str
    """A table; may be empty."""


class IndexPage(Node):
    """The page that leads to all others; tables and lists may be empty."""

    notice: str
    title: str
    blocks: tuple[str, ...]
    resources: str
    libraries: str
    implementations: str
    errors: str

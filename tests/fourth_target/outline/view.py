"""What the template prints: every string is final."""

from __future__ import annotations

from dagstack.idl.node import Node


class Section(Node):
    """An interface."""

    title: str
    lines: tuple[str, ...]


class Outline(Node):
    """A file."""

    title: str
    source: str
    sections: tuple[Section, ...]

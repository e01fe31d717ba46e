"""Texts with names in them: ``${name}`` and ``${name.property}``."""

from __future__ import annotations

import re

from dagstack.idl.node import Node

_PLACE = re.compile(r"\$\$\{|\$\{(?P<name>[^{}]*)\}|\$\{")
NAME = re.compile(r"[a-z][a-z0-9]*(_[a-z0-9]+)*")
"""A name in snake_case."""
_PATH = re.compile(rf"{NAME.pattern}(\.{NAME.pattern})?")


class Placeholder(Node):
    """A name, and perhaps a property of what it stands for."""

    path: tuple[str, ...]
    text: str
    """As it is written, for findings."""


class MalformedPlaceholderError(Exception):
    """The text is its only argument."""


def split_text(text: str) -> list[str | Placeholder]:
    """The parts of a text, in order; none is empty text.

    Raises:
        MalformedPlaceholderError: what follows `${` is no name in braces.
    """
    parts: list[str | Placeholder] = []
    literal, position = "", 0
    for match in _PLACE.finditer(text):
        literal += text[position : match.start()]
        position = match.end()
        if match[0] == "$${":
            literal += "${"
            continue
        name = match["name"]
        if name is None or not _PATH.fullmatch(name):
            raise MalformedPlaceholderError(match[0])
        if literal:
            parts.append(literal)
        literal = ""
        parts.append(Placeholder(path=tuple(name.split(".")), text=match[0]))
    literal += text[position:]
    if literal:
        parts.append(literal)
    return parts


def has_placeholder(text: str) -> bool:
    """Whether a text is more than itself."""
    return "${" in text


def is_operator(key: str) -> bool:
    """Whether a key is that of an operator, and not one with a name in it."""
    return key.startswith("$") and not key.startswith(("${", "$${"))


def only_placeholder(raw: object) -> Placeholder | None:
    """The name that a value is, if it is nothing else."""
    if not isinstance(raw, str) or not has_placeholder(raw):
        return None
    try:
        parts = split_text(raw)
    except MalformedPlaceholderError:
        return None
    only = parts[0] if len(parts) == 1 else None
    return only if isinstance(only, Placeholder) else None

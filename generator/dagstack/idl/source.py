"""Places in the specs: which file, line and column said so."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Literal, TypeAlias

import yaml

from dagstack.idl.node import Node

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

At: TypeAlias = "tuple[str | int, ...]"
"""A place as data: the file's name, then the keys and indexes that lead to a YAML node.

Model nodes carry this instead of a line number, because making it costs next to nothing and a line
is only wanted when there is something to report.
"""

PROJECT_FILE = "dagstack-idl.yaml"

Part: TypeAlias = Literal["key", "value"]

YAML_LOADER: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Span(Node, order=True):
    """A stretch of a file. Lines and columns count from 1, in characters; the end is exclusive."""

    file: str
    line: int
    column: int
    end_line: int
    end_column: int


class Source:
    """One file as it was read. Positions are worked out on the first question for one."""

    def __init__(self, file: str, text: str) -> None:
        self.file = file
        self.text = text

    @cached_property
    def lines(self) -> list[str]:
        """The text by lines, without their ends, split as YAML does (not at form feeds)."""
        return self.text.replace("\r\n", "\n").replace("\r", "\n").split("\n")

    @cached_property
    def _root(self) -> yaml.Node | None:
        try:
            return yaml.compose(self.text, Loader=YAML_LOADER)
        except (yaml.YAMLError, RecursionError):
            return None

    def whole(self) -> Span:
        """The first line: where a finding about the file as a whole is shown."""
        return Span(file=self.file, line=1, column=1, end_line=1, end_column=len(self.lines[0]) + 1)

    def mark(self, start: yaml.Mark, end: yaml.Mark | None = None) -> Span:
        """The span between two marks of the YAML parser."""
        stop = end or start
        return Span(
            file=self.file,
            line=start.line + 1,
            column=start.column + 1,
            end_line=stop.line + 1,
            end_column=max(stop.column + 1, start.column + 2 if stop.line == start.line else 1),
        )

    def span(self, path: Iterable[str | int], part: Part = "value", word: str = "") -> Span:
        """Where the node at ``path`` stands; the nearest one above it if it is not written.

        ``part`` chooses between a mapping's key and its value, ``word`` narrows the span to the
        first place where that text stands in it.
        """
        key: yaml.Node | None = None
        node = self._root
        for step in path:
            found = _child(node, step)
            if found is None:
                part = "key"
                break
            key, node = found
        if node is None:
            return self.whole()
        if part == "key" and key is not None:
            node = key
        elif part == "key" or isinstance(node, yaml.CollectionNode):
            node = key or _first(node)
        return self._narrowed(self.mark(node.start_mark, node.end_mark), word)

    def _narrowed(self, span: Span, word: str) -> Span:
        if not word:
            return span
        for line in range(span.line, min(span.end_line, len(self.lines)) + 1):
            start = span.column - 1 if line == span.line else 0
            column = self.lines[line - 1].find(word, start)
            if column >= 0:
                return Span(
                    file=self.file,
                    line=line,
                    column=column + 1,
                    end_line=line,
                    end_column=column + 1 + len(word),
                )
        return span


def locate(sources: Mapping[str, Source], at: At, part: Part = "value", word: str = "") -> Span:
    """The span of a place in one of ``sources``."""
    file, *path = at
    source = sources.get(str(file))
    if source is None:
        return Span(file=str(file), line=1, column=1, end_line=1, end_column=2)
    return source.span(path, part, word)


def _child(node: yaml.Node | None, step: str | int) -> tuple[yaml.Node | None, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if isinstance(key, yaml.ScalarNode) and key.value == str(step):
                return key, value
    elif isinstance(node, yaml.SequenceNode):
        if isinstance(step, str):  # One of a list of names: the last, as it may be there twice.
            named = (n for n in reversed(node.value) if getattr(n, "value", None) == step)
            found = next(named, None)
            return None if found is None else (None, found)
        if step < len(node.value):
            return None, node.value[step]
    return None


def _first(node: yaml.Node) -> yaml.Node:
    """The first thing written in a collection: a finding must not underline all of it."""
    while isinstance(node, yaml.CollectionNode) and node.value:
        head = node.value[0]
        node = head[0] if isinstance(head, tuple) else head
    return node

"""YAML text -> plain data: bounded, without indirection, every trap a finding.

The parser's events are read directly. That is as fast as PyYAML's C loader, and it sees what a
loader hides: anchors, duplicate keys, and how a scalar was written.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import yaml

from dagstack.idl.check import yaml as rules
from dagstack.idl.source import YAML_LOADER, Source, Span

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from dagstack.idl.diagnostics import Report

MAX_BYTES = 1 << 20
MAX_DEPTH = 32
MAX_DIGITS = 400
"""A longer whole number is text: `int` has a limit of its own, and no type of ours takes it."""

_CONSTANTS: dict[str, Any] = {
    "": None,
    "~": None,
    "null": None,
    "Null": None,
    "NULL": None,
    "true": True,
    "True": True,
    "TRUE": True,
    "false": False,
    "False": False,
    "FALSE": False,
}
_BOOLEAN_WORDS = frozenset(
    word
    for lower in ("yes", "no", "on", "off")
    for word in (lower, lower.capitalize(), lower.upper())
)
_MAY_BE_NUMBER = frozenset("0123456789+-.")
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)|0x[0-9a-fA-F]+|0o[0-7]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_SPECIAL_FLOAT = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_OF_1_1 = (
    (re.compile(r"[-+]?0[0-9]+"), "an octal number"),
    (re.compile(r"[-+]?[0-9]+(:[0-5]?[0-9])+(\.[0-9]*)?"), "a number of base 60"),
    (re.compile(r"[-+]?[0-9]+_[0-9_.]*"), "a number"),
    (re.compile(r"[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?"), "a date"),
)
"""Scalars that YAML 1.1 takes for something else than text, and what for."""


def read_source(path: Path, file: str, report: Report) -> Source | None:
    """Read a file's text; a finding if it cannot be had."""
    nowhere = Span(file=file, line=1, column=1, end_line=1, end_column=2)
    try:
        if not path.is_file() and not path.is_dir() and path.exists():
            report.add(rules.file_cannot_be_read(nowhere, "this is a pipe or a device, not a file"))
            return None
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except OSError as error:
        report.add(rules.file_cannot_be_read(nowhere, f"cannot be read: {error.strerror}"))
        return None
    if len(data) > MAX_BYTES:
        report.add(rules.file_cannot_be_read(nowhere, "the file is larger than 1 MiB"))
        return None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        report.add(rules.file_cannot_be_read(nowhere, f"line {line} is not UTF-8"))
        return None
    source = report.sources[file] = Source(file, text)
    return source


def read(source: Source, report: Report) -> Any:  # noqa: ANN401  (YAML can hold anything)
    """The document as dicts, lists and scalars; ``None`` after a finding that ends the reading."""
    try:
        return _Reader(source, report).document()
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        span = source.mark(mark) if mark else source.whole()
        problem = error.problem or error.context or "this is not YAML"
        report.add(rules.yaml_syntax(span, f"not well-formed YAML: {problem}"))
    except yaml.reader.ReaderError as error:
        line = source.text.count("\n", 0, error.position) + 1
        span = Span(file=source.file, line=line, column=1, end_line=line, end_column=2)
        character: Any = error.character  # A number, whatever the stubs say.
        problem = f"the character U+{character:04X} is not allowed"
        report.add(rules.yaml_syntax(span, f"not well-formed YAML: {problem}"))
    except _StopReadingError:
        pass
    return None


class _StopReadingError(Exception):
    """A finding was made after which the rest would only be noise."""


class _Reader:
    def __init__(self, source: Source, report: Report) -> None:
        self.source = source
        self.report = report
        # As `yaml.parse` does, without a frame of Python around each event.
        parser: Any = YAML_LOADER(source.text)
        self.events: Iterator[Any] = iter(parser.get_event, None)

    def document(self) -> Any:  # noqa: ANN401  (YAML can hold anything)
        root: Any = None
        documents = 0
        for event in self.events:
            kind = type(event)
            if kind is yaml.DocumentStartEvent:
                documents += 1
                if documents > 1:
                    self.report.add(rules.yaml_several_documents(self._span(event)))
                    raise _StopReadingError
                if event.version or event.tags:
                    self._stop_at(event, "a directive")
            elif kind is yaml.ScalarEvent:
                root = self._scalar(event)
            elif kind is yaml.MappingStartEvent or kind is yaml.SequenceStartEvent:
                root = self._collection(event)
            elif kind is yaml.AliasEvent:
                self._stop_at(event, "an alias")
        return root

    def _collection(self, start: Any) -> Any:  # noqa: ANN401, C901, PLR0912  (one hot loop)
        """Read to the end of a collection. A loop with a stack, for speed and for depth."""
        self._refuse_properties(start)
        top: Any = {} if type(start) is yaml.MappingStartEvent else []
        stack: list[tuple[Any, Any, dict[str, int]]] = []
        current: Any = top
        key: str | None = None
        lines: dict[str, int] = {}
        # Not `type` itself: pyright would narrow `current` in the loop and lose its way.
        form: Any = type
        for event in self.events:
            kind = type(event)
            if kind is yaml.ScalarEvent:
                value = self._scalar(event)
                if form(current) is list:
                    current.append(value)
                elif key is None:
                    key = self._key(event, value, lines)
                else:
                    current[key] = value
                    key = None
            elif kind is yaml.MappingEndEvent or kind is yaml.SequenceEndEvent:
                if not stack:
                    return top
                current, key, lines = stack.pop()
                key = None
            elif kind is yaml.AliasEvent:
                self._stop_at(event, "an alias")
            else:
                self._refuse_properties(event)
                if len(stack) >= MAX_DEPTH - 1:
                    self.report.add(rules.yaml_too_deep(self._span(event), MAX_DEPTH))
                    raise _StopReadingError
                child: Any = {} if kind is yaml.MappingStartEvent else []
                if form(current) is list:
                    current.append(child)
                elif key is None:
                    self.report.add(rules.yaml_key_is_not_text(self._span(event), "[...]"))
                    raise _StopReadingError
                else:
                    current[key] = child
                stack.append((current, key, lines))
                current, key, lines = child, None, {}
        return top

    def _key(self, event: Any, value: Any, lines: dict[str, int]) -> str:  # noqa: ANN401
        """The key, unless it is doubled or no text. The first line of each is remembered."""
        text: str = event.value
        if type(value) is not str:
            self.report.add(rules.yaml_key_is_not_text(self._span(event), text))
        elif text == "<<" and event.implicit[0]:
            self._stop_at(event, "a merge key")
        if text in lines:
            self.report.add(rules.yaml_duplicate_key(self._span(event), text, lines[text]))
        else:
            lines[text] = event.start_mark.line + 1
        return text

    def _scalar(self, event: Any) -> Any:  # noqa: ANN401  (YAML can hold anything)
        if event.anchor is not None or event.tag is not None:
            self._refuse_properties(event)
        text: str = event.value
        if not event.implicit[0]:
            return text
        if text in _CONSTANTS:
            return _CONSTANTS[text]
        if text in _BOOLEAN_WORDS:
            other = "a boolean"
            self.report.add(rules.yaml_word_reads_as_other(self._span(event), text, other))
            return text
        if text[0] in _MAY_BE_NUMBER:
            return self._number(event, text)
        return text

    def _number(self, event: Any, text: str) -> int | float | str:  # noqa: ANN401
        if _INT.fullmatch(text):
            if len(text) > MAX_DIGITS:
                return text
            return int(text, 0) if text[:2] in {"0x", "0o"} else int(text)
        for pattern, other in _OF_1_1:
            if pattern.fullmatch(text):
                self.report.add(rules.yaml_word_reads_as_other(self._span(event), text, other))
                return text
        if _FLOAT.fullmatch(text):
            return float(text)
        if _SPECIAL_FLOAT.fullmatch(text):
            return float(text.replace(".", "", 1))
        return text

    def _refuse_properties(self, event: Any) -> None:  # noqa: ANN401
        if event.anchor is not None:
            self._stop_at(event, "an anchor")
        if event.tag is not None:
            self._stop_at(event, "a tag")

    def _stop_at(self, event: Any, what: str) -> None:  # noqa: ANN401
        self.report.add(rules.yaml_indirection(self._span(event), what))
        raise _StopReadingError

    def _span(self, event: Any) -> Span:  # noqa: ANN401
        return self.source.mark(event.start_mark, event.end_mark)

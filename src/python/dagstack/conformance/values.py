"""Values of cases: from the tags of the documents to Python objects."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from dagstack.conformance.documents import is_list, is_map

if TYPE_CHECKING:
    from dagstack.conformance.documents import Json, Suite, Type

SURROGATE: Final = "\ud800"
"""Half a pair: text in Python, but no Unicode."""

_BEYOND_MICROSECONDS: Final = re.compile(r"(\.\d{6})\d+")


@dataclass(frozen=True, slots=True)
class Expectation:
    """What stands in the place of a value: operators that must all hold."""

    operators: Mapping[str, Json]
    """Their arguments, evaluated; that of ``has`` holds the type and the members."""


class Names:
    """The names of a case, in blocks within blocks.

    Values are Python objects, or a ``Live`` or a ``Started`` of the runner.
    """

    def __init__(self, suite: Suite, outer: Names | None = None) -> None:
        self.suite = suite
        self._outer = outer
        self._own: dict[str, Any] = {}

    def inner(self) -> Names:
        """Open a block."""
        return Names(self.suite, self)

    def __setitem__(self, name: str, value: object) -> None:
        """Name a value in this block."""
        self._own[name] = value

    def __getitem__(self, name: str) -> Any:  # noqa: ANN401 - any value
        """Look a name up, from the inside out."""
        if name in self._own:
            return self._own[name]
        if self._outer is None:
            raise KeyError(name)
        return self._outer[name]

    def evaluate(self, value: Json) -> Any:  # noqa: ANN401 - any value
        """Make the Python object that a value of the document stands for."""
        if is_list(value):
            return [self.evaluate(each) for each in value]
        if not is_map(value):
            return value
        if len(value) == 1 and next(iter(value)).startswith("$"):
            ((tag, content),) = value.items()
            return self._tagged(tag, content)
        return {key: self.evaluate(each) for key, each in value.items()}

    def _tagged(self, tag: str, content: Json) -> Any:  # noqa: ANN401, C901, PLR0911, PLR0912 - a table
        match tag:
            case "$ref":
                return self._reference(content)
            case "$text":
                return "".join(written(self.evaluate(each)) for each in content)
            case "$int" | "$int64":
                return int(content)
            case "$float":
                return float(content)
            case "$utf8":
                return self._text(content).encode()
            case "$hex":
                return bytes.fromhex(content)
            case "$buffer":
                return bytearray(self.evaluate(content))
            case "$repeat":
                return self.evaluate(content[0]) * self.evaluate(content[1])
            case "$malformed":
                return SURROGATE.join(self.evaluate(each) for each in content)
            case "$datetime":
                return instant(content)
            case "$naive":
                return datetime.fromisoformat(_BEYOND_MICROSECONDS.sub(r"\1", content))
            case "$duration":
                return timedelta(microseconds=int(content) // 1000)
            case "$path":
                return Path(self._text(content))
            case "$enum":
                return self.suite.type_of("enums", content[0])(content[1])
            case "$record":
                fields = self.suite.records[content[0]]["fields"]
                values = {fields[name]: self.evaluate(each) for name, each in content[1].items()}
                return self.suite.type_of("records", content[0])(**values)
            case "$object":
                return {key: self.evaluate(each) for key, each in content.items()}
            case "$expect":
                return Expectation({each: self._operand(each, content[each]) for each in content})
            case _:
                raise ValueError(f"this runner does not know the tag {tag}")

    def _reference(self, path: Sequence[str]) -> Any:  # noqa: ANN401 - any value
        found = self[path[0]]
        return found.read(path[1]) if len(path) > 1 else found

    def _operand(self, operator: str, content: Json) -> Any:  # noqa: ANN401 - any value
        if operator == "has":
            members = {name: self.evaluate(each) for name, each in content["members"].items()}
            return {"type": content["type"], "members": members}
        return self.evaluate(content)

    def _text(self, content: Json) -> str:
        return content if isinstance(content, str) else written(self.evaluate(content))


def instant(text: str) -> datetime:
    """Read an instant in UTC; what a ``datetime`` cannot hold is cut off."""
    return datetime.fromisoformat(_BEYOND_MICROSECONDS.sub(r"\1", text)).astimezone(UTC)


def written(value: object) -> str:
    """A value within a longer text."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, bytes | bytearray):
        return value.decode()
    return str(value)


def fitted(value: object, kind: Type) -> Any:  # noqa: ANN401 - any value
    """Bring a value into the form that a place of its type has in Python."""
    if isinstance(kind, Mapping) and "maybe" in kind and value is not None:
        return fitted(value, kind["maybe"])
    if kind == "path" and isinstance(value, str):
        return Path(value)
    if kind == "string" and isinstance(value, Path):
        return str(value)
    return value

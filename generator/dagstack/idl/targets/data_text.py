"""Data as text: JSON, or a literal of TypeScript, with the line breaks that prettier leaves."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

WIDTH = 100

_LETTERS = frozenset({"Lu", "Ll", "Lt", "Lm", "Lo", "Nl"})
_FURTHER = _LETTERS | {"Mn", "Mc", "Nd", "Pc"}
_LAST = "\uffff"
_EXPONENT = re.compile(r"e\+?(-?)0*(?=[0-9])")
_SHORT = 5
"""After a key shorter than this prettier breaks no line."""


def json_text(data: Any, width: int = WIDTH) -> str:  # noqa: ANN401  (JSON)
    """A JSON document, with a line break at its end."""
    return _Printer(_string, _string, width, comma="", breaks=False).value(data, "", 0) + "\n"


def literal(data: Any, lead: str) -> str:  # noqa: ANN401  (JSON)
    """A literal of TypeScript; ``lead`` is what stands before it on its line."""
    printer = _Printer(_fewer_escapes, _key, WIDTH, comma=",", breaks=True)
    return printer.value(data, "", len(lead))


def _key(name: str) -> str:
    """A key without quotes where it can do without, which prettier takes to be as ES5 has it."""
    categories = [
        "Lu" if character in "$_" else unicodedata.category(character) for character in name
    ]
    bare = (
        name != ""
        and max(name) <= _LAST
        and categories[0] in _LETTERS
        and all(each in _FURTHER for each in categories)
    )
    return name if bare else _fewer_escapes(name)


def _fewer_escapes(text: str) -> str:
    """A text in the quotes that need fewer escapes; what is not ASCII is escaped, for clarity."""
    written = _string(text)
    if text.count('"') <= text.count("'"):
        return written
    inner = written[1:-1].replace('\\"', '"').replace("'", "\\'")
    return f"'{inner}'"


def _string(text: str) -> str:
    return json.dumps(text, ensure_ascii=True).replace("\x7f", "\\u007f")


class _Printer:
    def __init__(
        self,
        string: Callable[[str], str],
        key: Callable[[str], str],
        width: int,
        *,
        comma: str,
        breaks: bool,
    ) -> None:
        self._string = string
        self._key = key
        self._width = width
        self._comma = comma
        """What follows the last item of a broken list or map."""
        self._breaks = breaks
        """Whether a long text goes on a line of its own."""

    def value(self, data: Any, pad: str, column: int) -> str:  # noqa: ANN401  (JSON)
        """``data`` from ``column`` on, in a block that is indented by ``pad``."""
        flat = self._flat(data)
        # The comma after it counts.
        if flat is not None and column + len(flat) + 1 <= self._width:
            return flat
        if isinstance(data, dict) and data:
            return self._block("{}", [self._entry(*each, pad + "  ") for each in data.items()], pad)
        if isinstance(data, list | tuple) and data:
            if all(_is_number(each) for each in data):
                return self._filled([self._scalar(each) for each in data], pad)
            inner = pad + "  "
            return self._block("[]", [self.value(each, inner, len(inner)) for each in data], pad)
        return self._scalar(data) if flat is None else flat

    def _flat(self, data: Any) -> str | None:  # noqa: ANN401  (JSON)
        """``data`` on one line, or nothing if prettier would break it whatever its length."""
        if isinstance(data, dict):
            parts = [(self._key(name), self._flat(each)) for name, each in data.items()]
            if any(part is None for _, part in parts):
                return None
            entries = ", ".join(f"{name}: {part}" for name, part in parts)
            return f"{{ {entries} }}" if parts else "{}"
        if isinstance(data, list | tuple):
            if _is_table(data):
                return None
            items = [self._flat(each) for each in data]
            kept = [each for each in items if each is not None]
            return f"[{', '.join(kept)}]" if len(kept) == len(items) else None
        return self._scalar(data)

    def _entry(self, name: str, data: Any, pad: str) -> str:  # noqa: ANN401  (JSON)
        key = self._key(name)
        text = self.value(data, pad, len(pad) + len(key) + 2)
        too_long = len(pad) + len(key) + 2 + len(text) + 1 > self._width
        if self._breaks and isinstance(data, str) and too_long and len(key) >= _SHORT:
            return f"{key}:\n{pad}  {text}"
        return f"{key}: {text}"

    def _block(self, brackets: str, items: list[str], pad: str) -> str:
        inner = f",\n{pad}  ".join(items)
        return f"{brackets[0]}\n{pad}  {inner}{self._comma}\n{pad}{brackets[1]}"

    def _filled(self, items: list[str], pad: str) -> str:
        """Numbers, as many as fit on each line."""
        lines = [""]
        for index, item in enumerate(items):
            last = index + 1 == len(items)
            text = item + (self._comma if last else ",")
            if lines[-1] and len(pad) + 2 + len(lines[-1]) + 1 + len(text) > self._width:
                lines.append("")
            lines[-1] += f" {text}" if lines[-1] else text
        joined = f"\n{pad}  ".join(lines)
        return f"[\n{pad}  {joined}\n{pad}]"

    def _scalar(self, data: Any) -> str:  # noqa: ANN401  (JSON)
        if isinstance(data, str):
            return self._string(data)
        return _EXPONENT.sub(r"e\1", json.dumps(data))


def _is_number(data: object) -> bool:
    return isinstance(data, int | float) and not isinstance(data, bool)


def _is_table(items: list[Any] | tuple[Any, ...]) -> bool:
    """Several lists, or several maps, of several items each: prettier gives each a line."""
    if len(items) < 2:  # noqa: PLR2004  (several)
        return False
    for kind in (dict, list | tuple):
        if all(isinstance(each, kind) and len(each) > 1 for each in items):
            return True
    return False

"""Characters that nobody sees."""

from __future__ import annotations

import re
import unicodedata
from typing import TYPE_CHECKING

import yaml

from dagstack.idl.check.rule import found, rule
from dagstack.idl.source import YAML_LOADER, Span

if TYPE_CHECKING:
    from collections.abc import Iterator

    from dagstack.idl.diagnostics import Finding
    from dagstack.idl.source import Source

_HIDDEN = (
    "\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202e"
    "\u2060-\u206f\u3164\ufeff\uffa0\ufff0-\ufffb\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_INVISIBLE = re.compile(f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_HIDDEN}]")
_ESCAPE = re.compile(r"\\[0abvfe_NLPxuU]")
_LITERALS = frozenset({"default", "args", "returns"})
_LITERALS_OF_SUITES = frozenset({"default", "given", "table", "steps"})
_CALLED = {
    "\u00ad": "a soft hyphen",
    "\u200b": "a zero-width space",
    "\u2028": "a line separator",
    "\u2029": "a paragraph separator",
    "\ufeff": "a byte order mark",
}


@rule("error")
def invisible_character(source: Source) -> Iterator[Finding]:
    r"""A file holds no characters that nobody sees, such as controls and marks of direction.

    They make a reader see other text than a compiler does ("Trojan Source"), and all text of a
    spec ends up in source files. A default, an example or a case may need one: there, and only
    there, write it as an escape in double quotes.

    Bad:
    ```yaml
    records:
      Point:
        summary: "A point\u202e in a plane."
        fields: {x: int}
    ```

    Good:
    ```yaml
    records:
      Point:
        summary: A point in a plane.
        fields:
          x: {type: string, default: "\u202e"}
    ```
    """
    if not source.text.isascii():
        for number, line in enumerate(source.lines, 1):
            for match in _INVISIBLE.finditer(line):
                span = Span(
                    file=source.file,
                    line=number,
                    column=match.start() + 1,
                    end_line=number,
                    end_column=match.start() + 2,
                )
                yield _finding(match[0], span, "remove it, or write it as an escape in a default")
    if _ESCAPE.search(source.text):
        try:
            root = yaml.compose(source.text, Loader=YAML_LOADER)
        except (yaml.YAMLError, RecursionError):
            return
        literals = _LITERALS_OF_SUITES if _is_suite(root) else _LITERALS
        yield from _escaped(root, source, literals)


def _is_suite(root: yaml.Node | None) -> bool:
    keys = [key for key, _ in root.value] if isinstance(root, yaml.MappingNode) else []
    return any(isinstance(key, yaml.ScalarNode) and key.value == "suite" for key in keys)


def _escaped(node: yaml.Node | None, source: Source, literals: frozenset[str]) -> Iterator[Finding]:
    """What was written as an escape, outside of literals."""
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            yield from _escaped(key, source, literals)
            if not isinstance(key, yaml.ScalarNode) or key.value not in literals:
                yield from _escaped(value, source, literals)
    elif isinstance(node, yaml.SequenceNode):
        for item in node.value:
            yield from _escaped(item, source, literals)
    elif isinstance(node, yaml.ScalarNode) and node.style == '"':
        written = source.text[node.start_mark.index : node.end_mark.index]
        hidden = {*_INVISIBLE.findall(node.value)} - {*written}
        for character in sorted(hidden):
            span = source.mark(node.start_mark, node.end_mark)
            yield _finding(character, span, "only a default, an example or a case can hold it")


def _finding(character: str, span: Span, hint: str) -> Finding:
    name = _CALLED.get(character) or unicodedata.name(character, "a control character").lower()
    return found(
        invisible_character,
        (span.file,),
        f"an invisible character: {name} (U+{ord(character):04X})",
        help=hint,
        span=span,
    )

"""TSDoc: prose with its references in TypeScript's names, escaped and wrapped into comments."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from dagstack.idl import prose
from dagstack.idl.model import Bullets, Code, Life
from dagstack.idl.targets.typescript import names
from dagstack.idl.targets.typescript.layout import WIDTH
from dagstack.idl.targets.typescript.literals import INVISIBLE

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.idl.model import Inline, Prose, Record, Ref
    from dagstack.idl.targets.typescript.imports import Imports

_SPECIAL = re.compile(r"[\\`@{}<>*\[\]]|" + INVISIBLE.pattern)
_MARKUP = frozenset("\\`@{}<>*[]")
_BLOCK = re.compile(r"[-+#=|~]|\d+[.)]")
_NO_START = re.compile(r"[-+*#@|=~>]|\d+[.)]|```")
_NO_LIFE = Life()
_GLUE = "\x00"
"""Stands for a space that must not become a line break; prose has no such character any more."""

VERBATIM = "\x02"
"""Begins a line that is code and is not to be wrapped."""


def text(raw: str) -> str:
    """Prose without the power to be markup, a tag or the end of the comment."""
    return _SPECIAL.sub(_escape, raw) if _SPECIAL.search(raw) else raw


def span(raw: str) -> str:
    """A code span that shows ``raw``."""
    raw = INVISIBLE.sub(_visible, raw).replace("{@", "{ @")
    return f"`` {raw} ``" if "`" in raw else f"`{raw}`"


def link(target: str, shown: str = "") -> str:
    """An inline link that stays on one line."""
    return f"{{@link{_GLUE}{target}}}" if not shown else f"{{@link{_GLUE}{target} | {shown}}}"


def comment(blocks: list[str], indent: int = 0) -> str:
    """A doc comment, with its line end: blocks are parted by blank lines, tags stand together."""
    if not blocks:
        return ""
    pad = " " * indent
    width = WIDTH - indent - 3
    if len(blocks) == 1 and len(blocks[0]) <= width - 4 and "\n" not in blocks[0]:
        body = _closed(blocks[0])
        return f"{pad}/** {body} */\n"
    lines: list[str] = []
    was_tag = True
    for block in blocks:
        is_tag = block.startswith("@")
        if lines and not (is_tag and was_tag):
            lines.append("")
        was_tag = is_tag
        for line in block.split("\n"):
            if line.startswith(VERBATIM):
                lines.append(line[1:])
            elif len(line) > width:
                lines += prose.wrap(line, width, unbreakable=_NO_START)
            else:
                lines.append(line)
    rows = [f"{pad} * {line}\n" if line else f"{pad} *\n" for line in lines]
    return _closed(f"{pad}/**\n{''.join(rows)}{pad}") + " */\n"


class Writer:
    """Writes the docs of one module; what they link to is imported there."""

    def __init__(
        self,
        imports: Imports,
        ranges: frozenset[str] = frozenset(),
        records: Mapping[str, Record] | None = None,
    ) -> None:
        self.imports = imports
        self.ranges = ranges
        """The errors of this package that are range errors too."""
        self.records = records or {}
        """The records of this package, for examples."""

    def inline(self, run: Inline, *, options: bool = False) -> str:
        """One run of text; ``options`` as in ``names.param``."""
        if not run:
            return ""
        if len(run) == 1 and isinstance(run[0], str):
            return text(run[0])
        return "".join(
            [text(part) if isinstance(part, str) else self.code(part, options) for part in run]
        )

    def code(self, code: Code, options: bool = False) -> str:  # noqa: FBT001, FBT002  (a plain hand-over)
        """A code span or a link, by what it names."""
        return span(code.text) if code.ref is None else self._reference(code.ref, options)

    def blocks(
        self, run: Inline, doc: Prose = (), life: Life = _NO_LIFE, *, options: bool = False
    ) -> list[str]:
        """A summary and what follows it, without tags."""
        made = [_opened(prose.sentence(self.inline(run, options=options)))] if run else []
        for block in doc:
            if isinstance(block, Bullets):
                items = [f"- {self.inline(item, options=options)}" for item in block.items]
                made.append("\n".join(_hanging(items)))
            else:
                made.append(_opened(self.inline(block.text, options=options)))
        if life.unstable:
            made.append("Unstable: it may change or go without a major version.")
        return made

    def flat(self, doc: Prose, *, options: bool = False) -> str:
        """Prose as one paragraph, for a tag."""
        parts: list[str] = []
        for block in doc:
            runs = block.items if isinstance(block, Bullets) else (block.text,)
            parts += [prose.sentence(self.inline(run, options=options)) for run in runs]
        return " ".join(parts)

    def life(self, life: Life) -> list[str]:
        """The tags about an age."""
        if life is _NO_LIFE or life == _NO_LIFE:
            return []
        made = ["@beta"] if life.unstable else []
        if life.since:
            made.append(f"@since {text(life.since)}")
        if life.deprecated:
            gone = life.deprecated
            parts = [f"Since {text(gone.since)}."]
            if gone.use:
                use = prose.sentence(self.inline(gone.use))
                plain = isinstance(gone.use[0], Code)
                parts.append(f"Use {use}" if plain else use)
            if gone.remove_in:
                parts.append(f"It will be removed in {text(gone.remove_in)}.")
            made.append(f"@deprecated {' '.join(parts)}")
        return made

    def _reference(self, ref: Ref, options: bool) -> str:  # noqa: FBT001  (a plain hand-over)
        owner = ref.owner
        if owner is None:
            return f"`{self._unowned(ref, options)}`"
        name = names.named(owner)
        match ref.kind:
            case "value":
                return f"`{name}.{names.enum_key(ref.name, ref.renames).text}`"
            case "field":
                spell = names.error_field if owner.kind == "error" else names.member
                return f"`{name}.{spell(ref.name, ref.renames).text}`"
            case "method" | "property":
                member = names.member(ref.name, ref.renames).text
                return link(f"{self.imports.type(owner)}.{member}")
            case "type":
                return link(self.imports.type(owner))
            case _:
                return f"`{self._unowned(ref, options)}`"

    def _unowned(self, ref: Ref, options: bool) -> str:  # noqa: FBT001  (a plain hand-over)
        if ref.kind == "literal":
            return "undefined" if ref.name == "null" else ref.name
        if ref.kind == "type":
            return names.type_name(ref.name, ref.renames).text
        if ref.kind == "param":
            return names.param(ref.name, ref.renames, options=options).text
        return names.member(ref.name, ref.renames).text


def _opened(block: str) -> str:
    """``block`` so that its beginning is not read as a heading, a list or a table."""
    if not _BLOCK.match(block):
        return block
    return re.sub(r"^(\d*)", r"\1\\", block, count=1)


def _hanging(items: list[str]) -> list[str]:
    rows: list[str] = []
    for item in items:
        first, *more = prose.wrap(item, WIDTH - 7, unbreakable=_NO_START)
        rows += [first, *("  " + line for line in more)]
    return rows


def _closed(body: str) -> str:
    """The last guard: nothing in a comment ends it."""
    return body.replace(_GLUE, " ").replace("*/", "*\\/")


def _escape(match: re.Match[str]) -> str:
    return "\\" + match[0] if match[0] in _MARKUP else _visible(match)


def _visible(match: re.Match[str]) -> str:
    return f"U+{ord(match[0]):04X}"

"""Regular expressions that Python, Go and JavaScript read alike."""

from __future__ import annotations

import re

from dagstack.idl.node import Node

_QUANTIFIER = re.compile(r"\{([0-9]{1,4})(,([0-9]{0,4}))?\}")
_MOST = 1000
"""Go repeats nothing more often."""
_ESCAPES = frozenset(r"\.^$|?*+()[]{}/")
_CLASS_ESCAPES = frozenset(r"\.^$|?*+()[]{}/-")
_BYTE = re.compile(r"x[0-9a-fA-F]{2}")


class Unportable(Node):
    """What is not read alike, and what to write instead."""

    problem: str
    help: str = ""


def portable(text: str) -> str | Unportable:
    """The expression as all three read it alike, or the first reason why there is none.

    A `.` becomes a class: what it leaves out beside the line feed differs.
    """
    reader = _Reader(text)
    try:
        reader.whole()
    except _UnportableError as error:
        return error.reason
    made = text
    for position in reversed(reader.dots):
        made = f"{made[:position]}[^\\n]{made[position + 1 :]}"
    try:
        re.compile(made)
    except (re.error, RecursionError, OverflowError) as error:
        return Unportable(problem=f"it cannot be read: {error}")
    return made


class _UnportableError(Exception):
    def __init__(self, problem: str, hint: str = "") -> None:
        super().__init__(problem)
        self.reason = Unportable(problem=problem, help=hint)


class _Reader:
    def __init__(self, text: str) -> None:
        self.text = text
        self.position = 0
        self.depth = 0
        self.dots: list[int] = []
        """Where the dots are that mean any character."""

    def whole(self) -> None:
        """Read all of the text."""
        may_repeat = False
        while self.position < len(self.text):
            character = self.text[self.position]
            self.position += 1
            match character:
                case "(":
                    self._open()
                    may_repeat = False
                case ")":
                    if self.depth == 0:
                        message = "a group is closed that was not opened"
                        raise _UnportableError(message)
                    self.depth -= 1
                    may_repeat = True
                case "|":
                    may_repeat = False
                case "*" | "+" | "?" | "{":
                    self._quantifier(character, may_repeat=may_repeat)
                    may_repeat = False
                case "[":
                    self._class()
                    may_repeat = True
                case _:
                    self._literal(character)
                    may_repeat = True
        if self.depth:
            message = "a group is not closed"
            raise _UnportableError(message)

    def _open(self) -> None:
        self.depth += 1
        if self.text.startswith("?:", self.position):
            self.position += 2
        elif self.text.startswith("?", self.position):
            message = "a group with an extension is not read alike"
            raise _UnportableError(message, "write `(...)` or `(?:...)`")

    def _quantifier(self, character: str, *, may_repeat: bool) -> None:
        if not may_repeat:
            message = f"there is nothing for `{character}` to repeat"
            raise _UnportableError(message, f"write `\\{character}` for the character itself")
        if character != "{":
            return
        match = _QUANTIFIER.match(self.text, self.position - 1)
        if match is None:
            message = "`{` begins a number of times, such as `{2,4}`"
            raise _UnportableError(message, "write `\\{` for the character itself")
        low, high = int(match[1]), int(match[3] or match[1])
        if not low <= high <= _MOST:
            message = f"`{match[0]}` is not a range up to {_MOST}"
            raise _UnportableError(message)
        self.position = match.end()

    def _literal(self, character: str) -> None:
        if character == ".":
            self.dots.append(self.position - 1)
        if character in "^$":
            message = f"`{character}` is not needed: the whole text is matched"
            raise _UnportableError(message, f"leave it out, or write `\\{character}`")
        if character in "]}":
            message = f"a lone `{character}` is not read alike"
            raise _UnportableError(message, f"write `\\{character}`")
        if character == "\\":
            self._escape(_ESCAPES)

    def _escape(self, known: frozenset[str]) -> None:
        character = self.text[self.position : self.position + 1]
        self.position += 1
        if _BYTE.match(self.text, self.position - 1):
            self.position += 2
        elif character not in known and character not in {"n", "r", "t"}:
            message = f"`\\{character}` does not mean the same everywhere"
            raise _UnportableError(message, "write a class, such as `[0-9]` or `[A-Za-z0-9_]`")

    def _class(self) -> None:
        if self.text.startswith("^", self.position):
            self.position += 1
        first, before = self.position, ""
        while self.position < len(self.text):
            character = self.text[self.position]
            self.position += 1
            if character == "]" and self.position - 1 > first:
                return
            if character in "[]" or (character in "&|~-" and character == before):
                message = f"`{character}` in a class is not read alike"
                raise _UnportableError(message, f"write `\\{character}`")
            if character == "\\":
                self._escape(_CLASS_ESCAPES)
                character = ""
            before = character
        message = "a class is not closed"
        raise _UnportableError(message)

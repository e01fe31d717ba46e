"""Type expressions: ``map<string, list<Blob?>>`` -> a type of the model."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, get_args

from dagstack.idl.model import ListOf, MapOf, Maybe, Scalar, ScalarName, Type

if TYPE_CHECKING:
    from collections.abc import Callable

MAX_DEPTH = 16

SCALARS: dict[str, Type] = {name: Scalar(name=name) for name in get_args(ScalarName)}
GENERICS = ("list", "map")
BUILT_IN = frozenset(SCALARS) | frozenset(GENERICS)

_TOKEN = re.compile(r"\s*(?:(\w+)|([<>,?]))")


class MalformedTypeError(Exception):
    """The text is no type expression; the message says why."""


def parse_type(text: str, named: Callable[[str], Type]) -> Type:
    """Read a type expression; ``named`` follows the names that are not built in.

    Raises:
        MalformedTypeError: the text is no type expression.
    """
    if text in SCALARS:
        return SCALARS[text]
    tokens: list[str] = []
    position = 0
    stripped = text.rstrip()
    while position < len(stripped):
        match = _TOKEN.match(stripped, position)
        if match is None:
            message = f"unexpected `{stripped[position:].strip()[:1]}`"
            raise MalformedTypeError(message)
        tokens.append(match[1] or match[2])
        position = match.end()
    parser = _Parser(tokens, named)
    result = parser.type(0)
    if parser.rest:
        message = f"unexpected `{parser.rest[0]}` after its end"
        raise MalformedTypeError(message)
    return result


class _Parser:
    def __init__(self, tokens: list[str], named: Callable[[str], Type]) -> None:
        self.rest = tokens
        self.named = named

    def type(self, depth: int) -> Type:
        if depth > MAX_DEPTH:
            message = f"it is nested more than {MAX_DEPTH} deep"
            raise MalformedTypeError(message)
        name = self._next("a name")
        if name in "<>,?":
            message = f"a name is missing before `{name}`"
            raise MalformedTypeError(message)
        base: Type
        if name == "list":
            self._expect("<", "list takes one type, as in list<string>")
            base = ListOf(item=self.type(depth + 1))
            self._expect(">", "`>` is missing")
        elif name == "map":
            self._expect("<", "map takes two types, as in map<string, int>")
            key = self.type(depth + 1)
            self._expect(",", "map takes two types, as in map<string, int>")
            base = MapOf(key=key, value=self.type(depth + 1))
            self._expect(">", "`>` is missing")
        else:
            base = SCALARS.get(name) or self.named(name)
        if self.rest[:1] == ["?"]:
            self.rest = self.rest[1:]
            if self.rest[:1] == ["?"]:
                message = "one `?` is enough"
                raise MalformedTypeError(message)
            return Maybe(inner=base)
        return base

    def _next(self, what: str) -> str:
        if not self.rest:
            message = f"{what} is missing at the end"
            raise MalformedTypeError(message)
        token, self.rest = self.rest[0], self.rest[1:]
        return token

    def _expect(self, token: str, problem: str) -> None:
        if self.rest[:1] != [token]:
            raise MalformedTypeError(problem)
        self.rest = self.rest[1:]

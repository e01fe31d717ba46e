"""Types as a spec writes them."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from dagstack.idl.model import ListOf, MapOf, Maybe, Named, Scalar, Variable

if TYPE_CHECKING:
    from dagstack.idl.model import Type


@cache
def expression(kind: Type) -> str:
    """``list<string?>``."""
    match kind:
        case Scalar(name=name) | Variable(name=name) | Named(name=name):
            return name
        case ListOf(item=item):
            return f"list<{expression(item)}>"
        case MapOf(key=key, value=value):
            return f"map<{expression(key)}, {expression(value)}>"
        case Maybe(inner=inner):
            return f"{expression(inner)}?"


@cache
def mentioned(kind: Type) -> Named | None:
    """The first declaration that a type names."""
    match kind:
        case Named():
            return kind
        case ListOf(item=inner) | Maybe(inner=inner):
            return mentioned(inner)
        case MapOf(key=key, value=value):
            return mentioned(key) or mentioned(value)
        case _:
            return None

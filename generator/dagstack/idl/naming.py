"""Names: split into words once, joined in each language's way."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dagstack.idl.model import Renames

_WORD = re.compile(r"[A-Z]+(?![a-z])[0-9]*|[A-Z]?[a-z]+[0-9]*|[0-9]+")

INITIALISMS = frozenset(
    [
        "acl",
        "api",
        "ascii",
        "cpu",
        "css",
        "dns",
        "eof",
        "guid",
        "html",
        "http",
        "https",
        "id",
        "ip",
        "json",
        "lhs",
        "qps",
        "ram",
        "rhs",
        "rpc",
        "sla",
        "smtp",
        "sql",
        "ssh",
        "tcp",
        "tls",
        "ttl",
        "udp",
        "ui",
        "uid",
        "uri",
        "url",
        "utf",
        "utf8",
        "uuid",
        "vm",
        "xml",
        "xmpp",
        "xss",
    ]
)
"""The words that Go writes in capitals, as its linters list them."""


@cache
def words(name: str) -> tuple[str, ...]:
    """Split a name in snake, camel or Pascal case: ``HttpClient2`` is ``http``, ``client2``.

    A name without a letter or digit is one word, so that a rule can still report it.
    """
    if name.islower():
        return tuple(filter(None, name.split("_")))
    return tuple(match.lower() for match in _WORD.findall(name)) or (name,)


@cache
def snake(name: str) -> str:
    """``HttpClient`` is ``http_client``."""
    return "_".join(words(name))


@cache
def pascal(name: str, initialisms: frozenset[str] = frozenset()) -> str:
    """``http_client`` is ``HttpClient``, or ``HTTPClient`` where ``http`` is an initialism."""
    return "".join(_capital(word, initialisms) for word in words(name))


@cache
def camel(name: str, initialisms: frozenset[str] = frozenset()) -> str:
    """``next_float`` is ``nextFloat``; the first word is always in lower case."""
    first, *rest = words(name)
    return first + "".join(_capital(word, initialisms) for word in rest)


def renamed(renames: Renames, target: str, derived: str) -> str:
    """The name that the spec gives for ``target``, or else the derived one."""
    for name, given in renames:
        if name == target:
            return given
    return derived


def _capital(word: str, initialisms: frozenset[str]) -> str:
    if word.rstrip("0123456789") in initialisms or word in initialisms:
        return word.upper()
    return word.capitalize()

"""What may be sent: URLs and headers are checked here before anything else sees them."""

from __future__ import annotations

import re
from base64 import b64encode
from functools import lru_cache
from ipaddress import AddressValueError, IPv4Address, IPv6Address
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote_to_bytes

from dagstack.contracts import InvalidHeader, InvalidUrl

if TYPE_CHECKING:
    from collections.abc import Mapping

PORTS = {"http": 80, "https": 443}
MAX_URL = 65_536
MAX_NAME = 253
MAX_PORT = 65_535

_UNSENDABLE = re.compile(r"[\x00-\x20\x7f-\x9f\\\ud800-\udfff\s]")
_PARTS = re.compile(r"([A-Za-z]+)://([^/?#]*)([^?#]*)(\?[^#]*)?(?:#.*)?")
_PLAIN = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:@/?\[\]]|%[0-9A-Fa-f]{2})*")
_BARE_PERCENT = re.compile(r"%(?![0-9A-Fa-f]{2})")
_USER = re.compile(r"(?:[A-Za-z0-9\-._~!$&'()*+,;=:]|%[0-9A-Fa-f]{2})*")
_NAME = re.compile(r"(?!-)[A-Za-z0-9_-]{1,63}(?:\.(?!-)[A-Za-z0-9_-]{1,63})*\.?")
_NUMBER = re.compile(r"[0-9]+|0[xX][0-9A-Fa-f]*")
_SAFE = "!$&'()*+,;=:@/?[]%-._~"

_TOKEN = re.compile(r"[!#$%&'*+\-.^_`|~0-9A-Za-z]+")
_VALUE = re.compile(r"[\t\x20-\x7e]*")
OWN_HEADERS = frozenset(
    {
        "connection",
        "content-length",
        "expect",
        "host",
        "keep-alive",
        "proxy-authorization",
        "proxy-connection",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    }
)
"""What frames and routes a message is the client's to say: a second opinion smuggles requests."""


class Target:
    """A URL that may be requested, in parts. Immutable by convention; thread-safe."""

    __slots__ = ("authorization", "host", "path", "port", "scheme", "text", "whole_path")

    def __init__(  # noqa: PLR0913, PLR0917 - the parts of a URL
        self,
        scheme: str,
        authority: str,
        host: str,
        port: int,
        path: str,
        query: str,
        authorization: str | None,
    ) -> None:
        self.scheme = scheme
        self.host = host
        self.port = port
        self.path = path
        self.whole_path = path + query
        self.text = f"{scheme}://{authority}{path}{query}"
        """Without user, password and fragment."""
        self.authorization = authorization
        """The header that user and password of the URL stand for."""

    @property
    def origin(self) -> tuple[str, str, int]:
        """Scheme, host and port: whom credentials are for."""
        return self.scheme, self.host, self.port

    @property
    def shown(self) -> str:
        """The URL for messages: also without the query, which may be secret."""
        return self.text.partition("?")[0]


def parse_url(url: str) -> Target:
    """Check a URL and take it apart.

    What is not ASCII in the path and the query is percent-encoded as UTF-8. All that two parsers
    might read in two ways is refused: spaces, backslashes, control characters, numeric hosts that
    are no dotted IPv4 address, host names that are not ASCII.

    Raises:
        InvalidUrl: It is not an absolute http or https URL.
    """
    if not isinstance(url, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidUrl("url", f"it is a {type(url).__name__}, not a string")
    return _parsed(url)


@lru_cache(maxsize=128)
def _parsed(url: str) -> Target:
    if len(url) > MAX_URL:
        raise InvalidUrl("url", f"it is longer than {MAX_URL} characters")
    found = _UNSENDABLE.search(url)
    if found:
        raise InvalidUrl("url", f"it holds {found.group()!a} at position {found.start()}")
    parts = _PARTS.fullmatch(url)
    if not parts:
        raise InvalidUrl("url", "it does not begin with http:// or https:// and a host")
    scheme, authority, path, query = parts.group(1, 2, 3, 4)
    user, at, place = authority.rpartition("@")
    scheme, authority, host, port = _origin(scheme, place)
    authorization = _authorization(user) if at else None
    path = path or "/"
    query = query or ""
    if not _PLAIN.fullmatch(path + query):
        path, query = _quoted(path), _quoted(query)
    return Target(scheme, authority, host, port, path, query, authorization)


def _quoted(part: str) -> str:
    if _BARE_PERCENT.search(part):
        raise InvalidUrl("url", "a % in it is not followed by two hexadecimal digits")
    return quote(part, safe=_SAFE)


def _authorization(user: str) -> str:
    if not _USER.fullmatch(user):
        raise InvalidUrl("url", "user or password hold what must be percent-encoded there")
    name, _, password = user.partition(":")
    both = unquote_to_bytes(name) + b":" + unquote_to_bytes(password)
    return "Basic " + b64encode(both).decode("ascii")


@lru_cache(maxsize=256)
def _origin(scheme: str, place: str) -> tuple[str, str, str, int]:
    """Check a scheme with host and port: scheme, authority, host and port, normalized."""
    scheme = scheme.lower()
    if scheme not in PORTS:
        raise InvalidUrl("url", f"its scheme is {scheme}, not http or https")
    if place.startswith("["):
        inside, bracket, rest = place[1:].partition("]")
        if not bracket or (rest and not rest.startswith(":")):
            raise InvalidUrl("url", "its host is no IPv6 address in brackets")
        host, digits = _ipv6(inside), rest[1:]
        authority = f"[{host}]"
    else:
        name, _, digits = place.partition(":")
        authority = host = _name(name)
    port = _port(digits) if digits else PORTS[scheme]
    if port != PORTS[scheme]:
        authority = f"{authority}:{port}"
    return scheme, authority, host, port


def _ipv6(text: str) -> str:
    if "%" in text:
        raise InvalidUrl("url", "the IPv6 address of its host has a zone")
    try:
        return str(IPv6Address(text))
    except AddressValueError:
        raise InvalidUrl("url", "its host is no IPv6 address in brackets") from None


def _name(text: str) -> str:
    if not text:
        raise InvalidUrl("url", "it has no host")
    if not text.isascii():
        raise InvalidUrl("url", "its host is not ASCII: write it in its xn-- form")
    if len(text) > MAX_NAME or not _NAME.fullmatch(text):
        raise InvalidUrl("url", "its host is no name as DNS has them")
    if _NUMBER.fullmatch(text.rstrip(".").rpartition(".")[2]):
        # Resolvers read 127.1, 0x7f.1 and 2130706433 as addresses; who filters by text does not.
        try:
            return str(IPv4Address(text))
        except AddressValueError:
            raise InvalidUrl("url", "its host ends in a number and is no IPv4 address") from None
    return text.lower()


def _port(digits: str) -> int:
    if not (digits.isascii() and digits.isdigit() and len(digits) <= len(str(MAX_PORT))):
        raise InvalidUrl("url", "its port is not a number from 1 to 65535")
    port = int(digits)
    if not 1 <= port <= MAX_PORT:
        raise InvalidUrl("url", "its port is not a number from 1 to 65535")
    return port


def checked_headers(headers: Mapping[str, str]) -> dict[str, str]:
    """Return the headers by their names in lower case.

    Raises:
        InvalidHeader: One cannot be sent, is the client's own, or is there twice.
    """
    checked: dict[str, str] = {}
    for name, value in headers.items():
        check_header(name, value)
        lowered = name.lower()
        if lowered in OWN_HEADERS:
            raise InvalidHeader("headers", "the client sets it by itself", name)
        if lowered in checked:
            raise InvalidHeader("headers", "it is given twice, in different case", name)
        checked[lowered] = value.strip(" \t")
    return checked


def check_header(name: str, value: str) -> None:
    """Check that a header can be written down.

    Raises:
        InvalidHeader: Its name is no token, or its value holds what no value may.
    """
    if not isinstance(name, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidHeader("headers", "its name is not a string", repr(name))
    if not _TOKEN.fullmatch(name):
        raise InvalidHeader("headers", "its name is no token as HTTP has them", ascii(name)[1:-1])
    if not isinstance(value, str):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidHeader("headers", f"its value is a {type(value).__name__}", name)
    if not _VALUE.fullmatch(value):
        bad = next(c for c in value if not _VALUE.fullmatch(c))
        raise InvalidHeader("headers", f"its value holds {bad!a}", name)

"""Which requests a route of the test double answers, and how far off others are."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import parse_qsl

from dagstack.resources.http.validation import parse_url

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from dagstack.contracts import JsonValue

ANY = "*"


@dataclass(frozen=True, slots=True)
class StubCall:
    """A call as the plugin made it.

    Attributes:
        method: In upper case.
        url: As it was given.
        json: What is to be sent as the body.
        headers: Those that the plugin gave; not shown by ``repr``, as they may be secret.
    """

    method: str
    url: str
    json: Mapping[str, JsonValue] | None = None
    headers: Mapping[str, str] | None = field(default=None, repr=False)


@dataclass(frozen=True, slots=True)
class StubRequest:
    """A request as the wire would have seen it: one for each attempt and each redirect.

    Attributes:
        method: In upper case.
        url: Normalized, without user, password and fragment.
        headers: All that would be sent, by names in lower case; not shown by ``repr``.
        body: The bytes of the body, if there is one.
    """

    method: str
    url: str
    headers: Mapping[str, str] = field(repr=False)
    body: bytes | None = None


UrlPattern: TypeAlias = str | re.Pattern[str] | Callable[[StubRequest], bool]
"""A whole URL, an expression that matches all of one, or a function that decides."""


class Pattern:
    """A method and a pattern of URLs."""

    def __init__(self, method: str, url: UrlPattern, *, prefix: bool = False) -> None:
        """Match exactly, or with ``prefix`` all URLs that begin with ``url``.

        Raises:
            InvalidUrl: A whole URL, or a prefix, is none that could ever be requested.
        """
        self._method = method.upper()
        self._url = url
        self._prefix = prefix
        self._target = parse_url(url) if isinstance(url, str) else None
        if self._target is None:
            self._text = ""
        elif prefix and isinstance(url, str) and not url.endswith("/"):
            self._text = self._target.text.removesuffix("/")
        else:
            self._text = self._target.text

    def matches(self, request: StubRequest) -> bool:
        """Whether it is meant."""
        if self._method not in {ANY, request.method}:
            return False
        if self._target is not None:
            return self._prefix_matches(request) if self._prefix else request.url == self._text
        if isinstance(self._url, re.Pattern):
            return self._url.fullmatch(request.url) is not None
        assert callable(self._url)  # noqa: S101 - nothing else is left
        return self._url(request)

    def _prefix_matches(self, request: StubRequest) -> bool:
        assert self._target is not None  # noqa: S101 - checked by ``matches``
        return parse_url(request.url).origin == self._target.origin and request.url.startswith(
            self._text
        )

    def differences(self, request: StubRequest) -> tuple[str, ...]:
        """What would have to be different for the request to match, part by part."""
        return tuple(self._differences(request))

    def _differences(self, request: StubRequest) -> Iterator[str]:
        if self._method not in {ANY, request.method}:
            yield f"the method is {request.method}, not {self._method}"
        if self._target is None:
            if not self._url_matches(request):
                yield f"the URL does not match {self._shown_url}"
            return
        asked, meant = parse_url(request.url), self._target
        for part in ("scheme", "host", "port"):
            is_, should = getattr(asked, part), getattr(meant, part)
            # Another scheme is another port: that goes without saying.
            if is_ != should and not (part == "port" and asked.scheme != meant.scheme):
                yield f"the {part} is {is_}, not {should}"
        if self._prefix:
            if not request.url.startswith(self._text):
                yield f"the path {asked.path} does not begin with {meant.path}"
            return
        if asked.path != meant.path:
            yield f"the path is {asked.path}, not {meant.path}"
        yield from _of_queries(asked.whole_path, meant.whole_path)

    def _url_matches(self, request: StubRequest) -> bool:
        return Pattern(ANY, self._url).matches(request)

    @property
    def _shown_url(self) -> str:
        if isinstance(self._url, str):
            return f"{self._text}…" if self._prefix else self._text
        if isinstance(self._url, re.Pattern):
            return f"/{self._url.pattern}/"
        return getattr(self._url, "__qualname__", repr(self._url))

    def __str__(self) -> str:
        """Show method and URL."""
        return f"{self._method} {self._shown_url}"


def _of_queries(asked: str, meant: str) -> Iterator[str]:
    is_, should = asked.partition("?")[2], meant.partition("?")[2]
    if is_ == should:
        return
    have, want = _parameters(is_), _parameters(should)
    before = False
    for name in sorted({*have, *want}):
        if have.get(name) != want.get(name):
            before = True
            yield f"query {name} is {_shown(have.get(name))}, not {_shown(want.get(name))}"
    if not before:
        yield f"the query is {is_!r}, not {should!r}"


def _parameters(query: str) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for name, value in parse_qsl(query, keep_blank_values=True):
        found.setdefault(name, []).append(value)
    return found


def _shown(values: list[str] | None) -> str:
    return "missing" if values is None else ", ".join(map(repr, values))

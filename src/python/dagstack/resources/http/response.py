"""A response with its whole body."""

from __future__ import annotations

import codecs
import json
import math
import re
from typing import TYPE_CHECKING, NoReturn, overload

from dagstack.contracts import InvalidJson

if TYPE_CHECKING:
    from collections.abc import Iterable
    from typing import TypeVar

    from dagstack.contracts import HttpResponse, JsonValue

    T = TypeVar("T")

EXCERPT = 200
"""Characters of a body that an error shows."""

_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s;\"]+)", re.IGNORECASE)
_NOT_FOR_BODIES = {"idna", "punycode", "raw-unicode-escape", "undefined", "unicode-escape"}
"""What Python calls encodings of text and nobody else does; some take quadratic time."""


class HttpHeaders(dict[str, str]):
    """Headers by their names in lower case, found by a name in any case. They do not change."""

    __slots__ = ()

    @classmethod
    def of(cls, pairs: Iterable[tuple[str, str]]) -> HttpHeaders:
        """Collect headers as received: names in any case, some more than once."""
        collected: dict[str, str] = {}
        for name, value in pairs:
            lowered = name.lower()
            before = collected.get(lowered)
            collected[lowered] = value if before is None else f"{before}, {value}"
        return cls(collected)

    def __missing__(self, name: str) -> str:
        """Look again in lower case."""
        lowered = name.lower()
        if lowered == name or lowered not in self:
            raise KeyError(name)
        return self[lowered]

    @overload
    def get(self, name: str, default: None = None, /) -> str | None: ...
    @overload
    def get(self, name: str, default: str, /) -> str: ...
    @overload
    def get(self, name: str, default: T, /) -> str | T: ...
    def get(self, name: str, default: object = None, /) -> object:
        """Return the value under a name in any case, or else ``default``."""
        return super().get(name.lower(), default)

    def __contains__(self, name: object) -> bool:
        """Whether there is a header of that name in any case."""
        return super().__contains__(name.lower() if isinstance(name, str) else name)

    def _refuse(self, *_: object, **__: object) -> NoReturn:
        raise TypeError("the headers of a response do not change")

    __setitem__ = __delitem__ = __ior__ = _refuse  # pyright: ignore[reportAssignmentType]
    clear = pop = popitem = setdefault = update = _refuse  # pyright: ignore[reportAssignmentType]

    def __reduce__(self) -> tuple[type[HttpHeaders], tuple[dict[str, str]]]:
        """Let ``pickle`` and ``copy`` make them at once, as nothing can be added later."""
        return HttpHeaders, (dict(self),)


class BufferedResponse:
    """A response with its whole body, and how it came about.

    It does not change, and any number of threads and loops may read it.
    """

    __slots__ = ("_attempts", "_content", "_headers", "_status_code", "_url")

    def __init__(
        self, status_code: int, headers: HttpHeaders, content: bytes, url: str, attempts: int = 1
    ) -> None:
        """Make a response from its parts."""
        self._status_code = status_code
        self._headers = headers
        self._content = content
        self._url = url
        self._attempts = attempts

    @property
    def status_code(self) -> int:
        """The status, such as 200 or 404."""
        return self._status_code

    @property
    def headers(self) -> HttpHeaders:
        """The headers, found by a name in any case; values of one name are joined by ``, ``."""
        return self._headers

    @property
    def content(self) -> bytes:
        """The body's bytes, decompressed."""
        return self._content

    @property
    def url(self) -> str:
        """The URL that answered, after redirects; without user, password and fragment."""
        return self._url

    @property
    def attempts(self) -> int:
        """The number of times that the request was tried; redirects do not count."""
        return self._attempts

    def json(self) -> JsonValue:
        """Parse the body as JSON, read as UTF-8.

        Raises:
            InvalidJson: It is not JSON.
        """
        try:
            value: JsonValue = _STRICT.decode(self._content.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            raise InvalidJson(self._status_code, printable(self.text()[:EXCERPT])) from error
        return value

    def text(self) -> str:
        """Decode the body by the charset of ``content-type``, or else as UTF-8."""
        found = _CHARSET.search(self._headers.get("content-type", ""))
        if found:
            try:
                codec = codecs.lookup(found.group(1))
                if codec.name not in _NOT_FOR_BODIES:
                    text = self._content.decode(codec.name, "replace")
                    return text.removeprefix("\ufeff")
            except (LookupError, ValueError):
                pass  # unknown, or known to Python for other things than text
        return self._content.decode("utf-8", "replace").removeprefix("\ufeff")

    def __repr__(self) -> str:
        """Show the status and the size, and nothing that may be secret."""
        return f"<{type(self).__name__} {self._status_code}, {len(self._content)} bytes>"


def printable(text: str) -> str:
    """Put escapes where a terminal or a log would not show a character."""
    return "".join(c if c.isprintable() else ascii(c)[1:-1] for c in text)


def _not_json(constant: str) -> NoReturn:
    raise ValueError(f"{constant} is not JSON")


def _finite(text: str) -> float:
    number = float(text)
    if math.isinf(number):
        raise ValueError(f"{text[:40]} is too great for a float")
    return number


_STRICT = json.JSONDecoder(parse_constant=_not_json, parse_float=_finite)

if TYPE_CHECKING:
    _fits: type[HttpResponse] = BufferedResponse

"""What a test double answers: routes, each with one answer or several in sequence."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dagstack.contracts import (
    HttpConnectionFailed,
    HttpRequestFailed,
    HttpResponseMalformed,
    HttpTimeout,
    HttpTlsFailed,
    InvalidArgument,
)
from dagstack.resources.http.body import encode_json
from dagstack.resources.http.engine import EngineError, Failure
from dagstack.resources.http.response import HttpHeaders
from dagstack.resources.http.validation import check_header

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.contracts import JsonValue
    from dagstack.resources.http.patterns import Pattern

_FAILURES: dict[type[Exception], Failure] = {
    HttpConnectionFailed: Failure.CONNECTION,
    HttpTlsFailed: Failure.TLS,
    HttpTimeout: Failure.TIMEOUT,
    HttpResponseMalformed: Failure.MALFORMED,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """A response, or an error in its place."""

    status: int
    headers: HttpHeaders
    body: bytes
    error: Exception | type[HttpRequestFailed] | None
    delay: float
    times: int | None


@dataclass(eq=False, slots=True)
class Route:
    """What a stub answers to some requests: one answer after the other, the last one for good.

    Made by ``StubHttpClient.on``. Thread-safe.
    """

    pattern: Pattern
    _answers: list[Answer] = field(default_factory=list["Answer"], repr=False)
    _lock: threading.RLock = field(default_factory=threading.RLock, repr=False)
    _given: int = 0
    calls: int = 0
    """How many requests it has answered."""

    def then(  # noqa: PLR0913 - what a response may have
        self,
        *,
        status: int = 200,
        json: JsonValue | None = None,
        text: str | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        error: Exception | type[HttpRequestFailed] | None = None,
        delay: float = 0.0,
        times: int | None = None,
    ) -> Route:
        """Add the next answer; see ``StubHttpClient.on`` for what it may be."""
        answer = make_answer(status, json, text, content, headers, error, delay, times)
        with self._lock:
            self._answers.append(answer)
        return self

    @property
    def done(self) -> bool:
        """Whether every answer that it has was asked for, as often as it was told."""
        with self._lock:
            left = self._answers[:]
            if left and left[0].times is None and self._given:
                del left[0]
            return not left and self.calls > 0

    def take(self) -> Answer | None:
        """The next answer, or ``None`` if all are used up."""
        with self._lock:
            if len(self._answers) > 1 and self._answers[0].times is None and self._given:
                del self._answers[0]  # it was the last one until another came
                self._given = 0
            if not self._answers:
                return None
            answer = self._answers[0]
            self.calls += 1
            self._given += 1
            last = len(self._answers) == 1
            if self._given == (answer.times or (None if last else 1)):
                del self._answers[0]
                self._given = 0
            return answer

    def __str__(self) -> str:
        """Show what it answers to, and how often it did."""
        return f"{self.pattern} (answered {self.calls} times)"


def raised(error: Exception | type[HttpRequestFailed]) -> Exception:
    """The error that an engine raises for one that a test asked for."""
    kind = error if isinstance(error, type) else type(error)
    failure = _FAILURES.get(kind)
    if failure is None:
        assert isinstance(error, Exception)  # noqa: S101 - checked when it was programmed
        return error
    detail = error.detail if isinstance(error, HttpRequestFailed) else "as the stub was told"
    return EngineError(failure, detail)


def make_answer(  # noqa: PLR0913, PLR0917 - what a response may have
    status: int,
    json: JsonValue | None,
    text: str | None,
    content: bytes | None,
    headers: Mapping[str, str] | None,
    error: Exception | type[HttpRequestFailed] | None,
    delay: float,
    times: int | None,
) -> Answer:
    """Check an answer.

    Raises:
        InvalidHeader: A header could not be received.
        InvalidArgument: Another part makes no sense.
    """
    if not 200 <= status <= 599:  # noqa: PLR2004 - what a final status is
        raise InvalidArgument("status", f"{status} is no status of a final response")
    if sum(one is not None for one in (json, text, content, error)) > 1:
        raise InvalidArgument("json", "give one of json, text, content and error")
    if isinstance(error, type) and error not in _FAILURES:
        listed = ", ".join(kind.__name__ for kind in _FAILURES)
        raise InvalidArgument("error", f"of classes only these can be filled in: {listed}")
    if not delay >= 0:
        raise InvalidArgument("delay", f"{delay!r} is not a number of seconds")
    if times is not None and times < 1:
        raise InvalidArgument("times", f"{times!r} is less than 1")
    body, kind = _body(json, text, content)
    pairs: dict[str, str] = {"content-type": kind} if kind else {}
    for name, value in (headers or {}).items():
        check_header(name, value)
        pairs[name.lower()] = value
    return Answer(status, HttpHeaders(pairs), body, error, delay, times)


def _body(json: JsonValue, text: str | None, content: bytes | None) -> tuple[bytes, str]:
    if text is not None:
        return text.encode(), "text/plain; charset=utf-8"
    if json is not None:
        return encode_json(json), "application/json"
    return content or b"", ""

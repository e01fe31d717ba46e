"""What a call goes through: attempts, waits, redirects hop by hop, the specification's errors."""

from __future__ import annotations

import re
from datetime import timedelta
from typing import TYPE_CHECKING
from urllib.parse import urljoin

from dagstack.contracts import (
    HttpBodyTooLarge,
    HttpConnectionFailed,
    HttpResponseMalformed,
    HttpTimeout,
    HttpTlsFailed,
    HttpTooManyRedirects,
    InvalidUrl,
    ResourceClosed,
)
from dagstack.resources.http.engine import EngineError, Failure, Outgoing
from dagstack.resources.http.response import BufferedResponse
from dagstack.resources.http.retry import parse_retry_after
from dagstack.resources.http.validation import parse_url

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.contracts import Clock, HttpRequestFailed, Rng, Sleeper
    from dagstack.resources.http.config import HttpSettings
    from dagstack.resources.http.engine import Engine, Received
    from dagstack.resources.http.validation import Target

CREDENTIALS = frozenset({"authorization", "cookie", "proxy-authorization"})
"""What no other origin may see, whatever the settings say."""

_NANOSECONDS = 1_000_000_000
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_MOVED = frozenset({301, 302, 303, 307, 308})
_ABOUT_BODY = frozenset({"content-encoding", "content-language", "content-type"})
_PASSING = frozenset({Failure.CONNECTION, Failure.TIMEOUT})
"""Failures that another attempt may not meet."""


class Pipeline:
    """What all calls of a client share."""

    __slots__ = ("clock", "closed", "engine", "name", "rng", "secret", "settings", "sleeper")

    def __init__(  # noqa: PLR0913, PLR0917 - its parts
        self,
        name: str,
        engine: Engine,
        settings: HttpSettings,
        clock: Clock,
        sleeper: Sleeper,
        rng: Rng,
    ) -> None:
        self.name = name
        self.engine = engine
        self.settings = settings
        self.clock = clock
        self.sleeper = sleeper
        self.rng = rng
        self.secret = CREDENTIALS | {one.lower() for one in settings.redirects.credential_headers}
        self.closed = False


class Call:
    """One call, which may take several requests. Used once, in one task."""

    __slots__ = (
        "_attempts", "_first", "_pipeline", "_redirects", "_request", "_start",
    )  # fmt: skip

    def __init__(self, pipeline: Pipeline, request: Outgoing) -> None:
        self._pipeline = pipeline
        self._request = self._first = request
        self._attempts = 1
        self._redirects = 0
        self._start = pipeline.clock.monotonic_ns()

    async def run(self) -> BufferedResponse:
        """Send requests until there is a response to return, or nothing is left to try.

        Raises:
            HttpRequestFailed: There is no whole response.
            ResourceClosed: The client was closed meanwhile.
        """
        pipeline = self._pipeline
        retry = pipeline.settings.retry
        time_left = pipeline.settings.timeouts.total
        while True:
            received = failed = None
            try:
                received = await pipeline.engine.exchange(self._request, time_left)
                if received.status in _MOVED and self._follow(received):
                    time_left = self._time_left()
                    if time_left > 0:
                        continue
                    received = None
                    failed = EngineError(Failure.TIMEOUT, "the overall deadline passed")
            except EngineError as error:
                received, failed = None, error
            if received is not None and received.status not in retry.statuses:
                break
            self._ensure_open(failed)
            delay = self._delay(received, failed)
            if delay is None:
                break
            await pipeline.sleeper.sleep(timedelta(seconds=delay))
            self._ensure_open(failed)
            time_left = self._time_left()
            if time_left <= 0:  # the sleeper took longer than it was asked to
                break
            self._attempts += 1
        if received is not None:
            return BufferedResponse(*received, self._request.target.text, self._attempts)
        assert failed is not None  # noqa: S101 - one of the two, always
        raise self._error(failed) from failed.__cause__

    def _ensure_open(self, failed: EngineError | None) -> None:
        if self._pipeline.closed:
            raise ResourceClosed(self._pipeline.name) from failed

    def _time_left(self) -> float:
        passed = self._pipeline.clock.monotonic_ns() - self._start
        return self._pipeline.settings.timeouts.total - passed / _NANOSECONDS

    def _delay(self, received: Received | None, failed: EngineError | None) -> float | None:
        """The seconds to wait before the next attempt, or ``None`` if there is to be none."""
        pipeline, policy = self._pipeline, self._pipeline.settings.retry
        repeatable = self._request.method in policy.methods or (
            policy.idempotency_key and "idempotency-key" in self._request.headers
        )
        passing = failed is None or failed.failure in _PASSING
        if not (repeatable and passing and self._attempts < policy.max_attempts):
            return None
        asked = 0.0
        if received is not None and "retry-after" in received.headers:
            asked = parse_retry_after(received.headers["retry-after"], pipeline.clock.now()) or 0.0
        time_left = self._time_left()
        if asked >= time_left:
            return None
        delay = policy.delay(self._attempts, pipeline.rng.next_float(), asked)
        return delay if delay < time_left else None

    def _follow(self, received: Received) -> bool:
        """Aim at what a redirect leads to; false if it is a response like any other.

        Raises:
            EngineError: It leads to where no request may go.
            HttpTooManyRedirects: It is one too many.
        """
        policy = self._pipeline.settings.redirects
        location = received.headers.get("location", "").strip()
        if not (policy.limit and location):
            return False
        if self._redirects == policy.limit:
            detail = f"more than {policy.limit} redirects"
            method, shown = self._first.method, self._first.target.shown
            raise HttpTooManyRedirects(method, shown, self._attempts, detail, policy.limit)
        self._redirects += 1
        method, before, headers, body, credentials = self._request
        target = self._parsed(location)
        if before.scheme == "https" and target.scheme == "http" and not policy.allow_downgrade:
            raise EngineError(Failure.MALFORMED, "it redirects from https to http")
        if target.origin != before.origin:
            headers, credentials = _without(self._pipeline.secret, headers), False
        status = received.status
        if (status == 303 and method != "HEAD") or (status in (301, 302) and method == "POST"):  # noqa: PLR2004
            method, headers, body = "GET", _without(_ABOUT_BODY, headers), None
        self._request = Outgoing(method, target, headers, body, credentials)
        return True

    def _parsed(self, location: str) -> Target:
        location = location.replace(" ", "%20")
        try:
            if not _ABSOLUTE.match(location):
                location = urljoin(self._request.target.text, location)
            return parse_url(location)
        except ValueError as error:  # InvalidUrl is one
            reason = error.reason if isinstance(error, InvalidUrl) else "it cannot be read"
            detail = f"it redirects to a URL that cannot be requested: {reason}"
            raise EngineError(Failure.MALFORMED, detail) from error

    def _error(self, failed: EngineError) -> HttpRequestFailed:
        """The error of the specification, with the URL that the caller knows."""
        detail = failed.detail
        if self._redirects:
            detail = f"{detail}, at {self._request.target.shown} after {self._redirects} redirects"
        about = (self._first.method, self._first.target.shown, self._attempts, detail)
        match failed.failure:
            case Failure.CONNECTION:
                return HttpConnectionFailed(*about)
            case Failure.TLS:
                return HttpTlsFailed(*about)
            case Failure.TIMEOUT:
                return HttpTimeout(*about)
            case Failure.TOO_LARGE:
                return HttpBodyTooLarge(*about, self._pipeline.settings.limits.body_bytes)
            case Failure.MALFORMED:
                return HttpResponseMalformed(*about)


def _without(names: frozenset[str], headers: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in headers.items() if name not in names}

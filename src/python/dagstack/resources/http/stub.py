"""The test double: answers by routes, records all calls, and is as strict as the wire."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import TYPE_CHECKING

from dagstack.contracts import ResourceError
from dagstack.resources.http.body import too_large
from dagstack.resources.http.client import PipelineHttpClient
from dagstack.resources.http.config import HttpSettings, RedirectPolicy
from dagstack.resources.http.engine import EngineError, Failure, Received
from dagstack.resources.http.patterns import Pattern, StubCall, StubRequest
from dagstack.resources.http.response import HttpHeaders
from dagstack.resources.http.retry import NO_RETRIES
from dagstack.resources.http.routes import Route, raised

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import TracebackType

    from dagstack.contracts import Clock, HttpClient, HttpRequestFailed, JsonValue, Rng, Sleeper
    from dagstack.resources.http.engine import Outgoing
    from dagstack.resources.http.patterns import UrlPattern
    from dagstack.resources.http.pipeline import Call
    from dagstack.resources.http.routes import Answer

_NEAR = 3
"""Routes that the error of an unmatched request shows."""


class UnmatchedRequest(ResourceError, AssertionError):  # noqa: N818 - as the specification's
    """A request, or several, that no route of a stub answers.

    Attributes:
        requests: What was asked.
    """

    def __init__(self, message: str, requests: Sequence[StubRequest]) -> None:
        """Make the error with its message."""
        super().__init__(message)
        self.requests = tuple(requests)


class UnusedRoutes(ResourceError, AssertionError):  # noqa: N818 - as the specification's
    """Routes of a stub that nothing asked for, or not as often as they were told.

    Attributes:
        routes: Which.
    """

    def __init__(self, routes: Sequence[Route]) -> None:
        """Make the error with its message."""
        listed = "".join(f"\n- {route}" for route in routes)
        super().__init__(f"nothing asked for what these routes have to give:{listed}")
        self.routes = tuple(routes)


class StubHttpClient(PipelineHttpClient):
    """An ``HttpClient`` for tests, programmed by ``on``; it never touches the network.

    It refuses what the production client refuses, with the same errors. A request that no route
    answers raises ``UnmatchedRequest``; if the plugin swallows that, ``aclose`` and
    ``assert_done`` raise it again. Without ``settings`` nothing is retried and no redirect is
    followed, so each call is one request; with them the code of the production client does both.

    Thread-safe; any number of event loops may share it.

    Examples:
        A plugin that reads a user::

            stub = StubHttpClient()
            stub.on("GET", "https://api.example/users/7", json={"name": "Ada"})
            await plugin(stub)
            stub.assert_done()

        A service that is busy at first, and the retry that deals with it, in no time::

            stub = StubHttpClient(HttpSettings(), clock=FrozenClock(now=start), rng=rng)
            stub.on("GET", url, status=503).then(text="here I am")
    """

    _needs_closing = False  # nothing is lost

    def __init__(
        self,
        settings: HttpSettings | None = None,
        *,
        clock: Clock | None = None,
        sleeper: Sleeper | None = None,
        rng: Rng | None = None,
    ) -> None:
        """Make a stub that answers nothing yet.

        Args:
            settings: As for the production client; retries and redirects happen only with them.
            clock: As for the production client.
            sleeper: As for the production client; delayed answers wait by it, too.
            rng: As for the production client.
        """
        if settings is None:
            settings = HttpSettings(retry=NO_RETRIES, redirects=RedirectPolicy(limit=0))
        self._wire = _Wire(settings)
        super().__init__(self._wire, settings, clock=clock, sleeper=sleeper, rng=rng)
        self._wire.sleeper = self._pipeline.sleeper
        self._calls: list[StubCall] = []

    def on(  # noqa: PLR0913 - what a response may have
        self,
        method: str,
        url: UrlPattern,
        *,
        prefix: bool = False,
        status: int = 200,
        json: JsonValue | None = None,
        text: str | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
        error: Exception | type[HttpRequestFailed] | None = None,
        delay: float = 0.0,
        times: int | None = None,
    ) -> Route:
        """Answer requests; of several routes that match, the first one that has an answer left.

        Args:
            method: Such as ``GET``, or ``*`` for any.
            url: A whole URL, a compiled expression for all of one, or a function that is given
                the ``StubRequest`` and says whether to answer it.
            prefix: Whether ``url`` is only how the URLs begin.
            status: The status of the response.
            json: A body, sent as JSON; ``None`` is no body.
            text: A body, sent as UTF-8.
            content: A body, as it is.
            headers: Headers of the response.
            error: Instead of a response: ``HttpTimeout`` and the like, which the stub fills in
                and the retry policy sees, or any exception, which is raised as it is.
            delay: Seconds that the answer takes, by the sleeper; one beyond a time limit is the
                timeout that it would be.
            times: How often this answer is given; else once, and the last one without end.

        Returns:
            The route, for more answers by ``then``.

        Raises:
            InvalidUrl: ``url`` could never be requested.
            InvalidHeader: A header of the response could not be received.
            InvalidArgument: Another argument makes no sense.
        """
        route = Route(Pattern(method, url, prefix=prefix))
        route.then(
            status=status,
            json=json,
            text=text,
            content=content,
            headers=headers,
            error=error,
            delay=delay,
            times=times,
        )
        with self._wire.lock:
            self._wire.routes.append(route)
        return route

    @property
    def calls(self) -> list[StubCall]:
        """The calls that were not refused, in order: what the plugin asked for."""
        with self._wire.lock:
            return self._calls[:]

    @property
    def requests(self) -> list[StubRequest]:
        """The requests in order, with those for retries and redirects: what was sent."""
        with self._wire.lock:
            return self._wire.requests[:]

    @property
    def unused(self) -> list[Route]:
        """The routes that still have something to give that was never asked for."""
        with self._wire.lock:
            return [route for route in self._wire.routes if not route.done]

    def reset(self) -> None:
        """Forget all routes, calls and unmatched requests."""
        with self._wire.lock:
            self._calls.clear()
            for forgotten in (self._wire.routes, self._wire.requests, self._wire.unmatched):
                forgotten.clear()

    def assert_done(self) -> None:
        """Check that every request had its route, and every route its requests.

        Raises:
            UnmatchedRequest: A request had none, also if the plugin swallowed the error then.
            UnusedRoutes: A route was not asked for as often as it was told.
        """
        self._raise_unmatched()
        unused = self.unused
        if unused:
            raise UnusedRoutes(unused)

    def _raise_unmatched(self) -> None:
        with self._wire.lock:
            unmatched, self._wire.unmatched = self._wire.unmatched, []
        if unmatched:
            text = "\n".join(str(one) for one in unmatched)
            requests = [request for one in unmatched for request in one.requests]
            raise UnmatchedRequest(text, requests) from unmatched[0]

    def _begin(
        self,
        method: str,
        url: str,
        json: Mapping[str, JsonValue] | None,
        headers: Mapping[str, str] | None,
    ) -> Call:
        call = super()._begin(method, url, json, headers)
        with self._wire.lock:
            self._calls.append(
                StubCall(method, url, json, None if headers is None else dict(headers))
            )
        return call

    async def _release(self) -> None:
        await super()._release()
        self._raise_unmatched()

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        """Close the stub; an error that is on its way already is not replaced."""
        try:
            await super().__aexit__(kind, error, traceback)
        except UnmatchedRequest:
            if error is None:
                raise


class _Wire:
    """The engine that answers by routes."""

    def __init__(self, settings: HttpSettings) -> None:
        self.lock = threading.RLock()
        self.routes: list[Route] = []
        self.requests: list[StubRequest] = []
        self.unmatched: list[UnmatchedRequest] = []
        self.sleeper: Sleeper | None = None
        self._settings = settings

    async def exchange(self, request: Outgoing, time_left: float) -> Received:
        """Answer a request."""
        method, target, headers, body, _ = request
        answer = self._find(StubRequest(method, target.text, HttpHeaders(headers), body))
        await self._wait(answer.delay, time_left)
        if answer.error is not None:
            raise raised(answer.error)
        if len(answer.body) > self._settings.limits.body_bytes:
            raise too_large(self._settings.limits.body_bytes)
        return Received(answer.status, answer.headers, answer.body)

    def _find(self, request: StubRequest) -> Answer:
        with self.lock:
            self.requests.append(request)
            routes = self.routes[:]
        used_up = False
        for route in routes:
            if route.pattern.matches(request):
                answer = route.take()
                if answer is not None:
                    return answer
                used_up = True
        error = UnmatchedRequest(_message(request, routes, used_up=used_up), [request])
        with self.lock:
            self.unmatched.append(error)
        raise error

    async def _wait(self, delay: float, time_left: float) -> None:
        if not delay:
            return
        assert self.sleeper is not None  # noqa: S101 - set by the client
        limit = min(self._settings.timeouts.receive, time_left)
        await self.sleeper.sleep(timedelta(seconds=min(delay, limit)))
        if delay > limit:
            raise EngineError(Failure.TIMEOUT, "nothing received in time")

    async def aclose(self) -> None:
        """Do nothing: there are no connections."""


def _message(request: StubRequest, routes: Sequence[Route], *, used_up: bool) -> str:
    asked = f"{request.method} {request.url}"
    if not routes:
        return f"no route answers {asked}: the stub has none, see StubHttpClient.on"
    if used_up:
        return f"no route answers {asked}: the answers to it are used up"
    near = sorted(
        ((route.pattern.differences(request), route) for route in routes),
        key=lambda pair: len(pair[0]),
    )
    lines = [f"\n- {route.pattern}: {', '.join(why)}" for why, route in near[:_NEAR]]
    return f"no route answers {asked}; the nearest are:{''.join(lines)}"


if TYPE_CHECKING:
    _fits: type[HttpClient] = StubHttpClient

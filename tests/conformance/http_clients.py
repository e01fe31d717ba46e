"""HTTP clients as their suite wants them, and what a case can do with them beside their methods."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol
from weakref import WeakKeyDictionary

import dagstack.contracts
from dagstack.resources import (
    DeterministicRng,
    FrozenClock,
    HttpLimits,
    HttpSettings,
    HttpTimeouts,
    PooledHttpClient,
    RedirectPolicy,
    RetryPolicy,
    StubHttpClient,
)
from dagstack.resources.http.retry import IDEMPOTENT
from tests.resources.http.clients import Skipping, client_over

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime, timedelta

    from dagstack.conformance import Factory
    from dagstack.contracts import Clock, Rng, Sleeper
    from dagstack.resources.http.routes import Route


class Opening(Protocol):
    """A way to make a client that really connects."""

    def __call__(
        self,
        settings: HttpSettings | None = None,
        *,
        clock: Clock | None = None,
        sleeper: Sleeper | None = None,
        rng: Rng | None = None,
    ) -> PooledHttpClient:
        """Make a client."""
        ...


def over_httpx2(
    settings: HttpSettings | None = None,
    *,
    clock: Clock | None = None,
    sleeper: Sleeper | None = None,
    rng: Rng | None = None,
) -> PooledHttpClient:
    """Make a client over a host's own."""
    return client_over("httpx2", settings, clock=clock, sleeper=sleeper, rng=rng)


_sleepers: WeakKeyDictionary[PooledHttpClient, Skipping] = WeakKeyDictionary()


def wire_client(open_client: Opening) -> Factory:
    """Make clients with the options of the suite, which skip their waits and remember them."""

    def make(  # noqa: PLR0913 - the options of the suite
        *,
        headers: Mapping[str, str] | None,
        attempts: int,
        retry_post: bool,
        base: timedelta,
        cap: timedelta,
        seed: int,
        now: datetime,
        receive: timedelta,
        total: timedelta,
        body_bytes: int,
        redirects: int,
    ) -> PooledHttpClient:
        clock = FrozenClock(now=now)
        sleeper = Skipping(clock)
        settings = HttpSettings(
            headers=headers or {},
            retry=RetryPolicy(
                max_attempts=attempts,
                methods=IDEMPOTENT | ({"POST"} if retry_post else set[str]()),
                base=base.total_seconds(),
                cap=cap.total_seconds(),
            ),
            timeouts=HttpTimeouts(receive=receive.total_seconds(), total=total.total_seconds()),
            limits=HttpLimits(body_bytes=body_bytes),
            redirects=RedirectPolicy(limit=redirects),
        )
        rng = DeterministicRng(seed=seed)
        client = open_client(settings, clock=clock, sleeper=sleeper, rng=rng)
        _sleepers[client] = sleeper
        return client

    return make


def waits(client: PooledHttpClient) -> list[int]:
    """List the waits in nanoseconds, rounded to whole microseconds."""
    return [round(delay * 1_000_000) * 1000 for delay in _sleepers[client].delays]


_routes: WeakKeyDictionary[StubHttpClient, dict[tuple[str, str, bool], Route]] = WeakKeyDictionary()


def answer(  # noqa: PLR0913 - the params of the suite
    stub: StubHttpClient,
    *,
    method: str,
    url: str,
    prefix: bool,
    status: int,
    headers: Mapping[str, str] | None,
    text: str | None,
    json: Any,  # noqa: ANN401 - any JSON
    error: str | None,
    times: int | None,
) -> None:
    """Tell a stub an answer; a second one for the same requests follows the first one."""
    kind = getattr(dagstack.contracts, error) if error else None
    options: dict[str, Any] = {
        "status": status,
        "headers": headers,
        "text": text,
        "json": json,
        "error": kind,
        "times": times,
    }
    known = _routes.setdefault(stub, {})
    route = known.get((method, url, prefix))
    if route is None:
        known[method, url, prefix] = stub.on(method, url, prefix=prefix, **options)
    else:
        route.then(**options)


def calls(stub: StubHttpClient) -> list[dict[str, Any]]:
    """List the calls that the stub had."""
    return [
        {"method": one.method, "url": one.url, "json": one.json, "headers": one.headers}
        for one in stub.calls
    ]

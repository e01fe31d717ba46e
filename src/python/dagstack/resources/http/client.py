"""The production client, and what it shares with the test double."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.contracts import Sleeper
from dagstack.resources.closing import AsyncClosable
from dagstack.resources.http.body import ACCEPTED, encode_json_object
from dagstack.resources.http.config import HttpSettings
from dagstack.resources.http.engine import Outgoing
from dagstack.resources.http.pipeline import Call, Pipeline
from dagstack.resources.http.validation import checked_headers, parse_url

if TYPE_CHECKING:
    from collections.abc import Mapping
    from typing import Self

    from dagstack.contracts import Clock, HttpClient, JsonValue, Rng
    from dagstack.resources.http.engine import Engine
    from dagstack.resources.http.httpx_adapter import HttpxClient
    from dagstack.resources.http.response import BufferedResponse

_DEFAULTS = {"accept": "*/*", "accept-encoding": ACCEPTED, "user-agent": "dagstack-resources"}


class PipelineHttpClient(AsyncClosable):
    """An ``HttpClient`` over an engine: everything but the wire.

    Thread-safe, and fit for any number of event loops, as far as the engine is.
    """

    def __init__(
        self,
        engine: Engine,
        settings: HttpSettings,
        *,
        clock: Clock | None = None,
        sleeper: Sleeper | None = None,
        rng: Rng | None = None,
    ) -> None:
        """Send requests by ``engine``; time and chance are the machine's if not given."""
        super().__init__()
        sleeper = sleeper or _as_sleeper(clock)
        if clock is None or sleeper is None:
            from dagstack.resources.clock import SystemClock

            system = SystemClock()
            clock, sleeper = clock or system, sleeper or system
        if rng is None:
            from dagstack.resources.rng import RandomRng

            rng = RandomRng()
        self._pipeline = Pipeline(type(self).__name__, engine, settings, clock, sleeper, rng)
        self._headers: Mapping[str, str] = {**_DEFAULTS, **checked_headers(settings.headers)}

    @property
    def settings(self) -> HttpSettings:
        """What the host settled."""
        return self._pipeline.settings

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> BufferedResponse:
        """Send a GET request; see ``HttpClient.get``."""
        return await self._begin("GET", url, None, headers).run()

    async def post(
        self,
        url: str,
        *,
        json: Mapping[str, JsonValue] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> BufferedResponse:
        """Send a POST request; see ``HttpClient.post``."""
        return await self._begin("POST", url, json, headers).run()

    async def put(
        self,
        url: str,
        *,
        json: Mapping[str, JsonValue] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> BufferedResponse:
        """Send a PUT request; see ``HttpClient.put``."""
        return await self._begin("PUT", url, json, headers).run()

    async def delete(
        self, url: str, *, headers: Mapping[str, str] | None = None
    ) -> BufferedResponse:
        """Send a DELETE request; see ``HttpClient.delete``."""
        return await self._begin("DELETE", url, None, headers).run()

    def _begin(
        self,
        method: str,
        url: str,
        json: Mapping[str, JsonValue] | None,
        headers: Mapping[str, str] | None,
    ) -> Call:
        self._ensure_open()
        target = parse_url(url)
        sent = self._headers if headers is None else {**self._headers, **checked_headers(headers)}
        body = None
        if json is not None:
            body = encode_json_object(json)
            if "content-type" not in sent:
                sent = {**sent, "content-type": "application/json"}
        if target.authorization is not None and "authorization" not in sent:
            sent = {**sent, "authorization": target.authorization}
        return Call(self._pipeline, Outgoing(method, target, sent, body, credentials=True))

    async def _release(self) -> None:
        self._pipeline.closed = True
        await self._pipeline.engine.aclose()


class PooledHttpClient(PipelineHttpClient):
    """The production ``HttpClient``: pooled connections, TLS, limits, redirects and retries.

    One instance serves a whole host: any number of threads, each with an event loop of its own.
    Each loop has its own connections, which end with the loop at the latest. ``aclose`` may be
    called in any of them. Calls that run then end with ``ResourceClosed``.

    Examples:
        A host that trusts a private authority and waits at most ten seconds in all::

            settings = HttpSettings(
                tls=TlsSettings(ca_bundle="corporate.pem"),
                timeouts=HttpTimeouts(total=10.0),
            )
            async with PooledHttpClient(settings) as http_client:
                response = await http_client.get("https://intranet.example/status")
    """

    def __init__(
        self,
        settings: HttpSettings | None = None,
        *,
        clock: Clock | None = None,
        sleeper: Sleeper | None = None,
        rng: Rng | None = None,
        engine: Engine | None = None,
    ) -> None:
        """Make a client; connections come with the first request.

        Args:
            settings: What the host settles; the defaults are fit for production.
            clock: Tells the time for the overall deadline and dates in ``Retry-After``.
            sleeper: Waits between attempts; the clock itself, if it can.
            rng: Gives the jitter of these waits.
            engine: Carries the requests, in place of aiohttp.

        Raises:
            InvalidArgument: A file that the settings name cannot be used.
            ModuleNotFoundError: A package of the extra ``http`` is not installed.
        """
        settings = settings or HttpSettings()
        super().__init__(
            engine or _aiohttp_engine(settings), settings, clock=clock, sleeper=sleeper, rng=rng
        )

    @classmethod
    def over(  # noqa: PLR0913 - as many as the constructor's
        cls,
        client: HttpxClient,
        settings: HttpSettings | None = None,
        *,
        clock: Clock | None = None,
        sleeper: Sleeper | None = None,
        rng: Rng | None = None,
        owned: bool = False,
    ) -> Self:
        """Make a client over a host's own ``httpx.AsyncClient`` or ``httpx2.AsyncClient``.

        That client's TLS, proxies, pool, authentication and cookies stay as the host set them up;
        ``tls``, ``proxy`` and the limits of connections of the settings do not apply. Call it
        in the event loop that the httpx client belongs to; requests from other loops are handed
        over to that one. Under trio, all use is in the one loop of the program.

        Args:
            client: The host's own.
            settings: What applies beside it: time limits, retries, redirects, headers, body size.
            clock: See the constructor.
            sleeper: See the constructor.
            rng: See the constructor.
            owned: Whether closing this client closes the other one, too.

        Raises:
            InvalidArgument: ``client`` is no such client, or is closed.
        """
        from dagstack.resources.http.httpx_adapter import HttpxEngine

        settings = settings or HttpSettings()
        engine = HttpxEngine(client, settings, owned=owned)
        return cls(settings, clock=clock, sleeper=sleeper, rng=rng, engine=engine)


def _as_sleeper(clock: object) -> Sleeper | None:
    return clock if isinstance(clock, Sleeper) else None


def _aiohttp_engine(settings: HttpSettings) -> Engine:
    try:
        from dagstack.resources.http.engine_aiohttp import AiohttpEngine
    except ModuleNotFoundError as error:
        raise ModuleNotFoundError(
            "PooledHttpClient needs aiohttp: pip install 'dagstack-resources[http]'",
            name=error.name,
        ) from error
    return AiohttpEngine(settings)


if TYPE_CHECKING:
    _fits: type[HttpClient] = PooledHttpClient

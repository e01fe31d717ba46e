"""The engine on aiohttp. Nothing else here knows that library."""

from __future__ import annotations

import asyncio
import math
import ssl
from functools import partial
from typing import TYPE_CHECKING

import aiohttp
from yarl import URL

from dagstack.contracts import ResourceClosed
from dagstack.resources.http.aiohttp_errors import meaning
from dagstack.resources.http.body import check_announced, inflater_for, too_large
from dagstack.resources.http.engine import EngineError, Failure, Received
from dagstack.resources.http.loops import LoopSessions
from dagstack.resources.http.response import HttpHeaders
from dagstack.resources.http.tls import make_context
from dagstack.resources.http.watch import Phase, Watches

if TYPE_CHECKING:
    from aiohttp.abc import AbstractStreamWriter
    from aiohttp.connector import Connection
    from aiohttp.tracing import Trace
    from multidict import CIMultiDictProxy

    from dagstack.resources.http.config import HttpSettings
    from dagstack.resources.http.engine import Outgoing
    from dagstack.resources.http.validation import Target
    from dagstack.resources.http.watch import Watch

_PIECE = 65_536
"""Bytes; a body up to this size is in the hands of the operating system, or nearly so, at once."""

_NO_CONTENT_TYPE = ("Content-Type",)
"""A header that aiohttp would make up; all others the pipeline names."""


class _Connector(aiohttp.TCPConnector):
    """Tells the watch of a request when it has got its connection."""

    watches: Watches

    async def connect(
        self,
        req: aiohttp.ClientRequest,
        traces: list[Trace],
        timeout: aiohttp.ClientTimeout,  # noqa: ASYNC109 - aiohttp's name
    ) -> Connection:
        connection = await super().connect(req, traces, timeout)
        self.watches.connected()
        return connection


class _Pieces(aiohttp.Payload):
    """A large body, which the server must take piece by piece in time."""

    def __init__(self, body: bytes, watch: Watch) -> None:
        super().__init__(body)
        self._size = len(body)
        self._body = body
        self._watch = watch

    def decode(self, encoding: str = "utf-8", errors: str = "strict") -> str:
        return self._body.decode(encoding, errors)

    async def write(self, writer: AbstractStreamWriter) -> None:
        await self.write_with_length(writer, None)

    async def write_with_length(
        self, writer: AbstractStreamWriter, content_length: int | None
    ) -> None:
        view = memoryview(self._body)[:content_length]
        transport = writer.transport
        try:
            for start in range(0, len(view), _PIECE):
                await writer.write(view[start : start + _PIECE])
                await writer.drain()
                self._watch.progress()
        except BaseException:
            # Closing alone would wait for ever until the server takes what is written already.
            if transport is not None:
                transport.abort()
            raise
        self._watch.turn(Phase.RECEIVE)


class AiohttpEngine:
    """Carries requests over aiohttp, with one session for each event loop."""

    def __init__(self, settings: HttpSettings) -> None:
        """Make the TLS context; connections come later."""
        self._limits = settings.limits
        self._proxy = settings.proxy
        self._proxy_url = None if settings.proxy is None else URL(settings.proxy.url)
        # Not a method: a client that is forgotten must not wait for the garbage collector.
        self._sessions = LoopSessions(partial(_open, settings, make_context(settings.tls)))

    async def exchange(self, request: Outgoing, time_left: float) -> Received:
        """Send a request and read the whole response."""
        method, target, headers, body, _ = request
        session = self._sessions.current()
        connector = session.connector
        if not isinstance(connector, _Connector):  # closed at this moment
            raise ResourceClosed("PooledHttpClient")
        watch = connector.watches.begin(time_left)
        data: bytes | aiohttp.Payload | None = body
        if body is not None and len(body) > _PIECE:
            data = _Pieces(body, watch)
            watch.sends = True
        response = None
        try:
            response = await session.request(
                method,
                URL(target.text, encoded=True),
                data=data,
                headers=headers,
                skip_auto_headers=_NO_CONTENT_TYPE if body is None and method != "GET" else None,
                allow_redirects=False,
                proxy=self._proxy_for(target),
            )
            received = _headers(response.headers)
            content = await self._read(response, received, watch)
        except BaseException as error:
            if response is not None:
                response.close()
            if session.closed and isinstance(error, asyncio.CancelledError) and not watch.cancelled:
                # aiohttp's way to send home those who wait for the pool; nobody meant the task.
                raise ResourceClosed("PooledHttpClient") from error
            late = watch.verdict(error)
            if late is not None:
                raise EngineError(Failure.TIMEOUT, late) from error
            if isinstance(error, (aiohttp.ClientError, OSError, ssl.CertificateError)):
                raise EngineError(*meaning(error)) from _without_url(error, target)
            raise
        finally:
            watch.stop()
        return Received(response.status, received, content)

    def _proxy_for(self, target: Target) -> URL | None:
        proxy = self._proxy
        return self._proxy_url if proxy is not None and proxy.serves(target) else None

    async def _read(
        self, response: aiohttp.ClientResponse, headers: HttpHeaders, watch: Watch
    ) -> bytes:
        limit = self._limits.body_bytes
        content = response.content
        inflater = None
        if "content-encoding" in headers:
            inflater = None if content.at_eof() else inflater_for(headers, limit)
        elif content.is_eof():
            whole = content.read_nowait()
            if len(whole) > limit:
                raise too_large(limit)
            return whole
        if inflater is None:
            check_announced(headers, limit)
        pieces: list[bytes] = []
        size = 0
        while not content.at_eof():
            piece = await content.readany()
            watch.progress()
            if inflater is not None:
                piece = inflater.feed(piece)
            size += len(piece)
            if size > limit:
                raise too_large(limit)
            pieces.append(piece)
        if inflater is not None:
            inflater.finish()
        return pieces[0] if len(pieces) == 1 else b"".join(pieces)

    async def aclose(self) -> None:
        """Close all sessions, each in its own loop."""
        await self._sessions.aclose()


def _open(settings: HttpSettings, tls: ssl.SSLContext) -> aiohttp.ClientSession:
    limits = settings.limits
    connector = _Connector(
        limit=limits.connections,
        limit_per_host=limits.connections_per_host,
        keepalive_timeout=limits.idle,
        ssl=tls,
        timeout_ceil_threshold=math.inf,
    )
    connector.watches = Watches(settings.timeouts)
    session = aiohttp.ClientSession(
        connector=connector,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        trust_env=False,
        timeout=aiohttp.ClientTimeout(),  # none: the watches have one timer for all
    )
    # Or it would send some requests twice by itself, unseen by the retry policy.
    session._retry_connection = False  # noqa: SLF001  # pyright: ignore[reportPrivateUsage]
    return session


def _without_url(error: BaseException, target: Target) -> BaseException | None:
    """The error, or what caused it where it shows the URL with its query."""
    shown: BaseException | None = error
    while shown is not None and target.whole_path in str(shown):
        shown = shown.__cause__
    return shown


def _headers(received: CIMultiDictProxy[str]) -> HttpHeaders:
    headers = {name.lower(): value for name, value in received.items()}
    if len(headers) == len(received) and "".join(headers.values()).isascii():
        return HttpHeaders(headers)
    return HttpHeaders.of((name, _readable(value)) for name, value in received.items())


def _readable(value: str) -> str:
    """Undo what aiohttp does with bytes that are no UTF-8."""
    try:
        return value.encode("utf-8", "surrogateescape").decode()
    except UnicodeDecodeError:
        return value.encode("utf-8", "surrogateescape").decode("latin-1")

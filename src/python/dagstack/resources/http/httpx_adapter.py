"""The engine over a host's own httpx or httpx2 client. It imports neither: the host has done so."""

from __future__ import annotations

import asyncio
import ssl
import sys
from typing import TYPE_CHECKING, Any, Protocol, cast

from dagstack.contracts import InvalidArgument, ResourceClosed
from dagstack.resources.http.body import check_announced, inflater_for, too_large
from dagstack.resources.http.engine import EngineError, Failure, Received
from dagstack.resources.http.pipeline import CREDENTIALS
from dagstack.resources.http.response import HttpHeaders
from dagstack.resources.http.watch import DEADLINE

if TYPE_CHECKING:
    from types import ModuleType

    from anyio import CancelScope

    from dagstack.resources.http.config import HttpSettings
    from dagstack.resources.http.engine import Outgoing

_LIBRARIES = ("httpx", "httpx2")


class HttpxClient(Protocol):
    """What an ``AsyncClient`` of either library has."""

    @property
    def is_closed(self) -> bool:
        """Whether it is closed."""
        ...

    def build_request(self, method: str, url: str) -> object:
        """Make a request."""
        ...

    async def aclose(self) -> None:
        """Close it."""
        ...


class HttpxEngine:
    """Carries requests over an httpx client, always in the loop that the client belongs to."""

    def __init__(self, client: HttpxClient, settings: HttpSettings, *, owned: bool) -> None:
        """Take over ``client`` in the running loop, or in the first one that uses it.

        Raises:
            InvalidArgument: It is no such client, or is closed.
        """
        self._library = _library_of(client)
        if client.is_closed:
            raise InvalidArgument("client", "it is closed")
        self._client: Any = client
        self._owned = owned
        self._limit = settings.limits.body_bytes
        limits = settings.timeouts
        self._timeout = self._library.Timeout(
            connect=limits.connect, read=limits.receive, write=limits.send, pool=limits.connect
        )
        self._secret = CREDENTIALS | {
            name.lower() for name in settings.redirects.credential_headers
        }
        self._home = _running_loop()
        self._running: set[CancelScope] = set()

    async def exchange(self, request: Outgoing, time_left: float) -> Received:
        """Send a request and read the whole response."""
        here = _running_loop()
        home = self._home = self._home or here
        if home is here or home is None or here is None:
            return await self._exchange(request, time_left)
        if home.is_closed() or not home.is_running():
            detail = "the event loop of the host's client does not run"
            raise EngineError(Failure.CONNECTION, detail)
        # Waits without blocking this loop; a cancellation here is one over there.
        work = self._exchange(request, time_left)
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, home))

    async def _exchange(self, outgoing: Outgoing, time_left: float) -> Received:
        import anyio  # which httpx brought

        if self._client.is_closed:  # by the host, behind our back
            raise ResourceClosed(type(self._client).__name__)
        method, target, headers, body, credentials = outgoing
        request = self._client.build_request(
            method, target.text, headers=dict(headers), content=body, timeout=self._timeout
        )
        request.url = _as_given(request.url, target.whole_path.encode())
        auth: dict[str, None] = {}  # of the client, unless it is for another origin
        if not credentials:
            auth = {"auth": None}
            for name in self._secret & set(request.headers):
                del request.headers[name]
        scope = anyio.CancelScope(deadline=anyio.current_time() + time_left)
        self._running.add(scope)
        try:
            with scope:
                response = await self._client.send(
                    request, stream=True, follow_redirects=False, **auth
                )
                try:
                    received = HttpHeaders.of(
                        (_text(name), _text(value)) for name, value in response.headers.raw
                    )
                    return Received(
                        response.status_code, received, await self._read(response, received)
                    )
                finally:
                    with anyio.CancelScope(shield=True):
                        await response.aclose()
        except (self._library.HTTPError, self._library.InvalidURL, ssl.SSLError) as error:
            raise EngineError(*self._meaning(error)) from error
        finally:
            self._running.discard(scope)
        if anyio.current_time() >= scope.deadline:
            raise EngineError(Failure.TIMEOUT, DEADLINE)
        raise EngineError(Failure.CONNECTION, "the client was closed")

    async def _read(
        self,
        response: Any,  # noqa: ANN401 - of one of two libraries
        headers: HttpHeaders,
    ) -> bytes:
        inflater = inflater_for(headers, self._limit) if "content-encoding" in headers else None
        if inflater is None:
            check_announced(headers, self._limit)
        pieces: list[bytes] = []
        size = 0
        async for raw in response.aiter_raw():
            piece = raw if inflater is None else inflater.feed(raw)
            size += len(piece)
            if size > self._limit:
                raise too_large(self._limit)
            pieces.append(piece)
        if inflater is not None:
            inflater.finish()
        return b"".join(pieces)

    def _meaning(self, error: Exception) -> tuple[Failure, str]:  # noqa: PLR0911 - a table
        library = self._library
        tls = _tls_error(error)
        if tls is not None:
            return Failure.TLS, tls
        if isinstance(error, library.TimeoutException):
            connecting = isinstance(error, (library.ConnectTimeout, library.PoolTimeout))
            if connecting:
                return Failure.TIMEOUT, "no connection in time"
            if isinstance(error, library.WriteTimeout):
                return Failure.TIMEOUT, "the request's body was not taken in time"
            return Failure.TIMEOUT, "nothing received in time"
        if isinstance(error, library.ProxyError):
            return Failure.CONNECTION, "the proxy refused the connection"
        if isinstance(error, library.ConnectError):
            return Failure.CONNECTION, "the server cannot be reached"
        if isinstance(error, library.RemoteProtocolError):
            text = str(error)
            if text.startswith(("Server disconnected", "peer closed connection")):
                return Failure.CONNECTION, "the server closed the connection too early"
            return Failure.MALFORMED, "it is not HTTP"
        return Failure.CONNECTION, "the connection broke"

    async def aclose(self) -> None:
        """End all requests, and close the client if that was asked for, in its own loop."""
        home = self._home
        if home is None or home is _running_loop():
            await self._end()
        elif not home.is_closed() and home.is_running():
            ending = asyncio.run_coroutine_threadsafe(self._end(), home)
            await asyncio.shield(asyncio.wrap_future(ending))

    async def _end(self) -> None:
        for scope in tuple(self._running):
            scope.cancel()
        if self._owned:
            await self._client.aclose()


def _library_of(client: object) -> ModuleType:
    """The library whose ``AsyncClient`` this is, or inherits."""
    for kind in type(client).__mro__:
        root = kind.__module__.partition(".")[0]
        if root in _LIBRARIES and kind.__name__ == "AsyncClient":
            return sys.modules[root]
    name = type(client).__qualname__
    raise InvalidArgument("client", f"a {name} is no AsyncClient of httpx or httpx2")


def _as_given(url: Any, raw_path: bytes) -> Any:  # noqa: ANN401 - of one of two libraries
    """A URL that asks for exactly this path and query; the library's own resolves dots in it."""
    if url.raw_path == raw_path:
        return url
    return type("URL", (cast("Any", type(url)),), {"raw_path": raw_path})(url)


def _running_loop() -> asyncio.AbstractEventLoop | None:
    """The loop of asyncio, or ``None`` outside one, as under trio."""
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _text(raw: bytes) -> str:
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("latin-1")


def _tls_error(error: BaseException | None) -> str | None:
    for _ in range(8):
        if isinstance(error, ssl.SSLCertVerificationError):
            return f"the certificate is not trusted: {error.verify_message}"
        if isinstance(error, ssl.SSLError):
            return (error.reason or "the handshake failed").replace("_", " ").lower()
        error = None if error is None else error.__cause__ or error.__context__
    return None

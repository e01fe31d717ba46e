"""A loopback server that says what a test tells it, byte for byte, in a thread of its own."""

from __future__ import annotations

import asyncio
import base64
import contextlib
import socket
import struct
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeAlias
from urllib.parse import urlsplit

if TYPE_CHECKING:
    import ssl
    from collections.abc import Awaitable, Callable
    from typing import Self

HOST = "127.0.0.1"


@dataclass(frozen=True)
class Seen:
    """A request as it came in."""

    method: str
    target: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    connection: int
    """The number of its connection."""
    raw: bytes = field(repr=False)
    """Its head."""

    def header(self, name: str) -> str | None:
        """The value of a header, which must be there once at most."""
        found = [value for key, value in self.headers if key.lower() == name]
        assert len(found) <= 1
        return found[0] if found else None


class Exchange:
    """One request and the chance to answer it."""

    def __init__(
        self,
        request: Seen,
        reader: asyncio.StreamReader,
        writer: asyncio.StreamWriter,
        over: asyncio.Event,
        *,
        reads_bodies: bool,
    ) -> None:
        self._reads_bodies = reads_bodies
        self.request = request
        self.reader = reader
        self.writer = writer
        self._over = over

    async def send(self, data: bytes) -> None:
        """Send bytes as they are."""
        self.writer.write(data)
        with contextlib.suppress(ConnectionError):
            await self.writer.drain()

    async def respond(
        self, status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> None:
        """Send a whole response."""
        lines = [f"HTTP/1.1 {status} Whatever", f"content-length: {len(body)}"]
        lines += [f"{name}: {value}" for name, value in (headers or {}).items()]
        await self.send("\r\n".join([*lines, "", ""]).encode("latin-1") + body)

    async def hang(self) -> None:
        """Say nothing until the client leaves or the test is over."""
        left = asyncio.ensure_future(self._left())
        over = asyncio.ensure_future(self._over.wait())
        try:
            await asyncio.wait({left, over}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            left.cancel()
            over.cancel()
        self.writer.close()

    async def _left(self) -> None:
        if self._reads_bodies:
            with contextlib.suppress(ConnectionError):
                await self.reader.read()
        else:
            await self._over.wait()

    def close(self) -> None:
        """Close the connection in good order."""
        self.writer.close()

    def reset(self) -> None:
        """Break the connection with an RST."""
        connection: socket.socket = self.writer.get_extra_info("socket")
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.writer.transport.abort()


Answer: TypeAlias = "Callable[[Exchange], Awaitable[None]]"


class Server:
    """Answers every request by one function, and remembers them."""

    def __init__(
        self, answer: Answer, tls: ssl.SSLContext | None = None, *, reads_bodies: bool = True
    ) -> None:
        self._answer = answer
        self._tls = tls
        self._reads_bodies = reads_bodies
        self.requests: list[Seen] = []
        self.connections = 0
        self.open = 0
        self.port = 0
        self._loop = asyncio.new_event_loop()
        self._over = asyncio.Event()
        self._ready = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._tasks: set[asyncio.Task[None]] = set()
        self._gone = threading.Condition()
        self._came = threading.Condition()

    def url(self, path: str = "/", host: str = HOST) -> str:
        """The URL of a path here."""
        return f"{'https' if self._tls else 'http'}://{host}:{self.port}{path}"

    async def asked(self, times: int = 1) -> None:
        """Wait until that many requests have come in."""
        await asyncio.to_thread(self._wait_for, times)

    def _wait_for(self, times: int) -> None:
        with self._came:
            assert self._came.wait_for(lambda: len(self.requests) >= times, timeout=10)

    def wait_until_left(self, left: int = 0) -> None:
        """Wait until no more than ``left`` connections are open."""
        with self._gone:
            assert self._gone.wait_for(lambda: self.open <= left, timeout=10)

    def _run(self) -> None:
        try:
            self._loop.run_until_complete(self._serve())
        finally:
            self._loop.close()

    async def _serve(self) -> None:
        server = await asyncio.start_server(self._accept, HOST, 0, ssl=self._tls, limit=1 << 20)
        self.port = server.sockets[0].getsockname()[1]
        self._ready.set()
        await self._over.wait()
        server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        await asyncio.sleep(0)

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        self.connections += 1
        self.open += 1
        number = self.connections
        try:
            while not writer.is_closing():
                await self._one(number, reader, writer)
        except (asyncio.IncompleteReadError, asyncio.CancelledError, OSError):
            pass
        finally:
            writer.close()
            with contextlib.suppress(Exception, asyncio.CancelledError):
                await writer.wait_closed()
            self._tasks.discard(task)
            with self._gone:
                self.open -= 1
                self._gone.notify_all()

    async def _one(
        self, number: int, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        raw = await reader.readuntil(b"\r\n\r\n")
        first, *lines = raw.decode("latin-1").split("\r\n")[:-2]
        method, target, _ = first.split(" ")
        pairs = [line.partition(":")[::2] for line in lines]
        headers = tuple((name, value.strip()) for name, value in pairs)
        length = next((int(v) for n, v in headers if n.lower() == "content-length"), 0)
        body = await reader.readexactly(length) if self._reads_bodies else b""
        seen = Seen(method, target, headers, body, number, raw)
        with self._came:
            self.requests.append(seen)
            self._came.notify_all()
        exchange = Exchange(seen, reader, writer, self._over, reads_bodies=self._reads_bodies)
        await self._answer(exchange)

    def __enter__(self) -> Self:
        """Start the thread."""
        self._thread.start()
        assert self._ready.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        """Stop it, whatever hangs."""
        self._loop.call_soon_threadsafe(self._over.set)
        self._thread.join(10)


class Blocking:
    """Serves one connection after the other on a plain socket, for what asyncio cannot do."""

    def __init__(self, serve: Callable[[socket.socket], None]) -> None:
        self._serve = serve
        self._socket = socket.create_server((HOST, 0))
        self.connections = 0
        self.port: int = self._socket.getsockname()[1]
        self._thread = threading.Thread(target=self._run)

    def _run(self) -> None:
        while True:
            connection, _ = self._socket.accept()
            with connection:
                if self._socket.fileno() == -1 or self._over:
                    return
                self.connections += 1
                connection.settimeout(10)
                with contextlib.suppress(OSError):
                    self._serve(connection)

    _over = False

    def __enter__(self) -> Self:
        """Start."""
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        """Stop, after a last connection that says so."""
        self._over = True
        socket.create_connection((HOST, self.port)).close()
        self._thread.join(10)
        self._socket.close()


def always(status: int = 200, body: bytes = b"", headers: dict[str, str] | None = None) -> Answer:
    """Answer every request alike."""

    async def answer(exchange: Exchange) -> None:
        await exchange.respond(status, body, headers)

    return answer


def forwarding(*, credentials: str) -> Answer:
    """Hand on what is asked for, as a proxy that wants credentials; tunnels byte for byte."""
    opens = f"Basic {base64.b64encode(credentials.encode()).decode()}"

    async def answer(exchange: Exchange) -> None:
        request = exchange.request
        if request.header("proxy-authorization") != opens:
            await exchange.respond(407, headers={"proxy-authenticate": "Basic"})
            return
        tunnel = request.method == "CONNECT"
        place = urlsplit(f"//{request.target}" if tunnel else request.target)
        reader, writer = await asyncio.open_connection(place.hostname, place.port)
        if tunnel:
            await exchange.send(b"HTTP/1.1 200 Connected\r\n\r\n")
        else:
            own = {"proxy-authorization", "proxy-connection"}  # for the proxy alone
            kept = [f"{name}: {it}" for name, it in request.headers if name.lower() not in own]
            lines = [f"{request.method} {place.path}?{place.query} HTTP/1.1", *kept, "", ""]
            writer.write("\r\n".join(lines).encode("latin-1") + request.body)
        back = asyncio.ensure_future(_copied(reader, exchange.writer))
        await _copied(exchange.reader, writer)
        await back

    return answer


async def _copied(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    """Hand on all that comes, and the end."""
    with contextlib.suppress(OSError):
        while data := await reader.read(65536):
            writer.write(data)
            await writer.drain()
    writer.close()


def raw(*pieces: bytes, close: bool = True) -> Answer:
    """Answer every request with bytes as they are."""

    async def answer(exchange: Exchange) -> None:
        for piece in pieces:
            await exchange.send(piece)
        if close:
            exchange.close()

    return answer


def in_turn(*answers: Answer) -> Answer:
    """Answer by one function after the other, the last one for good."""
    left = list(answers)

    async def answer(exchange: Exchange) -> None:
        await (left.pop(0) if len(left) > 1 else left[0])(exchange)

    return answer


def by_path(paths: dict[str, Answer]) -> Answer:
    """Answer by what is asked for."""

    async def answer(exchange: Exchange) -> None:
        await paths[exchange.request.target](exchange)

    return answer


async def hanging(exchange: Exchange) -> None:
    """Never answer."""
    await exchange.hang()


async def hanging_up(exchange: Exchange) -> None:
    """Close the connection without a word."""
    exchange.close()


async def resetting(exchange: Exchange) -> None:
    """Break the connection."""
    exchange.reset()

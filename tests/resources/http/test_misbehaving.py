"""Servers that break off, dawdle, flood and lie, over every engine."""

from __future__ import annotations

import asyncio
import gzip
import socket
import traceback
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from dagstack.contracts import (
    HttpBodyTooLarge,
    HttpConnectionFailed,
    HttpRequestFailed,
    HttpResponseMalformed,
    HttpTimeout,
)
from dagstack.resources import HttpLimits, HttpSettings, HttpTimeouts, RetryPolicy
from tests.resources.http.clients import client_over, run
from tests.resources.http.server import (
    Exchange,
    Server,
    always,
    by_path,
    hanging,
    hanging_up,
    in_turn,
    raw,
    resetting,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.resources.http.server import Answer

ONCE = RetryPolicy(max_attempts=1)
SHORT = HttpTimeouts(connect=5, send=0.15, receive=0.15, total=5)
LIMIT = 1000


def _settings(timeouts: HttpTimeouts | None = None, **limits: int) -> HttpSettings:
    return HttpSettings(
        retry=ONCE, timeouts=timeouts or HttpTimeouts(total=10), limits=HttpLimits(**limits)
    )


def _failure(
    engine: str, url: str, settings: HttpSettings, json: dict[str, Any] | None = None
) -> HttpRequestFailed:
    """What a request fails with, and that the client is fit for use afterwards."""

    async def call() -> HttpRequestFailed:
        async with client_over(engine, settings) as client:
            with pytest.raises(HttpRequestFailed) as caught:
                await (client.get(url) if json is None else client.post(url, json=json))
            with Server(always(body=b"still fit")) as other:
                assert (await client.get(other.url())).text() == "still fit"
            return caught.value

    return run(call())


async def _reset_in_head(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\ncontent-le")
    exchange.reset()


async def _reset_in_body(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\nabc")
    exchange.reset()


OK = b"HTTP/1.1 200 OK\r\n"


@pytest.mark.parametrize(
    "answer",
    [
        hanging_up,
        resetting,
        _reset_in_head,
        _reset_in_body,
        raw(b"HTTP/1.1 200 OK\r\ncontent-le"),
        raw(OK + b"content-length: 10\r\n\r\nabc"),
        raw(OK + b"transfer-encoding: chunked\r\n\r\n5\r\nhel"),
        raw(OK + b"transfer-encoding: chunked\r\n\r\n5\r\nhello\r\n"),
    ],
    ids=[
        "closed at once", "reset at once", "reset in the head", "reset in the body",
        "closed in the head", "too short", "closed in a chunk", "no last chunk",
    ],
)  # fmt: skip
def test_a_connection_that_breaks_is_a_failed_connection(
    engine: str, answer: Answer, serve: Callable[..., Server]
) -> None:
    """Whenever the connection breaks, no part of a response is passed off as whole."""
    error = _failure(engine, serve(answer).url("/a?secret=1"), _settings())
    assert type(error) is HttpConnectionFailed
    assert (error.method, error.attempts) == ("GET", 1)
    assert error.url.endswith("/a")
    assert error.__cause__ is not None


@pytest.mark.parametrize(
    "answer",
    [
        raw(b"SSH-2.0-OpenSSH_9.6\r\n\r\n"),
        raw(b"HTTP/1.1 two hundred\r\n\r\n"),
        raw(b"\x15\x03\x01\x00\x02\x02\x50" * 20),
        raw(OK + b"content-length: 2\r\nx y: z\r\n\r\nok"),
        raw(OK + b"content-length: ten\r\n\r\nok"),
        raw(OK + b"transfer-encoding: chunked\r\n\r\nxyz\r\nok\r\n"),
        raw(OK + b"x-large: " + b"x" * 200_000 + b"\r\n\r\n"),
        raw(OK + b"content-encoding: gzip\r\ncontent-length: 5\r\n\r\nplain"),
        raw(OK + b"content-encoding: gzip\r\nconnection: close\r\n\r\n", gzip.compress(b"x")[:-1]),
        raw(OK + b"content-encoding: gzip\r\nconnection: close\r\n\r\n", gzip.compress(b"x"), b"y"),
        raw(OK + b"content-encoding: deflate\r\ncontent-length: 4\r\n\r\n\xff\xff\xff\xff"),
        raw(OK + b"content-encoding: br\r\ncontent-length: 4\r\n\r\nabcd"),
        raw(OK + b"content-encoding: gzip, gzip\r\ncontent-length: 4\r\n\r\nabcd"),
    ],
    ids=[
        "another protocol", "no status", "TLS", "bad name", "bad length", "bad chunk",
        "huge header", "not gzip", "cut gzip", "more than gzip", "not deflate", "brotli", "twice",
    ],
)  # fmt: skip
def test_what_is_not_http_is_malformed(
    engine: str, answer: Answer, serve: Callable[..., Server]
) -> None:
    """A response that breaks the rules is an error of its own and is not tried again."""
    server = serve(answer)
    error = _failure(engine, server.url(), HttpSettings())
    assert type(error) is HttpResponseMalformed
    assert len(server.requests) == 1


async def _hang_in_head(exchange: Exchange) -> None:
    await exchange.send(b"HTTP/1.1 200 OK\r\nx-a: 1\r\n")
    await exchange.hang()


async def _hang_in_body(exchange: Exchange) -> None:
    await exchange.send(OK + b"content-length: 10\r\n\r\nabc")
    await exchange.hang()


@pytest.mark.parametrize(
    "answer", [hanging, _hang_in_head, _hang_in_body], ids=["at once", "in the head", "in the body"]
)
def test_silence_ends_in_a_timeout(
    engine: str, answer: Answer, serve: Callable[..., Server]
) -> None:
    """A server that falls silent before, in or after the head is given up after the limit."""
    server = serve(answer)
    error = _failure(engine, server.url(), _settings(SHORT))
    assert type(error) is HttpTimeout
    assert error.detail == "nothing received in time"
    server.wait_until_left()


async def _drip(exchange: Exchange) -> None:
    await exchange.send(OK + b"content-length: 100000\r\n\r\n")
    while not exchange.writer.is_closing():
        await exchange.send(b"x")
        await asyncio.sleep(0.02)


def test_a_server_that_drips_runs_into_the_overall_deadline(
    engine: str, serve: Callable[..., Server]
) -> None:
    """A byte now and then keeps every phase alive, but not the call."""
    limits = HttpTimeouts(receive=5, total=0.3)
    error = _failure(engine, serve(_drip).url(), _settings(limits))
    assert type(error) is HttpTimeout
    assert error.detail == "the overall deadline passed"


def test_a_slow_body_in_time_is_no_timeout(engine: str, serve: Callable[..., Server]) -> None:
    """The limit of receiving counts between pieces, so a long body may take longer than it."""

    async def slowly(exchange: Exchange) -> None:
        await exchange.send(OK + b"content-length: 12\r\n\r\n")
        for _ in range(12):
            await exchange.send(b"x")
            await asyncio.sleep(0.05)

    async def call() -> None:
        limits = HttpTimeouts(receive=0.4)
        async with client_over(engine, _settings(limits)) as client:
            assert (await client.get(server.url())).text() == "x" * 12

    server = serve(slowly)
    run(call())


def test_a_request_that_nobody_reads_ends_in_a_timeout(
    engine: str, serve: Callable[..., Server]
) -> None:
    """A server that does not take a large body is given up after the limit of sending."""
    server = serve(hanging, reads_bodies=False)
    limits = HttpTimeouts(send=0.3, receive=5)
    error = _failure(engine, server.url(), _settings(limits), {"large": "x" * 40_000_000})
    assert type(error) is HttpTimeout
    assert error.detail == "the request's body was not taken in time"


def test_waiting_for_a_free_connection_ends_in_a_timeout(
    engine: str, serve: Callable[..., Server]
) -> None:
    """A call that gets no connection from the pool within the limit of connecting fails."""
    server = serve(by_path({"/slow": hanging, "/": always()}))
    limits = HttpTimeouts(connect=0.2, receive=5)

    async def call() -> None:
        async with client_over(engine, _settings(limits, connections=1)) as client:
            holder = asyncio.create_task(client.get(server.url("/slow")))
            await server.asked()
            with pytest.raises(HttpTimeout, match="no connection in time"):
                await client.get(server.url())
            holder.cancel()
            await asyncio.wait([holder])
            assert (await client.get(server.url())).status_code == 200

    run(call())


def test_a_port_where_nobody_listens_is_a_failed_connection(engine: str) -> None:
    """A refused connection names the request, the attempts and the reason."""
    with socket.socket() as reserved:
        reserved.bind(("127.0.0.1", 0))
        port = reserved.getsockname()[1]
        error = _failure(engine, f"http://127.0.0.1:{port}/x", _settings())
    assert type(error) is HttpConnectionFailed
    assert str(error).startswith(f"GET http://127.0.0.1:{port}/x failed: no connection: ")
    assert str(error).endswith("(attempts: 1)")


def test_an_unknown_host_is_a_failed_connection(
    engine: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name that nobody knows is no connection, without the resolver's numbers."""

    def unknown(host: object, *rest: Any, **named: Any) -> list[Any]:  # noqa: ANN401 - its own
        if host in {"unknown.test", b"unknown.test"}:
            raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")
        return list(known(host, *rest, **named))

    known: Any = socket.getaddrinfo
    monkeypatch.setattr(socket, "getaddrinfo", unknown)
    error = _failure(engine, "http://unknown.test/", _settings())
    assert type(error) is HttpConnectionFailed


async def _endless(exchange: Exchange) -> None:
    await exchange.send(OK + b"transfer-encoding: chunked\r\n\r\n")
    while not exchange.writer.is_closing():
        await exchange.send(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        await asyncio.sleep(0)


@pytest.mark.parametrize(
    "answer",
    [
        always(body=b"x" * (LIMIT + 1)),
        raw(OK + b"connection: close\r\n\r\n", b"x" * (LIMIT + 1)),
        raw(
            OK + b"content-encoding: gzip\r\nconnection: close\r\n\r\n", gzip.compress(b"x" * 1001)
        ),
        raw(
            OK + b"content-encoding: gzip\r\nconnection: close\r\n\r\n",
            gzip.compress(b"\0" * 200_000_000, 9),
        ),
        raw(OK + b"content-length: 99999999999\r\n\r\nabc", close=False),
        _endless,
    ],
    ids=["length", "until close", "compressed", "bomb", "announced", "endless"],
)
def test_a_body_over_the_limit_is_refused(
    engine: str, answer: Answer, serve: Callable[..., Server]
) -> None:
    """Reading stops at the limit, which counts after decompression too."""
    server = serve(answer)
    error = _failure(engine, server.url(), _settings(SHORT, body_bytes=LIMIT))
    assert isinstance(error, HttpBodyTooLarge)
    assert error.limit == LIMIT
    server.wait_until_left()


def test_a_body_of_just_the_limit_is_read(engine: str, serve: Callable[..., Server]) -> None:
    """The limit itself is allowed, plain and compressed."""
    squeezed = gzip.compress(b"x" * LIMIT)
    plain, packed = (
        always(body=b"x" * LIMIT),
        always(body=squeezed, headers={"content-encoding": "gzip"}),
    )
    server = serve(in_turn(plain, packed))

    async def call() -> list[int]:
        async with client_over(engine, _settings(body_bytes=LIMIT)) as client:
            return [len((await client.get(server.url())).content) for _ in range(2)]

    assert run(call()) == [LIMIT, LIMIT]


@pytest.mark.parametrize(
    "answer",
    [hanging_up, raw(b"SSH-2.0\r\n\r\n"), always(body=b"x" * 2000), hanging],
    ids=["no connection", "malformed", "too large", "timeout"],
)
def test_secrets_of_a_url_are_in_no_error(
    engine: str, answer: Answer, serve: Callable[..., Server]
) -> None:
    """User, password and query appear neither in the message nor in the whole traceback."""
    server = serve(answer)
    url = server.url("/p?token=hush1", host="hush2:hush3@127.0.0.1")
    error = _failure(engine, url, _settings(SHORT, body_bytes=1000))
    shown = "".join(traceback.format_exception(error))
    # The lines of this test's own source are part of a traceback, too.
    own = {line.strip() for line in Path(__file__).read_text(encoding="utf-8").splitlines()}
    said = "\n".join(line for line in shown.splitlines() if line.strip() not in own)
    assert [secret for secret in ("hush1", "hush2", "hush3") if secret in said] == []
    assert error.url == server.url("/p")


def test_no_engine_repeats_a_request_by_itself(engine: str, serve: Callable[..., Server]) -> None:
    """A used connection that breaks is a failure for the retry policy to judge."""
    server = serve(in_turn(always(), hanging_up, always()))

    async def call() -> None:
        async with client_over(engine, _settings()) as client:
            await client.get(server.url())
            with pytest.raises(HttpConnectionFailed):
                await client.get(server.url())

    run(call())
    assert [one.connection for one in server.requests] == [1, 1]

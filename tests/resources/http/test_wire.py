"""What is sent and what is read, over every engine."""

from __future__ import annotations

import gzip
import json
import zlib
from typing import TYPE_CHECKING

import pytest

from dagstack.contracts import InvalidJson
from dagstack.resources import HttpSettings
from tests.resources.http.clients import client_over, run
from tests.resources.http.server import always, raw

if TYPE_CHECKING:
    from collections.abc import Callable

    from dagstack.resources import BufferedResponse
    from tests.resources.http.server import Server

BODY = b'{"hello": "world"}'


def _fetch(
    engine: str,
    url: str,
    settings: HttpSettings | None = None,
    headers: dict[str, str] | None = None,
) -> BufferedResponse:
    async def fetch() -> BufferedResponse:
        async with client_over(engine, settings) as client:
            return await client.get(url, headers=headers)

    return run(fetch())


def test_each_method_is_sent_with_path_and_query_as_given(
    engine: str, serve: Callable[..., Server]
) -> None:
    """The method, the path and the query arrive as they were given, and the fragment does not."""
    server = serve(always())

    async def call() -> None:
        async with client_over(engine) as client:
            url = server.url("/a/../b%2Fc;d?q=1&q=%20x&e=#fragment")
            await client.get(url)
            await client.post(url, json={"a": 1})
            await client.put(url, json={"a": 1})
            await client.delete(url)

    run(call())
    target = server.requests[0].target
    assert [one.method for one in server.requests] == ["GET", "POST", "PUT", "DELETE"]
    assert {one.target for one in server.requests} == {target}
    assert target.endswith("b%2Fc;d?q=1&q=%20x&e=")
    assert server.requests[0].header("host") == f"127.0.0.1:{server.port}"


def test_what_is_not_ascii_is_percent_encoded(engine: str, serve: Callable[..., Server]) -> None:
    """Letters beyond ASCII in path and query are sent as UTF-8, percent-encoded."""
    server = serve(always())
    _fetch(engine, server.url("/ä?q=☺"))
    assert server.requests[0].target == "/%C3%A4?q=%E2%98%BA"


def test_headers_of_a_call_win_over_those_of_the_host(
    engine: str, serve: Callable[..., Server]
) -> None:
    """A header of the call replaces the host's of the same name in any case."""
    server = serve(always())
    settings = HttpSettings(headers={"X-Team": "host", "User-Agent": "host/1"})
    _fetch(engine, server.url(), settings, {"x-team": "plugin", "X-Own": "a b"})
    seen = server.requests[0]
    names = ("x-team", "x-own", "user-agent", "accept-encoding")
    assert [seen.header(name) for name in names] == ["plugin", "a b", "host/1", "gzip, deflate"]


@pytest.mark.parametrize("method", ["post", "put"])
def test_json_is_sent_as_utf_8_with_its_type(
    engine: str, method: str, serve: Callable[..., Server]
) -> None:
    """A JSON body is compact UTF-8 with a content-type, and without one there is no body."""
    server = serve(always())

    async def call() -> None:
        async with client_over(engine) as client:
            send = getattr(client, method)
            await send(server.url(), json={"ä": [1, None, {"b": "☺"}]})
            await send(server.url(), json={}, headers={"Content-Type": "application/x+json"})
            await send(server.url())

    run(call())
    first, second, third = server.requests
    assert first.body == '{"ä":[1,null,{"b":"☺"}]}'.encode()
    assert first.header("content-type") == "application/json"
    assert (second.body, second.header("content-type")) == (b"{}", "application/x+json")
    assert (third.body, third.header("content-type")) == (b"", None)


@pytest.mark.parametrize("status", [200, 201, 204, 304, 400, 404, 418, 500, 599])
def test_any_status_is_a_response(engine: str, status: int, serve: Callable[..., Server]) -> None:
    """A status is never an error."""
    server = serve(raw(f"HTTP/1.1 {status} X\r\ncontent-length: 0\r\n\r\n".encode()))
    assert _fetch(engine, server.url()).status_code == status


def _chunked(*chunks: bytes) -> bytes:
    return b"".join(b"%x\r\n%b\r\n" % (len(one), one) for one in (*chunks, b""))


_DEFLATED = zlib.compress(BODY)
_RAW_DEFLATE = zlib.compressobj(wbits=-15)
_BARE = _RAW_DEFLATE.compress(BODY) + _RAW_DEFLATE.flush()


@pytest.mark.parametrize(
    ("headers", "body"),
    [
        (b"content-length: 18", BODY),
        (b"transfer-encoding: chunked", _chunked(BODY[:5], BODY[5:6], BODY[6:])),
        (b"connection: close", BODY),
        (b"content-encoding: identity\r\ncontent-length: 18", BODY),
        (b"connection: close\r\ncontent-encoding: gzip", gzip.compress(BODY)),
        (b"connection: close\r\ncontent-encoding: GZIP", gzip.compress(BODY)),
        (
            b"connection: close\r\ncontent-encoding: x-gzip",
            gzip.compress(BODY[:9]) + gzip.compress(BODY[9:]),
        ),
        (b"connection: close\r\ncontent-encoding: deflate", _DEFLATED),
        (b"connection: close\r\ncontent-encoding: deflate", _BARE),
        (
            b"content-encoding: gzip\r\ntransfer-encoding: chunked",
            _chunked(*(bytes([one]) for one in gzip.compress(BODY))),
        ),
    ],
    ids=[
        "length", "chunked", "until close", "identity", "gzip", "GZIP", "two gzip members",
        "zlib deflate", "bare deflate", "gzip in chunks of a byte",
    ],
)  # fmt: skip
def test_a_body_arrives_whole_however_it_is_framed(
    engine: str, headers: bytes, body: bytes, serve: Callable[..., Server]
) -> None:
    """Lengths, chunks, closed connections and compression make no difference."""
    server = serve(raw(b"HTTP/1.1 200 OK\r\n" + headers + b"\r\n\r\n", body))
    response = _fetch(engine, server.url())
    assert (response.content, response.json()) == (BODY, json.loads(BODY))


def test_an_empty_body_may_claim_to_be_compressed(
    engine: str, serve: Callable[..., Server]
) -> None:
    """Nothing, said to be gzip, is nothing."""
    server = serve(always(headers={"content-encoding": "gzip"}))
    assert _fetch(engine, server.url()).content == b""


def test_interim_responses_are_skipped(engine: str, serve: Callable[..., Server]) -> None:
    """Statuses from 100 to 199 announce the response that counts."""
    early = b"HTTP/1.1 103 Early Hints\r\nlink: </x>\r\n\r\n"
    server = serve(raw(early, early, b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok"))
    assert _fetch(engine, server.url()).text() == "ok"


def test_headers_are_found_in_any_case_and_joined(
    engine: str, serve: Callable[..., Server]
) -> None:
    """Repeated headers are one, in the order received; bytes that are no UTF-8 are Latin-1."""
    head = (
        b"HTTP/1.1 200 OK\r\nX-A: 1\r\nSet-Cookie: a=1\r\nx-a: 2\r\n"
        b"X-B: caf\xe9\r\nX-C: \xc3\xa9\r\nset-cookie: b=2\r\ncontent-length: 0\r\n\r\n"
    )
    headers = _fetch(engine, serve(raw(head)).url()).headers
    assert headers["X-a"] == "1, 2"
    assert headers.get("SET-COOKIE") == "a=1, b=2"
    assert [headers["x-b"], headers["x-c"]] == ["café", "é"]
    assert all(name == name.lower() for name in headers)


def test_a_body_that_is_not_json_shows_status_and_beginning(
    engine: str, serve: Callable[..., Server]
) -> None:
    """Parsing a page of HTML as JSON says which status it came with and how it begins."""
    server = serve(always(502, b"<html>\x1b[31m" + b"x" * 500))
    response = _fetch(engine, server.url(), HttpSettings())
    with pytest.raises(InvalidJson) as caught:
        response.json()
    assert caught.value.status_code == 502
    assert caught.value.excerpt == "<html>\\x1b[31m" + "x" * 189


def test_connections_are_used_again(engine: str, serve: Callable[..., Server]) -> None:
    """Requests one after the other share a connection."""
    server = serve(always(body=b"ok"))

    async def call() -> None:
        async with client_over(engine) as client:
            for _ in range(3):
                await client.get(server.url())

    run(call())
    assert (len(server.requests), server.connections) == (3, 1)


def test_user_and_password_of_a_url_become_a_header(
    engine: str, serve: Callable[..., Server]
) -> None:
    """Credentials in a URL are sent as basic authentication and not as part of the URL."""
    server = serve(always())
    response = _fetch(engine, server.url(host="me:s%3Acret@127.0.0.1"))
    seen = server.requests[0]
    assert seen.header("authorization") == "Basic bWU6czpjcmV0"
    assert b"cret" not in seen.raw
    assert response.url == server.url()


def test_no_cookies_are_kept(serve: Callable[..., Server]) -> None:
    """A cookie that one plugin is given is not sent for another."""
    server = serve(always(headers={"set-cookie": "session=1"}))

    async def call() -> None:
        async with client_over("aiohttp") as client:
            await client.get(server.url())
            await client.get(server.url())

    run(call())
    assert [one.header("cookie") for one in server.requests] == [None, None]


def test_the_environment_names_no_proxy(
    engine: str, serve: Callable[..., Server], monkeypatch: pytest.MonkeyPatch
) -> None:
    """``HTTP_PROXY`` and the like change nothing."""
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    for name in ("NO_PROXY", "no_proxy"):
        monkeypatch.delenv(name, raising=False)
    assert _fetch(engine, serve(always(body=b"ok")).url()).text() == "ok"

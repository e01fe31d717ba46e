"""Proxies, only where the host says so."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dagstack.contracts import HttpConnectionFailed, InvalidUrl
from dagstack.resources import HttpSettings, ProxySettings, RetryPolicy
from dagstack.resources.http.validation import parse_url
from tests.resources.http.clients import client_over, run
from tests.resources.http.server import always

if TYPE_CHECKING:
    from collections.abc import Callable

    from dagstack.resources import BufferedResponse
    from tests.resources.http.server import Server

ONCE = RetryPolicy(max_attempts=1)


def _fetch(engine: str, url: str, proxy: ProxySettings) -> BufferedResponse:
    async def call() -> BufferedResponse:
        async with client_over(engine, HttpSettings(proxy=proxy, retry=ONCE)) as client:
            return await client.get(url)

    return run(call())


def test_a_plain_request_goes_through_the_proxy(engine: str, serve: Callable[..., Server]) -> None:
    """The proxy is asked for the whole URL, with its own credentials and nobody else's."""
    proxy = serve(always(body=b"by proxy"))
    settings = ProxySettings(url=proxy.url(host="me:pw@127.0.0.1"))
    assert _fetch(engine, "http://unreachable.test/a?b=c", settings).text() == "by proxy"
    seen = proxy.requests[0]
    assert seen.target == "http://unreachable.test/a?b=c"
    assert seen.header("proxy-authorization") == "Basic bWU6cHc="
    assert (seen.header("authorization"), seen.header("host")) == (None, "unreachable.test")


def test_a_secure_request_asks_the_proxy_for_a_tunnel(
    engine: str, serve: Callable[..., Server]
) -> None:
    """A proxy that refuses the tunnel is a failed connection, and learns no path."""
    proxy = serve(always(403))
    settings = ProxySettings(url=proxy.url(host="me:hush@127.0.0.1"))
    with pytest.raises(HttpConnectionFailed, match="the proxy") as caught:
        _fetch(engine, "https://unreachable.test/secret", settings)
    assert (proxy.requests[0].method, proxy.requests[0].target) == (
        "CONNECT",
        "unreachable.test:443",
    )
    assert "hush" not in str(caught.value)


def test_hosts_may_be_reached_directly(serve: Callable[..., Server]) -> None:
    """A name in ``bypass`` means itself, one with a dot in front all below."""
    server = serve(always(body=b"direct"))
    proxy = ProxySettings(url="http://127.0.0.1:9", bypass=frozenset({"127.0.0.1", ".test"}))
    assert _fetch("aiohttp", server.url(), proxy).text() == "direct"
    with pytest.raises(HttpConnectionFailed, match="the proxy cannot be reached"):
        _fetch("aiohttp", server.url(host="localhost"), proxy)


def test_a_proxy_is_a_url() -> None:
    """Others are refused when the settings are made, and its secrets are not shown."""
    with pytest.raises(InvalidUrl):
        ProxySettings(url="socks5://127.0.0.1:1080")
    assert "hush" not in repr(HttpSettings(proxy=ProxySettings(url="http://me:hush@p.test/")))


def test_names_of_hosts_and_methods_count_in_any_case() -> None:
    """As in URLs, where they are in lower case, and on the wire, where they are in upper case."""
    proxy = ProxySettings(url="http://127.0.0.1:9", bypass=frozenset({"LocalHost", ".Test"}))
    for url, served in (
        ("http://localhost/", False),
        ("http://a.TEST/", False),
        ("http://test/", True),
    ):
        assert proxy.serves(parse_url(url)) == served
    assert RetryPolicy(methods=frozenset({"post"})).methods == {"POST"}

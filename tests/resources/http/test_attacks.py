"""URLs and headers that must never reach the wire, by way of the stub and of every engine."""

from __future__ import annotations

import itertools
import string
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagstack.contracts import HttpClient, InvalidHeader, InvalidUrl
from dagstack.resources import HttpSettings, StubHttpClient
from dagstack.resources.http.validation import OWN_HEADERS, checked_headers, parse_url
from tests.resources.http.clients import client_over, run
from tests.resources.http.server import always

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.resources.http.server import Server

CONTROLS = [chr(code) for code in (*range(0x20), 0x7F, *range(0x80, 0xA0))]
SPACES = [" ", "\u00a0", "\u1680", "\u2003", "\u2028", "\u2029", "\u202f", "\u205f", "\u3000"]
SCHEMES = [
    "file:///etc/passwd", "ftp://{h}/", "gopher://{h}/", "ws://{h}/", "wss://{h}/",
    "unix:///tmp/s", "data:text/html,x", "javascript:alert(1)", "about:blank", "mailto:a@b",
    "httpx://{h}/", "http+unix://{h}/", "ht tp://{h}/", "http//{h}/", "http:/{h}/", "http:{h}/",
    "://{h}/", "//{h}/", "/{h}/", "{h}/", "", ".", "http", "http:", "http:/", "http://",
    "https://", "http:///x", "http://?x", "http://#x", "http://:80/", "http://@/", "\thttp://{h}/",
    " http://{h}/", "url:http://{h}/", "HTTP//{h}/", "hTTps:/{h}/", "1http://{h}/", "-http://{h}/",
]  # fmt: skip
HOSTS = [
    "127.1", "127.0.1", "0x7f000001", "0x7f.1", "2130706433", "017700000001", "0177.0.0.1",
    "127.0.0.01", "127.0.0.256", "127.0.0.1.2", "1.2.3", "0", "0x", "256.256.256.256", "1e3.1",
    "127.0.0.1..", "127\u30020\u30020\u30021", "\uff11\uff12\uff17.0.0.1",
    "ⓛocalhost", "loc\u00adalhost",
    "localhost\u200b", "xn--\u00e4", "ä.test", "a..test", ".test", "-a.test", "a.-test", "..",
    "a" * 64 + ".test", ".".join(["a" * 60] * 5), "a_b!.test", "a,b", "a;b", "a'b", 'a"b', "a(b",
    "a*b", "a+b", "a&b", "a=b", "a$b", "a~b", "a%41", "%31%32%37.1", "a^b", "a`b", "a{b}", "a|b",
    "<a>", "[::1", "::1]", "[::1]x", "[]", "[1]", "[::g]", "[::1%25lo]", "[::1%lo]", "[v1.a]",
    "[127.0.0.1]", "[::ffff:1.2.3.4.5]", "[:::1]", "::1", "[[::1]]", "a[::1]", "user@", "@", "a@b@",
    "a:b@", "127.0.0.1:80:80", "127.0.0.1:", "127.0.0.1:0", "127.0.0.1:65536", "127.0.0.1:-1",
    "127.0.0.1:+80", "127.0.0.1:8 0", "127.0.0.1:80a", "127.0.0.1:٨٠", "127.0.0.1:0x50",
    "127.0.0.1:99999999999999999999", "u%zz@127.0.0.1", "u<@127.0.0.1", "u[@127.0.0.1",
    "u^:p@127.0.0.1",
]  # fmt: skip
URLS = [
    *(one.replace("{h}", "{host}") for one in SCHEMES),
    *(f"http://{{host}}/{one}x" for one in CONTROLS),
    *(f"http://{{host}}/?q={one}" for one in SPACES),
    *(f"http://{{host}}{one}.test/" for one in ("\r\n", "\n", "\t", "\0", " ", "\\", "\\@evil")),
    *(f"http://{one}/" for one in HOSTS if one != "127.0.0.1:"),
    "http://{host}\\.evil.test/", "http://{host}/\\..\\x",
    "http:\\\\{host}/", "http://{host}/\ud800",
    "http://{host}/?\udfff",
    "http://{host}/%", "http://{host}/%z", "http://{host}/%1",
    "http://{host}/?q=100%", "http://{host}/" + "x" * 70_000, "http://{host}/ HTTP/1.1\r\nX: y",
    "http://{host}/%0g", "http://{host}/\u0085", "http://{host}/\ufeff \n",
]  # fmt: skip
NAMES = [
    "", " ", "a b", "a:", ":a", "a\r\n", "a\r\nx", "\na", "a\0", "a\t", "é", "☺", "a(b)", "a,b",
    "a/b", "a;b", "a<b", "a=b", "a>b", "a?b", "a@b", "a[b]",
    "a\\b", "a{b}", 'a"b', "\x7f", "\u212a",
    "\ud800", *OWN_HEADERS, *(name.title() for name in OWN_HEADERS), "HOST", "Content-LENGTH",
]  # fmt: skip
VALUES = [
    *(f"a{one}b" for one in CONTROLS if one != "\t"), "a\r\nx-admin: 1", "a\nb", "\r", "\n",
    "é", "☺", "\ud800", "a\u2028b", "a\x00", "\u010d\u010a", "a\uff0db",
]  # fmt: skip
ATTACKS = len(URLS) + len(NAMES) + len(VALUES)


def _refused(client: HttpClient, host: str) -> int:
    """Try all of them on a client; how many were refused."""

    async def scenario() -> int:
        refused = 0
        methods = itertools.cycle((client.get, client.post, client.put, client.delete))
        for url in URLS:
            with pytest.raises(InvalidUrl) as caught:
                await next(methods)(url.replace("{host}", host))
            assert caught.value.argument == "url"
            refused += 1
        for name in NAMES:
            with pytest.raises(InvalidHeader):
                await next(methods)(f"http://{host}/", headers={name: "x"})
            refused += 1
        for value in VALUES:
            with pytest.raises(InvalidHeader):
                await next(methods)(f"http://{host}/", headers={"x-a": value})
            refused += 1
        return refused

    return run(scenario())


def test_no_attack_reaches_the_wire(engine: str, serve: Callable[..., Server]) -> None:
    """More than 200 URLs and headers, each refused before a connection is opened."""
    server = serve(always())

    async def scenario() -> None:
        async with client_over(engine) as client:
            await _all(client)

    async def _all(client: HttpClient) -> None:
        for url in URLS:
            with pytest.raises(InvalidUrl):
                await client.get(url.replace("{host}", f"127.0.0.1:{server.port}"))
        for name, value in [*((one, "x") for one in NAMES), *(("x-a", one) for one in VALUES)]:
            with pytest.raises(InvalidHeader):
                await client.post(server.url(), json={}, headers={name: value})

    run(scenario())
    assert ATTACKS > 200
    assert (server.connections, server.requests) == (0, [])


def test_the_stub_is_as_strict_as_the_wire() -> None:
    """A stub that answers everything refuses the same, and records none of it."""
    stub = StubHttpClient()
    stub.on("*", lambda _: True)
    assert _refused(stub, "127.0.0.1:8080") == ATTACKS
    assert (stub.calls, stub.requests) == ([], [])


@pytest.mark.parametrize(
    "headers",
    [
        {"a": "1", "A": "2"},
        {"x-a": "1", "X-A": "1"},
        {"x-a": 1},
        {"x-a": None},
        {"x-a": b"1"},
        {1: "a"},
    ],
    ids=str,
)
def test_headers_that_are_no_map_of_text_are_refused(headers: dict[Any, Any]) -> None:
    """So is one that is given twice in different case."""
    with pytest.raises(InvalidHeader):
        checked_headers(headers)
    with pytest.raises(InvalidHeader):
        HttpSettings(headers=headers)


@pytest.mark.parametrize("url", [None, 5, b"http://a.test/", ["http://a.test/"]], ids=str)
def test_a_url_is_a_string(url: Any) -> None:  # noqa: ANN401 - anything wrong
    """Anything else is refused by its type."""
    with pytest.raises(InvalidUrl, match="not a string"):
        parse_url(url)


@pytest.mark.parametrize(
    ("url", "text"),
    [
        ("http://a.test", "http://a.test/"),
        ("HTTP://A.Test:80/X?", "http://a.test/X?"),
        ("https://a.test:443/", "https://a.test/"),
        ("https://a.test:80/#x", "https://a.test:80/"),
        ("http://a.test:/", "http://a.test/"),
        ("http://a_b.test./", "http://a_b.test./"),
        ("http://127.0.0.1:8080/a//b/./../c", "http://127.0.0.1:8080/a//b/./../c"),
        ("http://[::1]:8080/", "http://[::1]:8080/"),
        ("http://[2001:DB8:0:0::1]/", "http://[2001:db8::1]/"),
        ("http://xn--bcher-kva.example/", "http://xn--bcher-kva.example/"),
        ("http://a.test?x=1", "http://a.test/?x=1"),
        ('http://a.test/"<>^`{|}', "http://a.test/%22%3C%3E%5E%60%7B%7C%7D"),
        ("http://a.test/[1]?a[]=%5B", "http://a.test/[1]?a[]=%5B"),
        ("http://a.test/ä?ö=☺", "http://a.test/%C3%A4?%C3%B6=%E2%98%BA"),
        ("http://u:p@a.test/", "http://a.test/"),
    ],
)
def test_a_good_url_is_normalized_as_little_as_possible(url: str, text: str) -> None:
    """Scheme, host and port are; the path and the query stay as written."""
    assert parse_url(url).text == text


@given(st.text(max_size=40))
def test_any_text_is_a_good_url_or_refused(text: str) -> None:
    """What is let through is plain ASCII without spaces, and parses to itself again."""
    for url in (text, f"http://{text}", f"http://a.test/{text}", f"http://a.test{text}/"):
        try:
            target = parse_url(url)
        except InvalidUrl:
            continue
        assert set(target.text) <= set(string.printable) - set(string.whitespace)
        assert parse_url(target.text).text == target.text


@given(st.text(max_size=20), st.text(max_size=40))
def test_any_header_is_sendable_or_refused(name: str, value: str) -> None:
    """What is let through holds nothing that ends a line."""
    try:
        checked = checked_headers({name: value})
    except InvalidHeader:
        return
    assert all(part.isascii() and part.isprintable() for part in checked)
    assert all(set(one) <= {"\t", *map(chr, range(0x20, 0x7F))} for one in checked.values())


def test_refusals_name_what_is_wrong() -> None:
    """A message for people, with escapes for what is not printable, and no secrets."""
    for url, reason in (
        ("ftp://a.test/", "url cannot be requested: its scheme is ftp, not http or https"),
        ("http://a.test/\r\n", r"url cannot be requested: it holds '\r' at position 14"),
        (
            "http://me:hush@1.2/",
            "url cannot be requested: its host ends in a number and is no IPv4 address",
        ),
    ):
        with pytest.raises(InvalidUrl) as caught:
            parse_url(url)
        assert str(caught.value) == reason
    with pytest.raises(InvalidHeader) as caught_header:
        checked_headers({"x\r\ny": "1"})
    assert str(caught_header.value) == (
        r"header x\r\ny cannot be sent: its name is no token as HTTP has them"
    )

"""Redirects, hop by hop."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from dagstack.contracts import HttpResponseMalformed, HttpTooManyRedirects, InvalidArgument
from dagstack.resources import HttpSettings, RedirectPolicy, RetryPolicy, StubHttpClient
from tests.resources.http.clients import client_over, run
from tests.resources.http.server import always, by_path

if TYPE_CHECKING:
    from collections.abc import Callable

    from dagstack.resources import BufferedResponse
    from tests.resources.http.server import Server

HERE = "https://a.test/start"


def _stub(location: str, status: int = 302, policy: RedirectPolicy | None = None) -> StubHttpClient:
    stub = StubHttpClient(
        HttpSettings(redirects=policy or RedirectPolicy(), retry=RetryPolicy(max_attempts=1))
    )
    stub.on("*", HERE, status=status, headers={"location": location})
    stub.on("*", "https://a.test/", prefix=True, text="there")
    stub.on("*", "https://b.test/", prefix=True, text="elsewhere")
    stub.on("*", "http://a.test/", prefix=True, text="in the open")
    return stub


@pytest.mark.parametrize(
    ("location", "url"),
    [
        ("/next", "https://a.test/next"),
        ("next?q=1", "https://a.test/next?q=1"),
        ("?q=1", "https://a.test/start?q=1"),
        ("//b.test/x", "https://b.test/x"),
        ("https://B.test:443/x#frag", "https://b.test/x"),
    ],
)
def test_a_location_is_relative_to_where_it_comes_from(location: str, url: str) -> None:
    """Every form that browsers follow is followed."""
    stub = StubHttpClient(HttpSettings())
    stub.on("GET", HERE, status=301, headers={"location": location})
    stub.on("GET", url, text="there")
    assert run(stub.get(HERE)).url == url


@pytest.mark.parametrize(
    ("method", "status", "after"),
    [
        ("GET", 301, "GET"), ("GET", 302, "GET"), ("GET", 303, "GET"), ("GET", 307, "GET"),
        ("POST", 301, "GET"), ("POST", 302, "GET"), ("POST", 303, "GET"),
        ("POST", 307, "POST"), ("POST", 308, "POST"),
        ("PUT", 301, "PUT"), ("PUT", 302, "PUT"), ("PUT", 303, "GET"), ("PUT", 308, "PUT"),
        ("DELETE", 302, "DELETE"), ("DELETE", 303, "GET"),
    ],
)  # fmt: skip
def test_the_method_after_a_redirect_is_what_browsers_send(
    method: str, status: int, after: str
) -> None:
    """301 and 302 make a POST a GET, 303 makes all one; the body goes with it or stays."""
    stub = _stub("/next", status)
    send = getattr(stub, method.lower())
    run(send(HERE, json={"a": 1}) if method in {"POST", "PUT"} else send(HERE))
    _, second = stub.requests
    assert second.method == after
    kept = after in {"POST", "PUT"}
    assert (second.body is not None, "content-type" in second.headers) == (kept, kept)


@pytest.mark.parametrize("status", [300, 304, 305, 306])
def test_other_statuses_are_no_redirects(status: int) -> None:
    """They are responses, whatever their location says."""
    assert run(_stub("/next", status).get(HERE)).status_code == status


def test_a_redirect_without_a_location_is_a_response() -> None:
    """There is nowhere to go."""
    stub = StubHttpClient(HttpSettings())
    stub.on("GET", HERE, status=302)
    assert run(stub.get(HERE)).status_code == 302


def test_credentials_stay_with_their_origin() -> None:
    """Another scheme, host or port gets no authorization, no cookie and what the host adds."""
    policy = RedirectPolicy(credential_headers=frozenset({"X-Api-Key"}), allow_downgrade=True)
    secrets = {"Authorization": "a", "Cookie": "b", "x-api-key": "c", "x-plain": "d"}
    for location, kept in (
        ("/next", 4),
        ("https://a.test:443/next", 4),
        ("https://b.test/", 1),
        ("http://a.test/", 1),
    ):
        stub = _stub(location, policy=policy)
        run(stub.get(HERE, headers=secrets))
        _, second = stub.requests
        sent = [name for name in secrets if name.lower() in second.headers]
        assert len(sent) == kept, location


def test_credentials_do_not_come_back() -> None:
    """A chain that left the origin stays without them, also on the way back."""
    stub = StubHttpClient(HttpSettings())
    stub.on("GET", HERE, status=302, headers={"location": "https://b.test/"})
    stub.on("GET", "https://b.test/", status=302, headers={"location": "https://a.test/back"})
    stub.on("GET", "https://a.test/back")
    run(stub.get(HERE.replace("https://", "https://me:secret@")))
    held = ["authorization" in one.headers for one in stub.requests]
    assert held == [True, False, False]


@pytest.mark.parametrize(
    "location",
    [
        "ftp://a.test/", "file:///etc/passwd", "javascript:alert(1)", "data:text/html,x",
        "https://", "https://a.test:99999/", "http://127.1/", "https://[::1%25lo]/",
        "https://a\\@b.test/", "https://a.test/%zz", "//[::1",
    ],
)  # fmt: skip
def test_where_no_request_may_go_no_redirect_leads(location: str) -> None:
    """The target is checked as the first URL was; the response is to blame."""
    stub = _stub(location)
    with pytest.raises(HttpResponseMalformed, match="redirects to a URL that cannot be requested"):
        run(stub.get(HERE))
    assert len(stub.requests) == 1


def test_a_redirect_from_https_to_http_is_refused_unless_allowed() -> None:
    """What was private must not go on in the open by a server's word alone."""
    with pytest.raises(HttpResponseMalformed, match="from https to http"):
        run(_stub("http://a.test/").get(HERE))
    allowed = _stub("http://a.test/", policy=RedirectPolicy(allow_downgrade=True))
    assert run(allowed.get(HERE)).text() == "in the open"


@pytest.mark.parametrize("limit", [1, 3])
def test_one_redirect_too_many_is_an_error(limit: int) -> None:
    """The limit itself is allowed."""
    stub = StubHttpClient(HttpSettings(redirects=RedirectPolicy(limit=limit)))
    for number in range(limit):
        location = {"location": f"/{number + 1}"}
        stub.on("GET", f"https://a.test/{number}", status=302, headers=location)
    last = stub.on("GET", f"https://a.test/{limit}", text="there")
    assert run(stub.get("https://a.test/0")).text() == "there"
    last.then(status=302, headers={"location": "/0"})
    with pytest.raises(HttpTooManyRedirects) as caught:
        run(stub.get("https://a.test/0"))
    assert (caught.value.limit, caught.value.url) == (limit, "https://a.test/0")


def test_redirects_are_responses_where_none_may_be_followed() -> None:
    """With a limit of nought the plugin sees them; a negative one is refused."""
    stub = _stub("/next", policy=RedirectPolicy(limit=0))
    assert run(stub.get(HERE)).status_code == 302
    with pytest.raises(InvalidArgument, match="limit"):
        RedirectPolicy(limit=-1)


def test_redirects_over_the_wire(engine: str, serve: Callable[..., Server]) -> None:
    """Two servers on two ports are two origins, and each hop is a request of its own."""
    there = serve(always(body=b"there"))
    here = serve(
        by_path(
            {
                "/": always(302, headers={"location": "/a\u00e4 b"}),
                "/a%C3%A4%20b": always(307, headers={"location": there.url("/end?q=1")}),
            }
        )
    )

    async def call() -> BufferedResponse:
        settings = HttpSettings(headers={"x-all": "1"})
        async with client_over(engine, settings) as client:
            headers = {"authorization": "secret", "cookie": "a=1"}
            return await client.put(here.url(), json={"a": 1}, headers=headers)

    response = run(call())
    assert (response.text(), response.url) == ("there", there.url("/end?q=1"))
    assert [one.header("authorization") for one in here.requests] == ["secret", "secret"]
    seen = there.requests[0]
    names = ("authorization", "cookie", "x-all", "host")
    expected = [None, None, "1", f"127.0.0.1:{there.port}"]
    assert [seen.header(name) for name in names] == expected
    assert (seen.method, seen.body) == ("PUT", b'{"a":1}')


def test_a_loop_over_the_wire_ends(engine: str, serve: Callable[..., Server]) -> None:
    """A server that redirects to itself is asked eleven times."""
    server = serve(always(302, headers={"location": "/"}))

    async def call() -> None:
        async with client_over(engine) as client:
            await client.get(server.url())

    with pytest.raises(HttpTooManyRedirects):
        run(call())
    assert len(server.requests) == 11

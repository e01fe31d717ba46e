"""The test double: easy to program, loud about what it was not told."""

from __future__ import annotations

import asyncio
import contextlib
import re
from typing import TYPE_CHECKING, Any

import pytest

from dagstack.contracts import (
    HttpClient,
    HttpRequestFailed,
    HttpTimeout,
    InvalidArgument,
    InvalidHeader,
    InvalidUrl,
    ResourceClosed,
)
from dagstack.resources import (
    FrozenClock,
    HttpLimits,
    HttpSettings,
    HttpTimeouts,
    StubHttpClient,
    UnmatchedRequest,
    UnusedRoutes,
)
from dagstack.resources.http.patterns import StubCall
from tests.resources.http.clients import START, FixedRng, Skipping, run
from tests.resources.threads import in_threads

if TYPE_CHECKING:
    from dagstack.resources.http.patterns import StubRequest

URL = "https://api.test/users/7?full=1"


def test_an_answer_takes_one_line() -> None:
    """A method, a URL and JSON are enough."""
    stub = StubHttpClient()
    stub.on("GET", URL, json={"name": "Ada"})
    response = run(stub.get(URL))
    assert response.json() == {"name": "Ada"}
    assert (response.status_code, response.headers["Content-Type"]) == (200, "application/json")
    assert isinstance(stub, HttpClient)


@pytest.mark.parametrize(
    ("answer", "expected"),
    [
        ({}, (200, b"", None)),
        ({"status": 404}, (404, b"", None)),
        ({"json": [1, "ä"]}, (200, '[1,"ä"]'.encode(), "application/json")),
        ({"json": 0}, (200, b"0", "application/json")),
        ({"text": "ä"}, (200, "ä".encode(), "text/plain; charset=utf-8")),
        ({"content": b"\xff"}, (200, b"\xff", None)),
        (
            {"text": "x", "status": 201, "headers": {"Content-Type": "text/x"}},
            (201, b"x", "text/x"),
        ),
    ],
)
def test_a_response_has_what_it_was_given(answer: dict[str, Any], expected: object) -> None:
    """Status, body and headers, and a content-type that fits unless another is given."""
    stub = StubHttpClient()
    stub.on("GET", URL, **answer)
    response = run(stub.get(URL))
    found = (response.status_code, response.content, response.headers.get("content-type"))
    assert found == expected


def test_urls_match_whole_by_prefix_by_expression_or_by_function() -> None:
    """Each kind of pattern answers what it says, and the first route that matches wins."""
    stub = StubHttpClient()
    stub.on("GET", "https://a.test/v1", prefix=True, text="prefix")
    stub.on("GET", re.compile(r"https://b\.test/\d+"), text="expression")
    stub.on("*", lambda request: "x-me" in request.headers, text="function")
    stub.on("PUT", "HTTPS://C.test:443/#top", text="whole")

    async def texts() -> list[str]:
        calls = (
            stub.get("https://a.test/v1/x?y=1"),
            stub.get("https://b.test/123"),
            stub.delete("https://z.test/", headers={"X-Me": "1"}),
            stub.put("https://c.test"),
        )
        return [(await call).text() for call in calls]

    assert run(texts()) == ["prefix", "expression", "function", "whole"]
    for url in ("https://a.test.evil/v1", "https://b.test/123x", "http://c.test/"):
        with pytest.raises(UnmatchedRequest):
            run(stub.get(url))


def test_a_sequence_is_given_in_order_and_its_last_answer_for_good() -> None:
    """Answers come one after the other; ``times`` says how often."""
    stub = StubHttpClient()
    stub.on("GET", URL, text="a").then(text="b", times=2).then(text="c")

    async def texts() -> str:
        return "".join([(await stub.get(URL)).text() for _ in range(6)])

    assert run(texts()) == "abbccc"


def test_answers_that_are_used_up_are_no_answers() -> None:
    """With ``times`` the last one ends, too; the next route is asked, or the error says why."""
    stub = StubHttpClient()
    stub.on("GET", URL, text="first", times=1)
    second = stub.on("GET", URL, text="second", times=1)
    assert [run(stub.get(URL)).text() for _ in range(2)] == ["first", "second"]
    with pytest.raises(UnmatchedRequest, match="the answers to it are used up"):
        run(stub.get(URL))
    assert second.calls == 1


def test_an_answer_added_later_is_the_next_one() -> None:
    """A route whose last answer was given already goes on to what is added."""
    stub = StubHttpClient()
    route = stub.on("GET", URL, text="a")
    assert run(stub.get(URL)).text() == "a"
    route.then(text="b")
    assert run(stub.get(URL)).text() == "b"


def test_errors_are_raised_as_told() -> None:
    """Errors of the specification are filled in; others come as they are."""
    stub = StubHttpClient()
    own = RuntimeError("boom")
    stub.on("GET", URL, error=HttpTimeout).then(error=own).then(
        error=HttpTimeout("GET", "https://x.test/", 3, "my words")
    )
    with pytest.raises(HttpTimeout) as caught:
        run(stub.get(URL))
    assert (caught.value.method, caught.value.url) == ("GET", "https://api.test/users/7")
    with pytest.raises(RuntimeError) as plain:
        run(stub.get(URL))
    assert plain.value is own
    with pytest.raises(HttpTimeout, match="my words"):
        run(stub.get(URL))


def test_a_delay_takes_time_of_the_sleeper_only() -> None:
    """Within the limits an answer is late; beyond one it is the timeout that it would be."""
    clock = FrozenClock(now=START)
    sleeper = Skipping(clock)
    stub = StubHttpClient(clock=clock, sleeper=sleeper)
    stub.on("GET", URL, delay=2.5, text="late").then(delay=31, text="too late")
    assert run(stub.get(URL)).text() == "late"
    with pytest.raises(HttpTimeout):
        run(stub.get(URL))
    assert sleeper.delays == [2.5, 30]


def test_every_call_is_recorded_with_its_arguments() -> None:
    """Calls are what the plugin said, requests what would have been sent."""
    stub = StubHttpClient(HttpSettings(headers={"x-host": "1"}))
    stub.on("*", "https://api.test/", prefix=True)
    run(stub.get("https://me:pw@api.test/#top"))
    run(stub.post(URL, json={"a": 1}, headers={"X-A": "1"}))
    assert stub.calls == [
        StubCall("GET", "https://me:pw@api.test/#top"),
        StubCall("POST", URL, {"a": 1}, {"X-A": "1"}),
    ]
    first, second = stub.requests
    assert (first.url, first.headers["authorization"]) == ("https://api.test/", "Basic bWU6cHc=")
    assert (second.body, second.headers["X-Host"]) == (b'{"a":1}', "1")
    assert "Basic" not in repr(stub.requests)


def test_a_request_without_a_route_names_itself_and_what_is_nearest() -> None:
    """The error lists the routes that differ least, and in what."""
    stub = StubHttpClient()
    stub.on("POST", URL)
    other = "https://api.test/users/8?full=1&x=2"
    stub.on("GET", other)
    stub.on("GET", "http://other.test:81/", prefix=True)
    stub.on("GET", re.compile(r".*\.png"))
    with pytest.raises(UnmatchedRequest) as caught:
        run(stub.get(URL))
    assert str(caught.value).splitlines() == [
        f"no route answers GET {URL}; the nearest are:",
        f"- POST {URL}: the method is GET, not POST",
        r"- GET /.*\.png/: the URL does not match /.*\.png/",
        f"- GET {other}: the path is /users/7, not /users/8, query x is missing, not '2'",
    ]
    assert [one.url for one in caught.value.requests] == [URL]


@pytest.mark.parametrize(
    ("route", "difference"),
    [
        ("http://api.test/users/7?full=1", "the scheme is https, not http"),
        ("https://api.test:444/users/7?full=1", "the port is 443, not 444"),
        ("https://b.test/users/7?full=1", "the host is api.test, not b.test"),
        ("https://api.test/users/7", "query full is '1', not missing"),
        ("https://api.test/users/7?full=%31", "the query is 'full=1', not 'full=%31'"),
    ],
)
def test_each_part_of_a_url_that_differs_is_named(route: str, difference: str) -> None:
    """Scheme, host, port, path and each parameter of the query."""
    stub = StubHttpClient()
    stub.on("GET", route)
    with pytest.raises(UnmatchedRequest) as caught:
        run(stub.get(URL))
    assert str(caught.value).endswith(f": {difference}")


def test_a_stub_without_routes_says_how_to_add_one() -> None:
    """The message names ``on``."""
    with pytest.raises(UnmatchedRequest, match=r"the stub has none, see StubHttpClient\.on"):
        run(StubHttpClient().get(URL))


async def _careless(stub: StubHttpClient) -> None:
    with contextlib.suppress(Exception):  # what careless plugins do
        await stub.get(URL)


def test_what_a_plugin_swallows_fails_when_the_stub_is_closed() -> None:
    """Closing raises it again, once, and the stub is closed all the same."""
    stub = StubHttpClient()
    run(_careless(stub))
    with pytest.raises(UnmatchedRequest, match=re.escape(URL)):
        run(stub.aclose())
    run(stub.aclose())
    with pytest.raises(ResourceClosed):
        run(stub.get(URL))


def test_what_a_plugin_swallows_fails_when_the_test_asks() -> None:
    """``assert_done`` and the end of a block raise it, too."""
    stub = StubHttpClient()
    run(_careless(stub))
    with pytest.raises(UnmatchedRequest):
        stub.assert_done()

    async def block() -> None:
        async with StubHttpClient() as other:
            await _careless(other)

    with pytest.raises(UnmatchedRequest):
        run(block())


def test_an_error_on_its_way_is_not_replaced() -> None:
    """Where a block ends with another error, that one is what the test shows."""

    async def block() -> None:
        async with StubHttpClient() as stub:
            await _careless(stub)
            raise KeyError("first")

    with pytest.raises(KeyError, match="first"):
        run(block())


def test_routes_that_nobody_used_are_reported() -> None:
    """So are answers that were to be asked for more often."""
    stub = StubHttpClient()
    used = stub.on("GET", URL)
    twice = stub.on("PUT", URL, times=2)
    never = stub.on("DELETE", URL)
    run(stub.get(URL))
    run(stub.put(URL))
    assert (used.done, stub.unused) == (True, [twice, never])
    with pytest.raises(UnusedRoutes) as caught:
        stub.assert_done()
    assert caught.value.routes == (twice, never)
    assert f"- PUT {URL} (answered 1 times)" in str(caught.value)
    run(stub.put(URL))
    run(stub.delete(URL))
    stub.assert_done()


def test_nothing_is_retried_or_followed_without_settings() -> None:
    """A stub gives what it was told; with settings the production code acts on it."""
    for settings, status, sent in ((None, 503, 1), (HttpSettings(), 200, 3)):
        clock = FrozenClock(now=START)
        stub = StubHttpClient(settings, clock=clock, sleeper=Skipping(clock), rng=FixedRng())
        stub.on("GET", URL, status=503).then(status=302, headers={"location": URL}).then()
        assert run(stub.get(URL)).status_code == status
        assert len(stub.requests) == sent


def test_the_limit_of_a_body_counts_here_too() -> None:
    """A stub may not answer more than the host allows."""
    stub = StubHttpClient(HttpSettings(limits=HttpLimits(body_bytes=2)))
    stub.on("GET", URL, text="abc")
    with pytest.raises(HttpRequestFailed, match="larger than 2 bytes"):
        run(stub.get(URL))


def test_what_could_never_happen_cannot_be_programmed() -> None:
    """URLs, headers, statuses and answers are checked when they are given."""
    stub = StubHttpClient()
    with pytest.raises(InvalidUrl):
        stub.on("GET", "api.test/users")
    with pytest.raises(InvalidHeader):
        stub.on("GET", URL, headers={"x-a": "1\r\nx-b: 2"})
    wrong: list[tuple[str, dict[str, Any]]] = [
        ("status", {"status": 99}),
        ("status", {"status": 103}),
        ("json", {"json": {}, "text": ""}),
        ("json", {"json": float("nan")}),
        ("error", {"error": HttpRequestFailed}),
        ("delay", {"delay": -1}),
        ("times", {"times": 0}),
    ]
    for argument, answer in wrong:
        with pytest.raises(InvalidArgument) as caught:
            stub.on("GET", URL, **answer)
        assert caught.value.argument == argument
    assert stub.unused == []


@pytest.mark.parametrize(
    "value",
    [[], {"a": float("inf")}, {"a": {1: 2}}, {"a": "\ud800"}, {"a": object()}, {"a": b""}, "text"],
    ids=["list", "infinity", "number as name", "lone surrogate", "object", "bytes", "text"],
)
def test_json_that_is_none_is_refused(value: Any) -> None:  # noqa: ANN401 - anything wrong
    """What JSON cannot express is refused before anything is sent."""
    stub = StubHttpClient()
    stub.on("*", URL)
    for send in (stub.post, stub.put):
        with pytest.raises(InvalidArgument) as caught:
            run(send(URL, json=value))
        assert caught.value.argument == "json"
    circular: dict[str, Any] = {}
    circular["a"] = circular
    with pytest.raises(InvalidArgument):
        run(stub.post(URL, json=circular))
    assert stub.requests == []


def test_reset_forgets_everything() -> None:
    """Routes, calls, requests and what was unmatched."""
    stub = StubHttpClient()
    stub.on("GET", URL)
    run(stub.get(URL))
    run(_careless(stub))
    stub.reset()
    assert (stub.calls, stub.requests, stub.unused) == ([], [], [])
    stub.assert_done()


def test_concurrent_calls_are_recorded_once_each() -> None:
    """A hundred calls from ten threads, each with a loop of its own, get an answer each."""
    stub = StubHttpClient()
    route = stub.on("GET", URL, times=60).then(status=201, times=40)

    def plugin(_: int) -> list[int]:
        async def work() -> list[int]:
            return [
                r.status_code for r in await asyncio.gather(*(stub.get(URL) for _ in range(10)))
            ]

        return asyncio.run(work())

    statuses = [one for some in in_threads(10, plugin) for one in some]
    assert (statuses.count(200), statuses.count(201)) == (60, 40)
    assert (len(stub.calls), len(stub.requests), route.calls) == (100, 100, 100)
    stub.assert_done()


def test_a_pattern_is_given_the_whole_request() -> None:
    """A function may look at the body as well."""

    def about_pens(request: StubRequest) -> bool:
        return request.body is not None and b"pen" in request.body

    stub = StubHttpClient(HttpSettings(timeouts=HttpTimeouts(total=5)))
    stub.on("POST", about_pens, status=201)
    assert run(stub.post(URL, json={"item": "pen"})).status_code == 201
    with pytest.raises(UnmatchedRequest, match="about_pens"):
        run(stub.post(URL, json={"item": "ink"}))
    stub.reset()

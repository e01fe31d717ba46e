"""Retries: exact delays from the injected clock, sleeper and rng, in no time."""

from __future__ import annotations

import asyncio
import math
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagstack.contracts import (
    HttpBodyTooLarge,
    HttpConnectionFailed,
    HttpRequestFailed,
    HttpResponseMalformed,
    HttpTimeout,
    HttpTlsFailed,
    HttpTooManyRedirects,
    InvalidArgument,
)
from dagstack.resources import (
    FrozenClock,
    HttpLimits,
    HttpSettings,
    HttpTimeouts,
    RetryPolicy,
    StubHttpClient,
)
from dagstack.resources.http.retry import parse_retry_after
from tests.resources.http.clients import START, FixedRng, Skipping, client_over, run
from tests.resources.http.server import always, hanging_up, in_turn

if TYPE_CHECKING:
    from collections.abc import Callable

    from dagstack.resources import BufferedResponse
    from tests.resources.http.server import Server

URL = "https://api.test/x"


class Bench:
    """A stub with all that retries depend on."""

    def __init__(self, settings: HttpSettings | None = None, *shares: float) -> None:
        self.clock = FrozenClock(now=START)
        self.sleeper = Skipping(self.clock)
        self.rng = FixedRng(*shares)
        self.stub = StubHttpClient(
            settings or HttpSettings(), clock=self.clock, sleeper=self.sleeper, rng=self.rng
        )

    def get(self, headers: dict[str, str] | None = None) -> BufferedResponse:
        """Send a GET request."""
        return run(self.stub.get(URL, headers=headers))

    def post(self, headers: dict[str, str] | None = None) -> BufferedResponse:
        """Send a POST request."""
        return run(self.stub.post(URL, json={}, headers=headers))


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_status_that_says_not_now_is_tried_again(status: int) -> None:
    """The response of the second attempt counts, and says that it was the second."""
    bench = Bench()
    bench.stub.on("GET", URL, status=status).then(text="here")
    response = bench.get()
    assert (response.text(), response.attempts) == ("here", 2)
    assert bench.sleeper.delays == [0.25]


@pytest.mark.parametrize("status", [200, 204, 301, 400, 401, 404, 408, 409, 425, 500, 501, 505])
def test_any_other_status_is_not_tried_again(status: int) -> None:
    """There is one attempt."""
    bench = Bench()
    bench.stub.on("GET", URL, status=status)
    assert bench.get().attempts == 1
    assert bench.sleeper.delays == []


def test_delays_are_a_random_share_of_a_limit_that_doubles() -> None:
    """Full jitter: each delay is the rng's share of 0.5 s, 1 s, 2 s … up to the cap."""
    settings = HttpSettings(
        retry=RetryPolicy(max_attempts=7, base=0.5, cap=4), timeouts=HttpTimeouts(total=1000)
    )
    bench = Bench(settings, 0.0, 1 / 4, 1 / 2, 3 / 4, 1 / 8, 0.999)
    bench.stub.on("GET", URL, status=503)
    response = bench.get()
    assert bench.sleeper.delays == [0.0, 0.25, 1.0, 3.0, 0.5, 3.996]
    assert (response.status_code, response.attempts, bench.rng.drawn) == (503, 7, 6)


def test_the_last_response_is_returned_when_attempts_are_used_up() -> None:
    """A status is a response, also after three attempts."""
    bench = Bench()
    bench.stub.on("GET", URL, status=503).then(status=502).then(status=504)
    assert (bench.get().status_code, bench.sleeper.delays) == (504, [0.25, 0.5])


def test_the_last_error_is_raised_when_attempts_are_used_up() -> None:
    """An error after three attempts says so."""
    bench = Bench()
    bench.stub.on("GET", URL, error=HttpConnectionFailed)
    with pytest.raises(HttpConnectionFailed) as caught:
        bench.get()
    assert caught.value.attempts == 3


@pytest.mark.parametrize("error", [HttpConnectionFailed, HttpTimeout])
def test_failures_that_pass_are_tried_again(error: type[HttpRequestFailed]) -> None:
    """A broken connection and a limit that ran out are worth another attempt."""
    bench = Bench()
    bench.stub.on("GET", URL, error=error).then(text="here")
    assert bench.get().attempts == 2


@pytest.mark.parametrize("error", [HttpTlsFailed, HttpResponseMalformed])
def test_failures_that_stay_are_not_tried_again(error: type[HttpRequestFailed]) -> None:
    """What TLS refuses, or what is not HTTP, will not be different next time."""
    bench = Bench()
    bench.stub.on("GET", URL, error=error)
    with pytest.raises(error) as caught:
        bench.get()
    assert (caught.value.attempts, bench.sleeper.delays) == (1, [])


def test_a_loop_of_redirects_and_a_large_body_are_not_tried_again() -> None:
    """Both are final."""
    bench = Bench(HttpSettings(limits=HttpLimits(body_bytes=3)))
    loop = bench.stub.on("GET", URL, status=302, headers={"location": "/x"})
    with pytest.raises(HttpTooManyRedirects) as caught:
        bench.get()
    assert (caught.value.attempts, caught.value.limit, loop.calls) == (1, 10, 11)
    bench.stub.reset()
    bench.stub.on("GET", URL, text="four")
    with pytest.raises(HttpBodyTooLarge):
        bench.get()
    assert len(bench.stub.requests) == 1


def test_a_cancelled_call_is_not_tried_again() -> None:
    """A cancellation during the wait ends it, and no request follows."""
    clock = FrozenClock(now=START)
    stub = StubHttpClient(HttpSettings(), clock=clock, rng=FixedRng())
    stub.on("GET", URL, status=503)

    async def scenario() -> None:
        task = asyncio.create_task(stub.get(URL))
        await clock.wait_for_sleepers(1)
        task.cancel()
        await asyncio.wait([task])
        assert task.cancelled()

    run(scenario())
    assert len(stub.requests) == 1


def test_post_is_sent_once_unless_the_host_says_otherwise() -> None:
    """A POST is not repeated, but a policy may allow it, or an idempotency key."""
    for settings, headers, attempts in (
        (HttpSettings(), {"idempotency-key": "1"}, 1),
        (HttpSettings(retry=RetryPolicy(methods=frozenset({"POST"}))), {}, 3),
        (HttpSettings(retry=RetryPolicy(idempotency_key=True)), {}, 1),
        (HttpSettings(retry=RetryPolicy(idempotency_key=True)), {"Idempotency-Key": "1"}, 3),
    ):
        bench = Bench(settings)
        bench.stub.on("POST", URL, status=503)
        assert bench.post(headers).attempts == attempts


@pytest.mark.parametrize(
    ("value", "delays"),
    [
        ("0", [0.25]),
        ("7", [7.25]),
        ("Mon, 23 Nov 2026 12:00:09 GMT", [9.25]),
        ("Monday, 23-Nov-26 12:00:09 GMT", [9.25]),
        ("Mon Nov 23 12:00:09 2026", [9.25]),
        ("Mon, 23 Nov 2026 11:00:00 GMT", [0.25]),
        ("soon", [0.25]),
        ("-5", [0.25]),
        ("1.5", [0.25]),
        ("", [0.25]),
        ("59", [59.25]),
        ("60", []),
        ("9" * 400, []),
        ("Tue, 24 Nov 2026 12:00:00 GMT", []),
    ],
)
def test_retry_after_is_honoured_in_both_forms(value: str, delays: list[float]) -> None:
    """The wait is at least what the server asks for; beyond the deadline it is not begun."""
    bench = Bench()
    bench.stub.on("GET", URL, status=503, headers={"retry-after": value}).then(text="here")
    response = bench.get()
    assert (bench.sleeper.delays, response.status_code) == (delays, 200 if delays else 503)


def test_the_deadline_bounds_attempts_and_waits_together() -> None:
    """Time that attempts take is gone for the waits; one that would pass the end is not begun."""
    bench = Bench(
        HttpSettings(
            retry=RetryPolicy(max_attempts=100, base=4, cap=4), timeouts=HttpTimeouts(total=10)
        )
    )
    bench.stub.on("GET", URL, status=503, delay=1.5)
    response = bench.get()
    # 1.5 + 2 + 1.5 + 2 + 1.5 = 8.5 seconds; two more would be 10.5.
    assert bench.sleeper.delays == [1.5, 2, 1.5, 2, 1.5]
    assert (response.status_code, response.attempts) == (503, 3)


def test_an_attempt_has_only_the_time_that_is_left() -> None:
    """An attempt that would pass the deadline is cut off there."""
    bench = Bench(HttpSettings(timeouts=HttpTimeouts(total=10)))
    bench.stub.on("GET", URL, delay=9, status=503).then(delay=9)
    with pytest.raises(HttpTimeout) as caught:
        bench.get()
    assert bench.sleeper.delays == [9, 0.25, 0.75]
    assert caught.value.attempts == 2


def test_a_sleeper_that_is_late_leaves_no_time() -> None:
    """Where the wait took longer than asked, no attempt is begun after the deadline."""
    bench = Bench(HttpSettings(timeouts=HttpTimeouts(total=10)))

    async def late(delay: timedelta) -> None:
        bench.sleeper.delays.append(delay.total_seconds())
        bench.clock.advance(11)

    bench.sleeper.sleep = late  # type: ignore[method-assign]
    bench.stub.on("GET", URL, status=503)
    assert (bench.get().status_code, len(bench.stub.requests)) == (503, 1)


def test_a_redirect_keeps_count_of_the_attempts() -> None:
    """Retries before and after a redirect come out of one budget."""
    bench = Bench()
    bench.stub.on("GET", URL, status=503).then(status=302, headers={"location": "/y"})
    bench.stub.on("GET", "https://api.test/y", status=503).then(text="here")
    response = bench.get()
    assert (response.attempts, response.url) == (3, "https://api.test/y")


def test_a_get_after_a_redirected_post_may_be_repeated() -> None:
    """What is repeated is the GET alone."""
    bench = Bench()
    posted = bench.stub.on("POST", URL, status=303, headers={"location": "/y"})
    bench.stub.on("GET", "https://api.test/y", status=503).then(text="here")
    assert bench.post().text() == "here"
    assert posted.calls == 1


def test_retries_over_the_wire(engine: str, serve: Callable[..., Server]) -> None:
    """A server that breaks off, then is busy, then answers, is asked three times."""
    busy = always(503, headers={"retry-after": "3"})
    server = serve(in_turn(hanging_up, busy, always(body=b"here")))
    clock = FrozenClock(now=START)
    sleeper = Skipping(clock)

    async def call() -> BufferedResponse:
        async with client_over(engine, clock=clock, sleeper=sleeper, rng=FixedRng()) as client:
            return await client.put(server.url(), json={"a": 1})

    response = run(call())
    assert (response.text(), response.attempts, sleeper.delays) == ("here", 3, [0.25, 3.5])
    assert [one.body for one in server.requests] == [b'{"a":1}'] * 3


def test_the_clock_sleeps_where_no_sleeper_is_given() -> None:
    """A frozen clock is a sleeper, too; the test advances it."""
    clock = FrozenClock(now=START)
    stub = StubHttpClient(HttpSettings(), clock=clock, rng=FixedRng())
    stub.on("GET", URL, status=503).then(text="here")

    async def scenario() -> str:
        task = asyncio.create_task(stub.get(URL))
        await clock.wait_for_sleepers(1)
        clock.advance(0.25)
        return (await task).text()

    assert run(scenario()) == "here"


@pytest.mark.parametrize(
    "policy",
    [{"max_attempts": 0}, {"base": -1.0}, {"cap": math.inf}, {"base": math.nan}],
)
def test_policies_that_make_no_sense_are_refused(policy: dict[str, float]) -> None:
    """The error names the number."""
    with pytest.raises(InvalidArgument, match=next(iter(policy))):
        RetryPolicy(**policy)  # type: ignore[arg-type]


@given(
    attempt=st.integers(1, 10_000),
    share=st.floats(0, 1, exclude_max=True),
    asked=st.floats(0, 1e6),
)
def test_a_delay_is_between_what_is_asked_and_the_cap_beyond(
    attempt: int, share: float, asked: float
) -> None:
    """No attempt waits less than the server asks, nor more than the cap longer."""
    policy = RetryPolicy()
    assert asked <= policy.delay(attempt, share, asked) <= asked + policy.cap


@given(st.integers(0, 10**9))
def test_a_date_is_as_good_as_seconds(seconds: int) -> None:
    """Both forms of ``Retry-After`` say the same."""
    when = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
    date = format_datetime(when, usegmt=True)
    assert parse_retry_after(date, datetime(2026, 1, 1, tzinfo=UTC)) == float(seconds)


@given(st.text(max_size=60))
def test_any_other_text_is_no_delay(text: str) -> None:
    """Parsing never fails and never gives less than nothing."""
    asked = parse_retry_after(text, START)
    assert asked is None or asked >= 0

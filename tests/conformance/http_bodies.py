"""Cases of HTTP clients that are done by hand."""

from __future__ import annotations

import asyncio
import os
from typing import TYPE_CHECKING, Final
from unittest import mock

import pytest

from dagstack.contracts import (
    HttpConnectionFailed,
    HttpResponseMalformed,
    HttpTimeout,
    HttpTlsFailed,
)
from dagstack.resources import (
    FrozenClock,
    HttpLimits,
    HttpSettings,
    ProxySettings,
    RedirectPolicy,
    RetryPolicy,
    StubHttpClient,
    TlsSettings,
)
from tests.resources.http.clients import START, Skipping
from tests.resources.http.server import HOST, Server, always, by_path, forwarding, hanging
from tests.resources.http.test_tls import Authority

if TYPE_CHECKING:
    from collections.abc import Mapping

    from dagstack.conformance import Body, ByHand
    from tests.conformance.http_clients import Opening

ONCE: Final = RetryPolicy(max_attempts=1)


class Wire:
    """Each method is the body of the case of its name, for one way to make a client."""

    def __init__(self, open_client: Opening) -> None:
        self._open = open_client

    async def _get(self, url: str, **settings: object) -> tuple[int, str]:
        made = HttpSettings(**{"retry": ONCE, **settings})  # type: ignore[arg-type]
        async with self._open(made) as client:
            response = await client.get(url)
            return response.status_code, response.text()

    async def a_redirect_from_https_to_http_is_refused(self, case: ByHand) -> None:
        """Unless the host allows it."""
        authority = Authority(case.folder())
        trusting = TlsSettings(ca_bundle=authority.bundle)
        with Server(always(body=b"in the open")) as plain:
            away = always(302, headers={"location": plain.url()})
            with Server(away, authority.server()) as private:
                with pytest.raises(HttpResponseMalformed):
                    await self._get(private.url(), tls=trusting)
                assert plain.requests == []
                allowing = RedirectPolicy(allow_downgrade=True)
                found = await self._get(private.url(), tls=trusting, redirects=allowing)
                assert found == (200, "in the open")

    async def a_private_authority_is_trusted(self, case: ByHand) -> None:
        """With its bundle."""
        authority = Authority(case.folder())
        with Server(always(body=b"here"), authority.server()) as server:
            tls = TlsSettings(ca_bundle=authority.bundle)
            assert await self._get(server.url(), tls=tls) == (200, "here")

    async def _refused(self, url: str, tls: TlsSettings) -> None:
        with pytest.raises(HttpTlsFailed) as caught:
            await self._get(url, tls=tls, retry=RetryPolicy(max_attempts=3))
        assert caught.value.attempts == 1

    async def an_unknown_authority_is_not_trusted(self, case: ByHand) -> None:
        """Without its bundle."""
        authority = Authority(case.folder())
        with Server(always(), authority.server()) as server:
            await self._refused(server.url(), TlsSettings())
            assert server.requests == []

    async def a_wrong_host_name_is_not_trusted(self, case: ByHand) -> None:
        """A certificate for somebody else."""
        authority = Authority(case.folder())
        with Server(always(), authority.server("other.test")) as server:
            await self._refused(server.url(), TlsSettings(ca_bundle=authority.bundle))

    async def a_client_certificate_is_shown(self, case: ByHand) -> None:
        """To a server that asks for one."""
        authority = Authority(case.folder())
        chain, key = authority.client()
        with Server(always(body=b"welcome"), authority.server(asks=True)) as server:
            known = TlsSettings(
                ca_bundle=authority.bundle, client_certificate=chain, client_key=key
            )
            assert await self._get(server.url(), tls=known) == (200, "welcome")
            with pytest.raises((HttpTlsFailed, HttpConnectionFailed)):
                await self._get(server.url(), tls=TlsSettings(ca_bundle=authority.bundle))

    async def requests_go_through_the_proxy(self, case: ByHand) -> None:
        """The proxy alone sees what opens it, also where it hands on what it cannot read."""
        authority = Authority(case.folder())
        tls = TlsSettings(ca_bundle=authority.bundle)
        with (
            Server(forwarding(credentials="me:pw")) as proxy,
            Server(always(body=b"in the open")) as plain,
            Server(always(body=b"private"), authority.server()) as private,
        ):
            for credentials, status in (("me:pw@", 200), ("", 407)):
                settings = ProxySettings(url=proxy.url(host=f"{credentials}{HOST}"))
                assert (await self._get(plain.url("/a?b=c"), proxy=settings))[0] == status
            with pytest.raises(HttpConnectionFailed, match="the proxy"):
                await self._get(private.url(), proxy=ProxySettings(url=proxy.url()), tls=tls)
            opened = ProxySettings(url=proxy.url(host=f"me:pw@{HOST}"))
            assert await self._get(private.url(), proxy=opened, tls=tls) == (200, "private")

            asked = [(seen.method, seen.target) for seen in proxy.requests]
            tunnel = ("CONNECT", f"{HOST}:{private.port}")
            assert asked == [("GET", plain.url("/a?b=c"))] * 2 + [tunnel] * 2
            shown = [seen.header("proxy-authorization") for seen in proxy.requests]
            assert shown == ["Basic bWU6cHc=", None, None, "Basic bWU6cHc="]
            (inside,) = private.requests
            assert (inside.target, inside.header("proxy-authorization")) == ("/", None)
            assert [seen.header("authorization") for seen in (*proxy.requests, inside)] == [
                None
            ] * 5

    async def the_environment_names_no_proxy(self, case: ByHand) -> None:
        """Nobody listens where the variables lead."""
        del case
        nowhere = dict.fromkeys(("HTTP_PROXY", "http_proxy", "ALL_PROXY"), "http://127.0.0.1:9")
        nothing_spared = {"NO_PROXY": "", "no_proxy": ""}
        environment = {**nowhere, **nothing_spared}
        with Server(always(body=b"direct")) as server, mock.patch.dict(os.environ, environment):
            assert await self._get(server.url()) == (200, "direct")

    async def a_cancelled_call_leaves_the_client_fit(self, case: ByHand) -> None:
        """With one connection in the pool."""
        del case
        settings = HttpSettings(limits=HttpLimits(connections=1), retry=ONCE)
        answers = by_path({"/silent": hanging, "/": always(body=b"here")})
        with Server(answers) as server:
            async with self._open(settings) as client:
                task = asyncio.ensure_future(client.get(server.url("/silent")))
                await server.asked()
                task.cancel()
                await asyncio.wait([task])
                assert task.cancelled()
                assert (await client.get(server.url())).text() == "here"


def over_the_wire(open_client: Opening) -> Mapping[str, Body]:
    """Give the bodies by case, for clients made in this way."""
    wire = Wire(open_client)
    return {name: getattr(wire, name) for name in vars(Wire) if not name.startswith("_")}


async def a_late_answer_of_the_stub_takes_no_real_time(case: ByHand) -> None:
    """The sleeper is asked instead."""
    del case
    clock = FrozenClock(now=START)
    sleeper = Skipping(clock)
    url = "http://api.test/"
    async with StubHttpClient(clock=clock, sleeper=sleeper) as stub:
        limit = stub.settings.timeouts.receive
        stub.on("GET", url, delay=2.5, text="late").then(delay=limit + 1, text="too late")
        assert (await stub.get(url)).text() == "late"
        assert sleeper.delays == [2.5]
        with pytest.raises(HttpTimeout):
            await stub.get(url)
        assert sleeper.delays == [2.5, limit]


OF_THE_STUB: Final = {
    "a_late_answer_of_the_stub_takes_no_real_time": a_late_answer_of_the_stub_takes_no_real_time,
}
"""Bodies by case, of the double for tests."""

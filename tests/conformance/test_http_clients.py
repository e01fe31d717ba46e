"""HTTP clients before their suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

from dagstack.conformance.pytest import HttpClientConformance, conformance
from dagstack.contracts import ForwardingHttpClient
from dagstack.resources import PooledHttpClient, StubHttpClient
from tests.conformance.http_bodies import OF_THE_STUB, over_the_wire
from tests.conformance.http_clients import answer, calls, over_httpx2, waits, wire_client

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dagstack.conformance import Action, Body, Factory


class TestPooledHttpClient(HttpClientConformance):
    """The client over a pool of connections."""

    stands_for: ClassVar[Sequence[str]] = ("HttpClient", "WireClient")
    by_hand: ClassVar[Mapping[str, Body]] = over_the_wire(PooledHttpClient)

    @pytest.fixture
    def subjects(self) -> Mapping[str, Factory]:
        """Make one of either kind."""
        return {"HttpClient": PooledHttpClient, "WireClient": wire_client(PooledHttpClient)}

    @pytest.fixture
    def actions(self) -> Mapping[str, Action]:
        """Ask how long it waited."""
        return {"WireClient.waits": waits}


class TestPooledHttpClientOver(HttpClientConformance):
    """The same over a host's own client, of httpx2."""

    implementation: ClassVar[str] = "PooledHttpClient.over"
    stands_for: ClassVar[Sequence[str]] = ("HttpClient", "WireClient")
    by_hand: ClassVar[Mapping[str, Body]] = over_the_wire(over_httpx2)

    @pytest.fixture
    def subjects(self) -> Mapping[str, Factory]:
        """Make one of either kind."""
        return {"HttpClient": over_httpx2, "WireClient": wire_client(over_httpx2)}

    @pytest.fixture
    def actions(self) -> Mapping[str, Action]:
        """Ask how long it waited."""
        return {"WireClient.waits": waits}


class TestStubHttpClient(HttpClientConformance):
    """The double for tests."""

    stands_for: ClassVar[Sequence[str]] = ("HttpClient", "StubHttpClient")
    by_hand: ClassVar[Mapping[str, Body]] = OF_THE_STUB

    @pytest.fixture
    def make(self) -> Factory:
        """Make one that knows no answer."""
        return StubHttpClient

    @pytest.fixture
    def actions(self) -> Mapping[str, Action]:
        """Teach it, and ask what it was asked."""
        return {"StubHttpClient.answer": answer, "StubHttpClient.calls": calls}


@pytest.fixture
def forwarding_client() -> Factory:
    """Wrap a client."""
    return lambda: ForwardingHttpClient(StubHttpClient())


async def close(client: ForwardingHttpClient) -> None:
    """Close what is wrapped."""
    assert isinstance(client.inner, StubHttpClient)
    await client.inner.aclose()


test_forwarding_client = conformance(
    "http_client",
    name="ForwardingHttpClient",
    actions={"HttpClient.close": close},
    HttpClient="forwarding_client",
)

"""HTTP clients before their suite."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

import pytest

from dagstack.conformance.pytest import HttpClientConformance, conformance
from dagstack.contracts import ForwardingHttpClient
from dagstack.resources import PooledHttpClient, StubHttpClient
from tests.conformance.http_bodies import OF_THE_STUB, OVER_THE_WIRE
from tests.conformance.http_clients import WireClient, answer, calls

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from dagstack.conformance import Action, Body, Factory


class TestPooledHttpClient(HttpClientConformance):
    """The client over a pool of connections."""

    stands_for: ClassVar[Sequence[str]] = ("HttpClient", "WireClient")
    by_hand: ClassVar[Mapping[str, Body]] = OVER_THE_WIRE

    @pytest.fixture
    def subjects(self) -> Mapping[str, Factory]:
        """Make one of either kind."""
        return {"HttpClient": PooledHttpClient, "WireClient": WireClient}


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

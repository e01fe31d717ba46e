"""Fixtures of the tests over the wire."""

from __future__ import annotations

import gc
from typing import TYPE_CHECKING

import pytest

from tests.resources.http.clients import ENGINES
from tests.resources.http.server import Server

if TYPE_CHECKING:
    import ssl
    from collections.abc import Callable, Iterator

    from tests.resources.http.server import Answer


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    """Each engine in turn."""
    name: str = request.param
    return name


@pytest.fixture
def serve() -> Iterator[Callable[..., Server]]:
    """Start servers that stop with the test."""
    started: list[Server] = []

    def start(
        answer: Answer, tls: ssl.SSLContext | None = None, *, reads_bodies: bool = True
    ) -> Server:
        server = Server(answer, tls, reads_bodies=reads_bodies)
        started.append(server)
        return server.__enter__()

    yield start
    for server in started:
        server.__exit__()


@pytest.fixture(autouse=True)
def _no_litter() -> Iterator[None]:
    """What a test leaves to the garbage collector warns in that test, not in another."""
    yield
    gc.collect()

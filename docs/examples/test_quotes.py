"""The same plugins under test: no network, no waiting, and the same bytes each time."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime

import host
from dagstack.resources import (
    DeterministicRng,
    FrozenClock,
    MemoryBlobStore,
    ResourceRegistry,
    StubHttpClient,
    SystemTempDir,
)

URL = "https://quotes.example/today.json"
QUOTES = ["Less is more.", "Festina lente.", "Know thyself."]


async def output() -> str:
    """Run the host once, with nothing left of the run before."""
    http_client = StubHttpClient()
    http_client.on("GET", URL, json=QUOTES)
    async with ResourceRegistry() as resources:
        resources.register("clock", FrozenClock(now=datetime(2026, 3, 1, 12, tzinfo=UTC)))
        resources.register("rng", DeterministicRng(seed=42))
        resources.register("http_client", http_client)
        resources.register("blob_store", MemoryBlobStore())
        resources.register_factory("tmpdir", lambda _plugin: SystemTempDir())
        return await host.run(resources, URL)


def test_two_runs_give_the_same_bytes() -> None:
    """Time, chance, network and storage all come from the host, so nothing else can differ."""
    first, second = asyncio.run(output()), asyncio.run(output())
    assert first.encode() == second.encode()


def test_the_output_is_known() -> None:
    """The plugin's own stream, a fork of the seed by its name, decides the id and the quote."""
    assert asyncio.run(output()) == (
        '{"at": "2026-03-01T12:00:00+00:00", '
        '"id": "e85806ed-9cf8-4f63-b952-1f8eb9c74c60", '
        '"quote": "Know thyself."}\n'
    )

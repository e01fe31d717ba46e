"""Fixtures for tests of plugins; pytest finds them once ``dagstack-resources`` is installed.

Every test starts from the same instant, the same seed, an empty store and a client that knows no
answer, so the same test gives the same bytes each time. A test module that wants other resources
defines a fixture of the same name.
"""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final

import pytest

if TYPE_CHECKING:
    from collections.abc import Coroutine, Generator
    from pathlib import Path

    from dagstack.resources import (
        DeterministicRng,
        FrozenClock,
        InMemoryBlobStore,
        ResourceRegistry,
        StubHttpClient,
        SystemTempDir,
    )

BEGINNING: Final = datetime(2000, 1, 1, tzinfo=UTC)
SEED: Final = 0


@pytest.fixture
def frozen_clock() -> Generator[FrozenClock]:
    """A clock that stands at midnight of 1 January 2000, UTC, until the test advances it."""
    from dagstack.resources import FrozenClock

    with FrozenClock(now=BEGINNING) as clock:
        yield clock


@pytest.fixture
def rng() -> Generator[DeterministicRng]:
    """A source of randomness with seed 0."""
    from dagstack.resources import DeterministicRng

    with DeterministicRng(seed=SEED) as source:
        yield source


@pytest.fixture
def stub_http(frozen_clock: FrozenClock, rng: DeterministicRng) -> Generator[StubHttpClient]:
    """A client that answers what the test tells it, on ``frozen_clock``.

    A request that nothing matched fails the test at its end, also where the plugin swallowed the
    error.
    """
    from dagstack.resources import StubHttpClient

    client = StubHttpClient(clock=frozen_clock, rng=rng)
    yield client
    _run(client.aclose())


@pytest.fixture
def blob_store() -> Generator[InMemoryBlobStore]:
    """An empty store in memory."""
    from dagstack.resources import InMemoryBlobStore

    store = InMemoryBlobStore()
    yield store
    _run(store.aclose())


@pytest.fixture
def tmp_dir_resource(tmp_path: Path) -> Generator[SystemTempDir]:
    """A temporary directory below ``tmp_path``."""
    from dagstack.resources import SystemTempDir

    with SystemTempDir(tmp_path) as directory:
        yield directory


@pytest.fixture
def resources(
    frozen_clock: FrozenClock,
    rng: DeterministicRng,
    stub_http: StubHttpClient,
    blob_store: InMemoryBlobStore,
    tmp_path: Path,
) -> Generator[ResourceRegistry]:
    """A registry with the fixtures above under the standard names.

    As in a host, each plugin has a ``rng`` and a ``tmpdir`` of its own::

        scope = resources.scope("my_plugin", required=["clock", "rng"])
        plugin.setup(context_with(scope.resources))
    """
    from dagstack.resources import ResourceRegistry, SystemTempDir

    registry = ResourceRegistry()
    registry.register("clock", frozen_clock, owned=False)
    registry.register("rng", rng, owned=False)
    registry.register("http_client", stub_http, owned=False)
    registry.register("blob_store", blob_store, owned=False)
    registry.register_factory("tmpdir", lambda _plugin: SystemTempDir(tmp_path))
    yield registry
    _run(registry.aclose())


def _run(closing: Coroutine[object, object, None]) -> None:
    """Close in a loop of its own; ``asyncio.run`` would take away one that the tests have set."""
    loop = asyncio.new_event_loop()
    try:
        loop.run_until_complete(closing)
    finally:
        loop.close()

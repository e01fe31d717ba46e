"""A production host in one line."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest

from dagstack.contracts import RESOURCES, InvalidArgument, MissingResources, ResourceClosed
from dagstack.resources import (
    DeterministicRng,
    FilesystemBlobStore,
    FrozenClock,
    MemoryBlobStore,
    PooledHttpClient,
    RandomRng,
    StubHttpClient,
    SystemClock,
    SystemTempDir,
    standard_resources,
)

if TYPE_CHECKING:
    from pathlib import Path


def test_all_standard_resources_are_there(tmp_path: Path) -> None:
    """With a folder for blobs, none is missing, and each is the one for production."""

    async def use() -> dict[str, type]:
        async with standard_resources(blob_store=tmp_path / "blobs") as resources:
            scope = resources.scope("plugin", required=list(RESOURCES))
            return {name: type(getattr(scope.resources, name)) for name in RESOURCES}

    assert asyncio.run(use()) == {
        "blob_store": FilesystemBlobStore,
        "clock": SystemClock,
        "http_client": PooledHttpClient,
        "rng": RandomRng,
        "tmpdir": SystemTempDir,
    }


def test_all_are_closed_at_the_end(tmp_path: Path) -> None:
    """Also those that the host gave, and the temporary directories."""
    store, clock = MemoryBlobStore(), FrozenClock(now=datetime(2026, 1, 1, tzinfo=UTC))

    async def use() -> Path:
        async with standard_resources(
            blob_store=store, clock=clock, tmpdir=lambda _plugin: SystemTempDir(tmp_path)
        ) as resources:
            path = resources.scope("plugin", required=["tmpdir"]).resources.tmpdir.path
            assert path.parent == tmp_path
        with pytest.raises(ResourceClosed):
            clock.now()
        with pytest.raises(ResourceClosed):
            await store.list()
        return path

    assert not asyncio.run(use()).exists()


def test_what_is_given_is_used() -> None:
    """In place of the default."""
    clock = FrozenClock(now=datetime(2026, 1, 1, tzinfo=UTC))
    rng, stub = DeterministicRng(seed=1), StubHttpClient()

    async def use() -> None:
        async with standard_resources(clock=clock, rng=rng, http_client=stub) as resources:
            assert [clock, rng, stub] == [
                resources.get(name) for name in ("clock", "rng", "http_client")
            ]

    asyncio.run(use())


def test_there_is_no_default_place_for_blobs() -> None:
    """A plugin that needs a store stops the start, and not the first write."""

    async def use() -> None:
        async with standard_resources() as resources:
            resources.check({"reports": ["blob_store"]})

    with pytest.raises(MissingResources, match="plugin reports requires blob_store"):
        asyncio.run(use())


def test_resources_can_be_left_out() -> None:
    """Such as the client of a host without the extra; a name that is none is a mistake."""

    async def use(*without: str) -> list[str]:
        async with standard_resources(without=without) as resources:
            return resources.names()

    assert asyncio.run(use("http_client", "tmpdir")) == ["clock", "rng"]
    with pytest.raises(InvalidArgument, match="http: not a standard resource"):
        asyncio.run(use("http"))


def test_what_was_made_is_closed_if_the_rest_fails(tmp_path: Path) -> None:
    """A folder that cannot be one stops the start."""
    clock = FrozenClock(now=datetime(2026, 1, 1, tzinfo=UTC))
    (tmp_path / "file").write_text("")

    async def use() -> None:
        async with standard_resources(clock=clock, blob_store=tmp_path / "file" / "blobs"):
            pass

    with pytest.raises(InvalidArgument, match="not a folder"):
        asyncio.run(use())
    with pytest.raises(ResourceClosed):
        clock.now()

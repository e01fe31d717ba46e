"""Read-only, prefixed, audited and traced blob stores."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagstack.contracts import (
    BackendFailed,
    BlobNotFound,
    BlobStoreReadOnly,
    InvalidBlobKey,
    ResourceError,
)
from dagstack.contracts.testing import StubBlobStore
from dagstack.resources import FrozenClock, MemoryBlobStore, ResourceRegistry
from dagstack.resources.decorators import (
    AuditedBlobStore,
    AuditEntry,
    PrefixedBlobStore,
    ReadOnlyBlobStore,
)

if TYPE_CHECKING:
    from collections.abc import Coroutine

NOW = datetime(2026, 1, 1, tzinfo=UTC)
BAD_KEYS = ["", "/a", "a/", "a//b", ".", "..", "../a", "a/../b", "a\0", "a\x7f", "\ud800"]


def _raised(call: Coroutine[object, object, object]) -> str:
    with pytest.raises(ResourceError) as caught:
        asyncio.run(call)
    return str(caught.value)


def test_a_read_only_store_reads() -> None:
    """All three ways of reading reach the store."""

    async def use() -> None:
        inner = MemoryBlobStore()
        await inner.put("a", b"1")
        store = ReadOnlyBlobStore(inner)
        assert (
            await store.get("a"),
            await store.list(),
            await store.exists("a"),
        ) == (b"1", ["a"], True)

    asyncio.run(use())


def test_a_read_only_store_refuses_the_rest() -> None:
    """Nothing reaches the store, and a bad key is the same error as elsewhere."""
    inner = StubBlobStore()
    store = ReadOnlyBlobStore(inner)
    assert _raised(store.put("a", b"1")) == "put is refused: the blob store is read-only"
    assert _raised(store.delete("a")) == "delete is refused: the blob store is read-only"
    with pytest.raises(BlobStoreReadOnly):
        asyncio.run(store.put("a", b"1"))
    for key in BAD_KEYS:
        with pytest.raises(InvalidBlobKey):
            asyncio.run(store.put(key, b"1"))
        with pytest.raises(InvalidBlobKey):
            asyncio.run(store.delete(key))
    assert inner.calls == []


def test_a_prefixed_store_keeps_to_its_prefix() -> None:
    """Neighbours whose names only begin alike are not seen."""

    async def use() -> None:
        inner = MemoryBlobStore()
        for key in ("tenants/7", "tenants/71/x", "other"):
            await inner.put(key, b"not yours")
        store = PrefixedBlobStore(inner, "tenants/7")
        await store.put("b/c", b"2", content_type="text/plain")
        await store.put("a", b"1")
        assert await store.list() == ["a", "b/c"]
        assert await store.list("b") == ["b/c"]
        assert await store.list("../") == []
        assert await inner.get("tenants/7/b/c") == b"2"
        assert await store.get("a") == b"1"
        assert await store.exists("a")
        assert not await store.exists("1/x")
        await store.delete("a")
        assert await inner.list("tenants/7/") == ["tenants/7/b/c"]

    asyncio.run(use())


def test_errors_of_a_prefixed_store_name_the_callers_key() -> None:
    """The prefix is the host's affair."""
    store = PrefixedBlobStore(MemoryBlobStore(), "tenants/7")
    with pytest.raises(BlobNotFound) as missing:
        asyncio.run(store.get("a"))
    assert (missing.value.key, str(missing.value)) == ("a", "no blob is stored under a")
    with pytest.raises(InvalidBlobKey, match="more than the 1014 bytes allowed here") as long:
        asyncio.run(store.put("k" * 1015, b""))
    assert long.value.key == "k" * 1015
    asyncio.run(store.put("k" * 1014, b""))


@pytest.mark.parametrize("key", BAD_KEYS)
def test_bad_keys_do_not_climb_out_of_a_prefix(key: str) -> None:
    """They are refused before the prefix is put in front."""
    inner = StubBlobStore()
    store = PrefixedBlobStore(inner, "tenants/7")
    for call in (store.get(key), store.put(key, b""), store.delete(key), store.exists(key)):
        with pytest.raises(InvalidBlobKey) as caught:
            asyncio.run(call)
        assert caught.value.key == key
    assert inner.calls == []
    with pytest.raises(InvalidBlobKey):
        PrefixedBlobStore(inner, key)


@given(st.lists(st.text(min_size=1, max_size=8), max_size=5), st.text(max_size=4))
def test_a_prefixed_store_behaves_as_a_store_of_its_own(keys: list[str], prefix: str) -> None:
    """For any keys: the same are accepted, listed and found."""

    async def use(store: MemoryBlobStore | PrefixedBlobStore) -> list[object]:
        seen: list[object] = []
        for key in keys:
            try:
                await store.put(key, key.encode(errors="replace"))
                seen.append(await store.get(key))
            except InvalidBlobKey as error:
                seen.append(str(error))
        return [*seen, await store.list(), await store.list(prefix)]

    prefixed = PrefixedBlobStore(MemoryBlobStore(), "p")
    assert asyncio.run(use(MemoryBlobStore())) == asyncio.run(use(prefixed))


def test_an_audited_store_records_every_call() -> None:
    """Who, when, what and how it ended, also for failures."""
    entries: list[AuditEntry] = []
    clock = FrozenClock(now=NOW)

    async def use() -> None:
        store = AuditedBlobStore(MemoryBlobStore(), "billing", clock=clock, record=entries.append)
        await store.put("a", b"1")
        clock.advance(seconds=1)
        assert await store.get("a") == b"1"
        assert await store.exists("a")
        assert await store.list("a") == ["a"]
        await store.delete("a")
        with pytest.raises(BlobNotFound):
            await store.get("a")
        with pytest.raises(InvalidBlobKey):
            await store.put("../a", b"")

    asyncio.run(use())
    assert [(each.at.second, each.operation, each.target, each.outcome) for each in entries] == [
        (0, "blob_store.put", "a", "ok"),
        (1, "blob_store.get", "a", "ok"),
        (1, "blob_store.exists", "a", "ok"),
        (1, "blob_store.list", "a", "ok"),
        (1, "blob_store.delete", "a", "ok"),
        (1, "blob_store.get", "a", "BlobNotFound"),
        (1, "blob_store.put", "../a", "InvalidBlobKey"),
    ]
    assert {each.plugin for each in entries} == {"billing"}


def test_a_cancelled_call_is_recorded() -> None:
    """It may have had its effect."""
    entries: list[AuditEntry] = []

    async def use() -> None:
        begun = asyncio.Event()

        async def never(_call: object) -> bytes:
            begun.set()
            await asyncio.Event().wait()
            return b""

        clock = FrozenClock(now=NOW)
        inner = StubBlobStore(get=never)
        store = AuditedBlobStore(inner, "billing", clock=clock, record=entries.append)
        task = asyncio.create_task(store.get("a"))
        await begun.wait()
        task.cancel()
        await asyncio.wait([task])

    asyncio.run(use())
    assert [each.outcome for each in entries] == ["CancelledError"]


def test_what_cannot_be_recorded_does_not_look_well() -> None:
    """A full disk of the log is an error of the call."""

    def fail(_entry: AuditEntry) -> None:
        raise BackendFailed("audit log", "record", "disk full")

    clock = FrozenClock(now=NOW)
    store = AuditedBlobStore(MemoryBlobStore(), "billing", clock=clock, record=fail)
    assert _raised(store.put("a", b"1")) == "audit log: record failed: disk full"


def test_decorators_know_their_plugin_behind_the_registry() -> None:
    """Each plugin has a prefix of its own and is named in the log."""
    entries: list[AuditEntry] = []
    clock = FrozenClock(now=NOW)

    async def use() -> list[str]:
        inner = MemoryBlobStore()
        async with ResourceRegistry() as resources:
            resources.register("blob_store", inner, owned=False)
            resources.decorate_each("blob_store", PrefixedBlobStore)
            resources.decorate_each(
                "blob_store",
                lambda store, plugin: AuditedBlobStore(
                    store, plugin, clock=clock, record=entries.append
                ),
            )
            for plugin in ("mail", "billing"):
                scope = resources.scope(plugin, required=["blob_store"])
                await scope.resources.blob_store.put("report", b"")
        return await inner.list()

    assert asyncio.run(use()) == ["billing/report", "mail/report"]
    assert [(each.plugin, each.target) for each in entries] == [
        ("mail", "report"),
        ("billing", "report"),
    ]

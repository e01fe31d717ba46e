"""The store in memory, alone and behind the generated wrapper."""

from __future__ import annotations

import itertools
import os
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from dagstack.contracts import ForwardingBlobStore
from dagstack.resources import InMemoryBlobStore, MemoryBlobStore
from tests.resources.blobs.suite import BlobStoreSuite, ContentTypeSuite, put_all, run

if TYPE_CHECKING:
    from dagstack.contracts import BlobStore


class TestInMemoryBlobStore(ContentTypeSuite, BlobStoreSuite):
    """The store in memory."""

    @pytest.fixture
    def store(self) -> InMemoryBlobStore:
        """Give an empty store."""
        return InMemoryBlobStore()


class TestForwardingBlobStore(BlobStoreSuite):
    """The generated wrapper changes nothing."""

    @pytest.fixture
    def store(self) -> ForwardingBlobStore:
        """Give a wrapped empty store."""
        return ForwardingBlobStore(InMemoryBlobStore())

    async def aclose(self, store: BlobStore) -> None:
        """Close the store inside."""
        assert isinstance(store, ForwardingBlobStore)
        assert isinstance(store.inner, InMemoryBlobStore)
        await store.inner.aclose()


def test_has_two_names() -> None:
    """`MemoryBlobStore` is another name of `InMemoryBlobStore`."""
    assert MemoryBlobStore is InMemoryBlobStore


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")  # forks beside threads
def test_gives_a_forked_child_a_copy() -> None:
    """A child sees what was there at the fork, and what it stores is its own."""
    store = InMemoryBlobStore()
    run(store.put("before", b"1"))
    child = os.fork()
    if not child:
        try:
            run(store.put("child", b"2"))
            right = run(store.list()) == ["before", "child"]
            os._exit(0 if right else 1)
        finally:
            os._exit(2)
    assert os.waitpid(child, 0)[1] == 0
    assert run(store.list()) == ["before"]


def test_lists_while_other_threads_store() -> None:
    """Listing never meets a store that changes under it, however often threads take turns."""
    store = InMemoryBlobStore()
    staying = [f"stays/{number}" for number in range(2000)]
    run(put_all(store, staying))
    done = threading.Event()

    async def disturb() -> None:
        for number in itertools.count():
            if done.is_set():
                return
            await store.put(f"comes/{number}", b"")

    async def watch() -> None:
        for _ in range(50):
            assert await store.list("stays/") == sorted(staying)

    interval = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    try:
        with ThreadPoolExecutor(2) as pool:
            disturbing = pool.submit(run, disturb())
            try:
                run(watch())
            finally:
                done.set()
            disturbing.result()
    finally:
        sys.setswitchinterval(interval)


def test_says_what_it_holds() -> None:
    """Its representation counts, and shows no blob."""
    store = InMemoryBlobStore()
    run(store.put("secret", b"secret"))
    assert repr(store) == "<InMemoryBlobStore with 1 blobs>"

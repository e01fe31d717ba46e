"""Blob stores before their suite."""

from __future__ import annotations

import functools
import itertools
from typing import TYPE_CHECKING, ClassVar

import pytest

from dagstack.conformance.pytest import BlobStoreConformance
from dagstack.contracts import ForwardingBlobStore
from dagstack.resources import FilesystemBlobStore, InMemoryBlobStore, S3BlobStore
from dagstack.resources.decorators import PrefixedBlobStore, ReadOnlyBlobStore
from tests.conformance.blob_bodies import IN_FILES
from tests.resources.blobs.moto_service import moto_backend, moto_service
from tests.resources.blobs.s3_servers import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
    from pathlib import Path

    from dagstack.conformance import Action, Body, Factory
    from dagstack.contracts import BlobStore

ALONE = "each one keeps its blobs in its own memory"


class TestInMemoryBlobStore(BlobStoreConformance):
    """The store in memory, also behind what lets callers only read."""

    stands_for: ClassVar[Sequence[str]] = ("BlobStore", "ReadOnlyBlobStore")
    has: ClassVar[Collection[str]] = ("content_types",)
    lacks: ClassVar[Mapping[str, str]] = {"shared": ALONE, "kill": ALONE}

    @pytest.fixture
    def subjects(self) -> Mapping[str, Factory]:
        """Make an empty one each time."""
        return {"BlobStore": InMemoryBlobStore, "ReadOnlyBlobStore": read_only}


def read_only(inner: BlobStore) -> ReadOnlyBlobStore:
    """Wrap a store."""
    return ReadOnlyBlobStore(inner)


class TestFilesystemBlobStore(BlobStoreConformance):
    """The store in files."""

    stands_for: ClassVar[Sequence[str]] = (
        "BlobStore",
        "FilesystemBlobStore",
        "FailingBlobStore",
        "ReadOnlyBlobStore",
    )
    has: ClassVar[Collection[str]] = ("shared", "content_types", "kill")
    by_hand: ClassVar[Mapping[str, Body]] = IN_FILES

    @pytest.fixture
    def subjects(self, tmp_path: Path) -> Mapping[str, Factory]:
        """Make stores in one folder for each case."""

        def failing() -> FilesystemBlobStore:
            store = FilesystemBlobStore(tmp_path / "gone")
            store.root.rename(tmp_path / "elsewhere")
            return store

        return {
            "BlobStore": functools.partial(FilesystemBlobStore, tmp_path / "root"),
            "FilesystemBlobStore": FilesystemBlobStore,
            "FailingBlobStore": failing,
            "ReadOnlyBlobStore": read_only,
        }


_numbers = itertools.count()


@pytest.fixture(scope="module")
def bucket() -> Iterator[Callable[[], tuple[int, str]]]:
    """Run moto's service; give what makes an empty bucket, and returns the port and its name."""
    with moto_service() as port:

        def make() -> tuple[int, str]:
            name = f"conformance-{next(_numbers)}"
            moto_backend().create_bucket(name, "us-east-1")
            return port, name

        yield make


class TestS3BlobStore(BlobStoreConformance):
    """The store in S3, on moto's service."""

    stands_for: ClassVar[Sequence[str]] = ("BlobStore", "FailingBlobStore", "ReadOnlyBlobStore")
    has: ClassVar[Collection[str]] = ("shared", "content_types")
    lacks: ClassVar[Mapping[str, str]] = {
        "kill": "a blob is put by one request, which the service takes whole or not at all"
    }

    @pytest.fixture
    def subjects(self, bucket: Callable[[], tuple[int, str]]) -> Mapping[str, Factory]:
        """Make stores in one bucket for each case."""
        port, name = bucket()

        def make() -> S3BlobStore:
            return open_store(port, bucket=name, timeout=30)

        return {
            "BlobStore": make,
            "FailingBlobStore": lambda: open_store(port, bucket="no-such-bucket"),
            "ReadOnlyBlobStore": read_only,
        }


class TestForwardingBlobStore(BlobStoreConformance):
    """The generated wrapper, which changes nothing: what is closed is what it wraps."""

    lacks: ClassVar[Mapping[str, str]] = {
        "content_types": "the interface does not tell them",
        "shared": ALONE,
        "kill": ALONE,
    }

    @pytest.fixture
    def actions(self) -> Mapping[str, Action]:
        """Reach what is wrapped."""
        return {"BlobStore.close": close}

    @pytest.fixture
    def make(self) -> Factory:
        """Wrap an empty store."""
        return lambda: ForwardingBlobStore(InMemoryBlobStore())


async def close(store: ForwardingBlobStore) -> None:
    """Close what is wrapped."""
    assert isinstance(store.inner, InMemoryBlobStore)
    await store.inner.aclose()


class TestPrefixedBlobStore(BlobStoreConformance):
    """A store within a store."""

    has: ClassVar[Collection[str]] = ("content_types",)
    lacks: ClassVar[Mapping[str, str]] = {"shared": ALONE, "kill": ALONE}
    expected_failures: ClassVar[Mapping[str, str]] = {
        "the_longest_keys_are_keys": "the prefix takes ten of the 1024 bytes"
    }

    @pytest.fixture
    def actions(self) -> Mapping[str, Action]:
        """Reach what is wrapped."""

        async def content_type(store: ForwardingBlobStore, key: str) -> str:
            assert isinstance(store.inner, InMemoryBlobStore)
            return await store.inner.content_type(f"tenants/7/{key}")

        return {"BlobStore.close": close, "BlobStore.content_type": content_type}

    @pytest.fixture
    def make(self) -> Factory:
        """Wrap an empty store."""
        return lambda: PrefixedBlobStore(InMemoryBlobStore(), "tenants/7")

"""What every blob store must show, whatever it stores in: a class to inherit from.

A subclass gives a fixture `store` with an open and empty store. The tests are plain functions that
run an event loop each, as plugins do.
"""

from __future__ import annotations

import asyncio
import threading
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, Protocol, TypeVar, cast

import pytest

from dagstack.contracts import (
    BlobNotFound,
    BlobStore,
    InvalidArgument,
    InvalidBlobKey,
    ResourceClosed,
    ResourceError,
)
from tests.resources.blobs.samples import APART, REFUSED, SORTED

if TYPE_CHECKING:
    from collections.abc import Callable, Coroutine, Iterable

T = TypeVar("T")


class TypedBlobStore(BlobStore, Protocol):
    """A store that tells content types."""

    async def content_type(self, key: str) -> str:
        """Return the content type of a blob."""
        ...


def run(work: Coroutine[Any, Any, T]) -> T:
    """Run work in an event loop of its own."""
    return asyncio.run(work)


async def put_all(store: BlobStore, keys: Iterable[str]) -> None:
    """Store every key's own name under it."""
    for key in keys:
        await store.put(key, key.encode())


class BlobStoreSuite:
    """What every blob store must show."""

    @pytest.fixture
    def store(self) -> BlobStore:
        """Give an empty store."""
        raise NotImplementedError

    async def aclose(self, store: BlobStore) -> None:
        """Close the store."""
        await cast("Any", store).aclose()

    def fill(self, store: BlobStore, keys: list[str]) -> None:
        """Store an empty blob under each key, by a faster way if there is one."""

        async def fill() -> None:
            await asyncio.gather(*(store.put(key, b"") for key in keys))

        run(fill())

    # Data

    @pytest.mark.parametrize(
        "data",
        [b"", bytes(range(256)), b"\x00", b"\r\n" * 10, bytes(range(256)) * 24_000],
        ids=["empty", "all bytes", "zero", "lines", "6 MB"],
    )
    def test_returns_what_was_stored(self, store: BlobStore, data: bytes) -> None:
        """Any bytes come back as they were."""

        async def scenario() -> bytes:
            await store.put("key", data)
            return await store.get("key")

        assert data == run(scenario())

    @pytest.mark.parametrize("make", [bytearray, lambda data: memoryview(bytearray(data))])
    def test_copies_what_can_change(
        self, store: BlobStore, make: Callable[[bytes], bytearray]
    ) -> None:
        """Changing what was given changes no blob."""

        async def scenario() -> bytes:
            data = make(b"before")
            await store.put("key", cast("bytes", data))
            data[:] = b"after!"
            return await store.get("key")

        assert run(scenario()) == b"before"

    def test_returns_bytes(self, store: BlobStore) -> None:
        """The result is of the type `bytes` and no view of something that may change."""

        async def scenario() -> bytes:
            await store.put("key", b"data")
            return await store.get("key")

        assert type(run(scenario())) is bytes

    @pytest.mark.parametrize("data", ["text", None, 5, ["a"]])
    def test_refuses_what_is_no_bytes(self, store: BlobStore, data: object) -> None:
        """Text, numbers and the like are a `TypeError`, and nothing is stored."""

        async def scenario() -> bool:
            with pytest.raises(TypeError, match="data must be bytes"):
                await store.put("key", cast("bytes", data))
            return await store.exists("key")

        assert run(scenario()) is False

    def test_overwrites_with_less(self, store: BlobStore) -> None:
        """A shorter blob leaves no tail of the longer one."""

        async def scenario() -> bytes:
            await store.put("key", b"a long blob")
            await store.put("key", b"short")
            return await store.get("key")

        assert run(scenario()) == b"short"

    # What is missing

    def test_tells_what_is_missing(self, store: BlobStore) -> None:
        """A key that holds nothing is not found, does not exist, and may be deleted."""

        async def scenario() -> bool:
            await store.delete("no/such")
            with pytest.raises(BlobNotFound) as caught:
                await store.get("no/such")
            assert (caught.value.key, str(caught.value)) == (
                "no/such",
                "no blob is stored under no/such",
            )
            return await store.exists("no/such")

        assert run(scenario()) is False

    def test_deletes(self, store: BlobStore) -> None:
        """A deleted blob is gone, may be deleted again, and may come back."""

        async def scenario() -> tuple[bool, bool, list[str], bytes]:
            await store.put("a/b", b"1")
            before = await store.exists("a/b")
            await store.delete("a/b")
            await store.delete("a/b")
            after, keys = await store.exists("a/b"), await store.list()
            await store.put("a/b", b"2")
            return before, after, keys, await store.get("a/b")

        assert run(scenario()) == (True, False, [], b"2")

    def test_knows_keys_from_folders(self, store: BlobStore) -> None:
        """The beginning of a key is no key."""

        async def scenario() -> list[bool]:
            await store.put("a/b/c", b"")
            return [await store.exists(key) for key in ("a", "a/b", "a/b/c", "a/b/c/d")]

        assert run(scenario()) == [False, False, True, False]

    # Keys

    def test_keeps_keys_apart(self, store: BlobStore) -> None:
        """Keys that look alike, contain one another or look like files have a blob each."""

        async def scenario() -> tuple[list[bytes], list[str]]:
            await put_all(store, APART)
            return [await store.get(key) for key in APART], await store.list()

        blobs, keys = run(scenario())
        assert [key.encode() for key in APART] == blobs
        assert sorted(APART) == keys

    def test_deletes_one_of_many(self, store: BlobStore) -> None:
        """Deleting a key leaves those above and below it."""

        async def scenario() -> list[str]:
            await put_all(store, ["a", "a/b", "a/b/c", "a/d"])
            await store.delete("a/b")
            return await store.list()

        assert run(scenario()) == ["a", "a/b/c", "a/d"]

    def test_refuses_what_is_no_key(self, store: BlobStore) -> None:
        """What is no key is refused by every method in the same words, and nothing is stored."""

        async def refusals(key: str) -> set[str]:
            messages: set[str] = set()
            for call in (
                lambda: store.put(key, b"data"),
                lambda: store.get(key),
                lambda: store.delete(key),
                lambda: store.exists(key),
            ):
                with pytest.raises(InvalidBlobKey) as caught:
                    await call()
                assert (caught.value.key, caught.value.argument) == (key, "key")
                messages.add(str(caught.value))
            return messages

        async def scenario() -> list[str]:
            for key in REFUSED:
                (message,) = await refusals(key)
                assert message.startswith("key cannot name a blob: it ")
            return await store.list()

        assert run(scenario()) == []

    @pytest.mark.parametrize("key", [None, b"a", 5])
    def test_refuses_what_is_no_text(self, store: BlobStore, key: object) -> None:
        """A key that is no text is a `TypeError`."""

        async def scenario() -> None:
            for call in (
                lambda: store.put(cast("str", key), b""),
                lambda: store.get(cast("str", key)),
                lambda: store.list(cast("str", key)),
            ):
                with pytest.raises(TypeError, match="must be str"):
                    await call()

        run(scenario())

    def test_refuses_a_broken_content_type(self, store: BlobStore) -> None:
        """A content type that cannot be a header's value is refused, and nothing is stored."""

        async def scenario() -> bool:
            for wrong in ("a\r\nX-Evil: 1", "a\n", "\x00", "é", " a", "a ", " ", "x" * 1025):
                with pytest.raises(InvalidArgument, match=r"^content_type: it ") as caught:
                    await store.put("key", b"", content_type=wrong)
                assert not isinstance(caught.value, InvalidBlobKey)
            return await store.exists("key")

        assert run(scenario()) is False

    # Lists

    def test_lists_in_order_of_utf_8(self, store: BlobStore) -> None:
        """Keys come in the order of code points, which is not that of UTF-16."""

        async def scenario() -> list[str]:
            await put_all(store, reversed(SORTED))
            return await store.list()

        assert list(SORTED) == run(scenario())

    @pytest.mark.parametrize(
        ("prefix", "expected"),
        [
            ("", ["a", "a%b", "a*b", "a/b", "a/b/c", "a/bc", "a[x]", "ab", "b"]),
            ("a", ["a", "a%b", "a*b", "a/b", "a/b/c", "a/bc", "a[x]", "ab"]),
            ("a/", ["a/b", "a/b/c", "a/bc"]),
            ("a/b", ["a/b", "a/b/c", "a/bc"]),
            ("a/b/", ["a/b/c"]),
            ("a/b/c", ["a/b/c"]),
            ("ab", ["ab"]),
            ("a%", ["a%b"]),
            ("a*", ["a*b"]),
            ("a[", ["a[x]"]),
            *((prefix, []) for prefix in ("x", "a/x", "a/b/c/", "A", "%", "*", "?", "a?", "[a-z]")),
        ],
    )
    def test_lists_what_starts_with(
        self, store: BlobStore, prefix: str, expected: list[str]
    ) -> None:
        """A prefix is literal text that may end anywhere in a key."""

        async def scenario() -> list[str]:
            await put_all(store, ["a", "a%b", "a*b", "a/b", "a/b/c", "a/bc", "a[x]", "ab", "b"])
            return await store.list(prefix)

        assert expected == run(scenario())

    def test_lists_nothing_for_what_starts_no_key(self, store: BlobStore) -> None:
        """A prefix that no key can start with finds nothing and is no error."""
        starting = {"", ".", "..", "a/", "a/.", "a/.."}

        async def scenario() -> list[list[str]]:
            await put_all(store, ["a", "a/b", "x" * 1024])
            return [await store.list(prefix) for prefix in REFUSED if prefix not in starting]

        assert not any(run(scenario()))

    def test_lists_names_that_begin_with_dots(self, store: BlobStore) -> None:
        """A prefix may end in dots that no segment could consist of."""

        async def scenario() -> list[list[str]]:
            await put_all(store, [".a", "..b", "c/.d", "c/..e"])
            return [await store.list(prefix) for prefix in (".", "..", "c/.", "c/..")]

        assert run(scenario()) == [["..b", ".a"], ["..b"], ["c/..e", "c/.d"], ["c/..e"]]

    def test_lists_more_than_a_page(self, store: BlobStore) -> None:
        """More keys than services give at a time are listed whole."""
        keys = [f"many/{number:04}" for number in range(1101)]
        self.fill(store, [*keys, "mane", "many", "manz"])
        assert keys == run(store.list("many/"))

    def test_lists_what_stays_once(self, store: BlobStore) -> None:
        """While others come, go and change, a key that stays is listed once."""
        staying = [f"d/{number:02}/stays" for number in range(20)]
        run(put_all(store, staying))
        done = threading.Event()

        async def disturb() -> None:
            while not done.is_set():
                await asyncio.gather(
                    *(store.put(f"d/{number:02}/comes", b"") for number in range(0, 20, 5)),
                    *(store.put(key, b"again") for key in staying[::5]),
                )
                await asyncio.gather(
                    *(store.delete(f"d/{number:02}/comes") for number in range(0, 20, 5))
                )

        async def watch() -> list[list[str]]:
            return [await store.list("d/") for _ in range(10)]

        with ThreadPoolExecutor(1) as pool:
            disturbing = pool.submit(run, disturb())
            try:
                lists = run(watch())
            finally:
                done.set()
            disturbing.result()
        for keys in lists:
            assert sorted(set(keys)) == keys
            assert set(staying) <= set(keys)

    # Many at once

    def test_serves_threads_with_loops_of_their_own(self, store: BlobStore) -> None:
        """Eight threads, each with an event loop, share one store."""

        async def work(thread: int) -> list[bytes]:
            keys = [f"{thread}/{number}" for number in range(6)]
            await asyncio.gather(*(store.put(key, key.encode() * 500) for key in keys))
            blobs = await asyncio.gather(*(store.get(key) for key in keys))
            assert sorted(keys) == await store.list(f"{thread}/")
            await asyncio.gather(*(store.delete(key) for key in keys[1:]))
            return blobs

        with ThreadPoolExecutor(8) as pool:
            results = list(pool.map(lambda thread: run(work(thread)), range(8)))
        expected = [[f"{thread}/{n}".encode() * 500 for n in range(6)] for thread in range(8)]
        assert expected == results
        assert run(store.list()) == [f"{thread}/0" for thread in range(8)]

    def test_never_mixes_two_blobs(self, store: BlobStore) -> None:
        """Fifty writers and readers of one key see whole blobs only."""

        async def scenario() -> list[bytes]:
            await store.put("key", bytes([0]) * 4000)
            writers = [store.put("key", bytes([n]) * (4000 + 97 * n)) for n in range(1, 26)]
            readers = [store.get("key") for _ in range(25)]
            calls = [call for pair in zip(writers, readers, strict=True) for call in pair]
            return [blob for blob in await asyncio.gather(*calls) if blob is not None]

        for blob in run(scenario()):
            assert blob == bytes([blob[0]]) * (4000 + 97 * blob[0])

    def test_survives_cancellation(self, store: BlobStore) -> None:
        """A cancelled put has had its whole effect or none, and the store goes on."""

        async def scenario() -> None:
            for yields in range(12):
                old, new = b"old" * 300_000, b"new!" * 300_000
                await store.put("key", old)
                task = asyncio.ensure_future(store.put("key", new))
                for _ in range(yields):
                    await asyncio.sleep(0)
                task.cancel()
                await asyncio.wait([task])
                assert await store.get("key") in {old, new}
                assert await store.list() == ["key"]

        run(scenario())

    # Its life

    def test_closes_once(self, store: BlobStore) -> None:
        """Closing again, or many times at once, does nothing."""

        async def scenario() -> None:
            await asyncio.gather(*(self.aclose(store) for _ in range(5)))
            await self.aclose(store)

        run(scenario())
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda _: run(self.aclose(store)), range(4)))

    def test_refuses_use_after_closing(self, store: BlobStore) -> None:
        """Every method of a closed store raises `ResourceClosed`, whatever it is asked."""

        async def scenario() -> None:
            await store.put("key", b"data")
            await self.aclose(store)
            for call in (
                lambda: store.put("key", b""),
                lambda: store.get("key"),
                lambda: store.delete("key"),
                store.list,
                lambda: store.exists("key"),
                lambda: store.get("../no key"),
            ):
                with pytest.raises(ResourceClosed):
                    await call()

        run(scenario())

    def test_closes_amid_work(self, store: BlobStore) -> None:
        """What runs while the store is closed comes to its end, or fails as closed."""

        async def scenario() -> list[BaseException]:
            tasks = [asyncio.ensure_future(store.put(f"k{n}", b"x" * 9000)) for n in range(20)]
            await asyncio.sleep(0)
            await self.aclose(store)
            outcomes = await asyncio.gather(*tasks, return_exceptions=True)
            return [outcome for outcome in outcomes if outcome is not None]

        assert [
            type(error) for error in run(scenario()) if not isinstance(error, ResourceError)
        ] == []

    def test_is_a_blob_store(self, store: BlobStore) -> None:
        """It has the members of the interface, and is true."""
        assert isinstance(store, BlobStore)
        assert bool(store) is True


class ContentTypeSuite:
    """What stores show that tell content types."""

    def test_keeps_content_types(self, store: TypedBlobStore) -> None:
        """A content type is kept as it is, for one key, and replaced with the bytes."""
        given = 'text/plain; charset=utf-8; note="a b"'

        async def scenario() -> list[str]:
            await store.put("a", b"1", content_type=given)
            await store.put("b", b"1", content_type="image/png")
            kinds = [await store.content_type("a"), await store.content_type("b")]
            await store.put("a", b"2")
            await store.put("b", b"2", content_type="")
            return [*kinds, await store.content_type("a"), await store.content_type("b")]

        default = "application/octet-stream"
        assert run(scenario()) == [given, "image/png", default, default]

    def test_has_no_content_type_without_a_blob(self, store: TypedBlobStore) -> None:
        """Asking for the content type of a key that holds nothing finds nothing."""

        async def scenario() -> None:
            with pytest.raises(BlobNotFound):
                await store.content_type("no/such")
            with pytest.raises(InvalidBlobKey):
                await store.content_type("../x")

        run(scenario())

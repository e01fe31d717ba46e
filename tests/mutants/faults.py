"""Every fault of ``mutants.json`` in Python, and the same implementations without it."""

from __future__ import annotations

import functools
import inspect
from typing import TYPE_CHECKING, Any

from dagstack.conformance import Harness
from dagstack.contracts import AlreadyExists, BlobNotFound
from dagstack.resources import (
    DeterministicRng,
    FrozenClock,
    InMemoryBlobStore,
    ResourceRegistry,
    StubHttpClient,
    SystemTempDir,
)
from tests.conformance.http_bodies import OF_THE_STUB
from tests.conformance.http_clients import answer, calls
from tests.conformance.test_registries import ACTIONS
from tests.conformance.tmpdir_bodies import WITH_PROCESSES

if TYPE_CHECKING:
    import builtins
    from collections.abc import Callable, Mapping
    from datetime import datetime, timedelta
    from pathlib import Path

    from dagstack.contracts import HttpResponse


class WithoutCase(InMemoryBlobStore):
    """Folds keys."""

    async def put(self, key: str, data: bytes, *, content_type: str | None = None) -> None:
        """Store under another key."""
        await super().put(key.lower(), data, content_type=content_type)

    async def get(self, key: str) -> bytes:
        """Look under another key."""
        return await super().get(key.lower())


class InUtf16(InMemoryBlobStore):
    """Sorts as JavaScript does."""

    async def list(self, prefix: str = "") -> builtins.list[str]:
        """Sort by units of UTF-16."""
        return sorted(await super().list(prefix), key=lambda key: key.encode("utf-16-be"))


class ByFolder(InMemoryBlobStore):
    """Takes a prefix for a folder."""

    async def list(self, prefix: str = "") -> builtins.list[str]:
        """List what lies below it."""
        folder = f"{prefix.rstrip('/')}/" if prefix else ""
        return [key for key in await super().list() if key.startswith(folder)]


class OnePage(InMemoryBlobStore):
    """Knows of one page."""

    async def list(self, prefix: str = "") -> builtins.list[str]:
        """Stop after a thousand."""
        return (await super().list(prefix))[:1000]


class Insistent(InMemoryBlobStore):
    """Deletes only what is there."""

    async def delete(self, key: str) -> None:
        """Tell of what is missing."""
        if not await self.exists(key):
            raise BlobNotFound(key)
        await super().delete(key)


class Aliasing(InMemoryBlobStore):
    """Keeps what it is given."""

    async def put(self, key: str, data: bytes, *, content_type: str | None = None) -> None:
        """Store no copy."""
        await super().put(key, data, content_type=content_type)
        self._blobs[key] = (data, self._blobs[key][1])

    async def get(self, key: str) -> bytes:
        """Return plain bytes at least."""
        return bytes(await super().get(key))


class LeavingTails(InMemoryBlobStore):
    """Writes over what was there."""

    async def put(self, key: str, data: bytes, *, content_type: str | None = None) -> None:
        """Replace the beginning."""
        before = await self.get(key) if await self.exists(key) else b""
        await super().put(key, bytes(data) + before[len(data) :], content_type=content_type)


class NeverClosed(InMemoryBlobStore):
    """Can be used for ever."""

    async def aclose(self) -> None:
        """Do nothing."""


class Zoneless(FrozenClock):
    """Tells a naive time."""

    def now(self) -> datetime:
        """Drop the zone."""
        return super().now().replace(tzinfo=None)


class Floating(FrozenClock):
    """Adds up floats."""

    def __init__(self, *, now: datetime) -> None:
        super().__init__(now=now)
        self._sum = 0.0

    def advance(self, seconds: float | timedelta) -> None:
        """Round the sum, not the amount."""
        assert isinstance(seconds, int | float)
        self._sum += seconds
        self.advance_ns(int(self._sum * 1e9) - self.monotonic_ns())


class Thrifty(DeterministicRng):
    """Draws nothing where there is nothing to choose."""

    def next_int(self, low: int, high: int) -> int:
        """Return the one integer that there is."""
        return low if low == high else super().next_int(low, high)


class BelowHigh(DeterministicRng):
    """Leaves out the upper bound."""

    def next_int(self, low: int, high: int) -> int:
        """Draw below it."""
        return super().next_int(low, high - 1 if high > low else high)


class AllRandom(DeterministicRng):
    """Makes UUIDs that say nothing of their version."""

    def uuid4(self) -> str:
        """Set no version."""
        good = super().uuid4()
        return f"{good[:14]}0{good[15:]}"


class Cleaning(StubHttpClient):
    """Sends what is left of a header value."""

    async def get(self, url: str, *, headers: Mapping[str, str] | None = None) -> HttpResponse:  # type: ignore[override]
        """Drop what cannot be sent."""
        clean = {
            name: "".join(filter(str.isprintable, value.encode("ascii", "ignore").decode()))
            for name, value in (headers or {}).items()
        }
        return await super().get(url, headers=clean)


class Overwriting(SystemTempDir):
    """Makes files as ``open(…, "w")`` does."""

    def create_file(self, name: str, *, suffix: str = "") -> Path:
        """Empty what has the name."""
        try:
            return super().create_file(name, suffix=suffix)
        except AlreadyExists:
            path = self.path / f"{name}{suffix}"
            if path.is_file():
                path.write_bytes(b"")
            return path


class Listing(ResourceRegistry):
    """Closes what is on a list of its own, the last one first."""

    def __init__(self) -> None:
        super().__init__()
        self._registered: list[Any] = []

    def register(
        self, name: str, resource: object, *, replace: bool = False, owned: bool = True
    ) -> None:
        """Own nothing, and keep a list."""
        del owned
        super().register(name, resource, replace=replace, owned=False)
        self._registered.append(resource)

    async def aclose(self) -> None:
        """Close each entry of the list."""
        registered, self._registered = self.in_order(self._registered), []
        for each in registered:
            close = getattr(each, "aclose", None) or getattr(each, "close", None)
            done = close() if close else None
            if inspect.isawaitable(done):
                await done
        await super().aclose()

    def in_order(self, registered: list[Any]) -> list[Any]:
        """In which to close what was registered."""
        return registered[::-1]


class FirstFirst(Listing):
    """Closes what was registered first before all others."""

    def in_order(self, registered: list[Any]) -> list[Any]:
        """Begin with the first one, once for all its names."""
        return list({id(each): each for each in registered}.values())


def _blob_store(kind: Callable[[], object]) -> Harness:
    alone = {"shared": "a mutant", "kill": "a mutant"}
    return Harness(name="Mutant", subjects={"BlobStore": kind}, has=["content_types"], lacks=alone)


def _clock(kind: Callable[..., object]) -> Harness:
    return Harness(name="Mutant", subjects={"FrozenClock": kind})


def _rng(kind: Callable[..., object]) -> Harness:
    subjects: dict[str, Callable[..., object]] = {
        "Rng": functools.partial(kind, seed=7),
        "DeterministicRng": kind,
    }
    return Harness(name="Mutant", subjects=subjects)


def _http_client(kind: Callable[..., object]) -> Harness:
    return Harness(
        name="Mutant",
        subjects={"HttpClient": kind, "StubHttpClient": kind},
        actions={"StubHttpClient.answer": answer, "StubHttpClient.calls": calls},
        by_hand=OF_THE_STUB,
    )


def _tmpdir(kind: Callable[..., object], folder: Path) -> Harness:
    return Harness(
        name="Mutant",
        subjects={"TempDir": lambda parent: kind(parent or folder)},
        lacks={"kill": "a mutant", "exit_hooks": "a mutant"},
        by_hand=WITH_PROCESSES,
    )


def _registry(kind: Callable[..., object]) -> Harness:
    return Harness(
        name="Mutant",
        subjects={"Registry": kind, "DeterministicRng": DeterministicRng},
        actions=ACTIONS,
    )


FAULTS: dict[str, Callable[..., object]] = {
    "a_key_counts_without_case": WithoutCase,
    "a_list_comes_in_utf_16_order": InUtf16,
    "a_prefix_is_a_folder": ByFolder,
    "delete_tells_of_what_is_missing": Insistent,
    "put_keeps_a_reference": Aliasing,
    "a_list_ends_after_a_thousand": OnePage,
    "put_leaves_a_tail": LeavingTails,
    "a_closed_store_goes_on": NeverClosed,
    "now_is_in_no_zone": Zoneless,
    "time_is_a_float": Floating,
    "high_is_left_out": BelowHigh,
    "a_range_of_one_draws_nothing": Thrifty,
    "a_uuid_is_all_random": AllRandom,
    "a_line_break_is_sent": Cleaning,
    "a_file_is_made_over_another": Overwriting,
    "the_first_is_closed_first": FirstFirst,
    "an_object_with_two_names_is_closed_twice": Listing,
}

GOOD: dict[str, Callable[..., object]] = {
    "blob_store": InMemoryBlobStore,
    "clock": FrozenClock,
    "rng": DeterministicRng,
    "http_client": StubHttpClient,
    "tmpdir": SystemTempDir,
    "registry": ResourceRegistry,
}
"""By suite, what the faults are in."""


def harness(suite: str, kind: Callable[..., object]) -> Harness | Callable[[Path], Harness]:
    """Put a kind of implementation before its suite."""
    if suite == "tmpdir":
        return functools.partial(_tmpdir, kind)
    makers = {
        "blob_store": _blob_store,
        "clock": _clock,
        "rng": _rng,
        "http_client": _http_client,
        "registry": _registry,
    }
    return makers[suite](kind)

"""What may be registered, under which names."""

from __future__ import annotations

import asyncio
import gc
import sys
import threading
import warnings

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagstack.contracts import (
    RESOURCES,
    AlreadyExists,
    InvalidArgument,
    MissingResources,
    ResourceClosed,
    UnfitResource,
)
from dagstack.resources import MemoryBlobStore, ResourceRegistry
from tests.resources.registry.things import Closing, FixedClock

LACKING = ("delete", "list", "exists")
SNAKE = st.from_regex(r"[a-z][a-z0-9]*(_[a-z0-9]+)*", fullmatch=True).map(lambda n: f"{n}_x")


def test_an_empty_registry_is_true() -> None:
    """A host that writes ``registry or ResourceRegistry()`` must not lose it."""
    assert bool(ResourceRegistry()) is True


def test_what_is_registered_is_there() -> None:
    """Names come in order of registration, and each gives its object."""
    registry = ResourceRegistry()
    clock = FixedClock()
    registry.register("clock", clock, owned=False)
    registry.register("postgres", "pool", owned=False)
    assert registry.names() == ["clock", "postgres"]
    assert "clock" in registry
    assert "rng" not in registry
    assert clock is registry.get("clock")


@given(SNAKE)
def test_any_name_in_snake_case_is_accepted(name: str) -> None:
    """The convention of hosts is a rule here."""
    registry = ResourceRegistry()
    registry.register(name, object(), owned=False)
    assert [name] == registry.names()


@pytest.mark.parametrize(
    "name",
    ["", "Clock", "rate-limiter", "_private", "a__b", "a_", "1st", "a b", "é", "class", "get"],
)
def test_other_names_are_refused(name: str) -> None:
    """A plugin must be able to write ``ctx.resources.<name>`` and mean the resource."""
    registry = ResourceRegistry()
    with pytest.raises(InvalidArgument, match="name"):
        registry.register(name, object())
    with pytest.raises(InvalidArgument, match="name"):
        registry.register_factory(name, lambda _plugin: object())
    assert registry.names() == []


def test_a_name_that_is_no_text_is_refused() -> None:
    """Without a ``TypeError`` from the depths."""
    with pytest.raises(InvalidArgument, match="7 is not a name in snake_case"):
        ResourceRegistry().register(7, object())  # type: ignore[arg-type]


def test_a_taken_name_is_refused_and_says_who_took_it() -> None:
    """What has the name stays, and the note names the line."""
    registry = ResourceRegistry()
    registry.register("postgres", "first", owned=False)
    line = sys._getframe().f_lineno - 1  # noqa: SLF001
    with pytest.raises(AlreadyExists, match="postgres already exists") as caught:
        registry.register("postgres", "second", owned=False)
    note = f"it was registered at {__file__}:{line}; `replace=True` replaces it"
    assert [note] == caught.value.__notes__
    assert registry.get("postgres") == "first"


def test_a_taken_name_can_be_replaced() -> None:
    """If the host asks for it."""
    registry = ResourceRegistry()
    registry.register("postgres", "first", owned=False)
    registry.register("postgres", "second", owned=False, replace=True)
    assert registry.get("postgres") == "second"
    assert registry.names() == ["postgres"]


def test_an_unfit_object_is_refused_with_all_that_is_wrong() -> None:
    """The message lists the missing members and those that cannot be called."""

    class HalfAStore:
        put = None

        async def get(self, key: str) -> bytes:
            return key.encode()

    registry = ResourceRegistry()
    with pytest.raises(UnfitResource) as caught:
        registry.register("blob_store", HalfAStore())
    problems = ["its put is not callable", *(f"it has no method {m}" for m in LACKING)]
    assert problems == list(caught.value.problems)
    assert caught.value.interface == "BlobStore"
    assert str(caught.value).startswith("blob_store is not a BlobStore: its put is not callable,")
    assert str(caught.value).endswith("HalfAStore)")
    assert "blob_store" not in registry


@pytest.mark.parametrize("name", sorted(RESOURCES))
def test_every_standard_name_is_checked(name: str) -> None:
    """An object without any member fits none of them."""
    with pytest.raises(UnfitResource, match=f"{name} is not a {RESOURCES[name].__name__}"):
        ResourceRegistry().register(name, object())


def test_a_class_in_place_of_an_object_is_refused() -> None:
    """It has all the members, and none would work."""
    with pytest.raises(UnfitResource, match="it is the class InMemoryBlobStore"):
        ResourceRegistry().register("blob_store", MemoryBlobStore)


def test_none_is_refused() -> None:
    """It would look like a resource that is missing."""
    for registry in (ResourceRegistry(), ResourceRegistry(partial=True)):
        with pytest.raises(InvalidArgument, match="postgres is None"):
            registry.register("postgres", None)


def test_a_partial_registry_accepts_doubles() -> None:
    """Tests may register what answers only the calls that they make."""
    registry = ResourceRegistry(partial=True)
    double = object()
    registry.register("clock", double, owned=False)
    assert double is registry.get("clock")


def test_an_async_factory_is_refused() -> None:
    """Scopes are opened without waiting."""

    async def factory(_plugin: str) -> object:
        return object()

    with pytest.raises(InvalidArgument, match="must be callable and not async"):
        ResourceRegistry().register_factory("pool", factory)
    with pytest.raises(InvalidArgument, match="must be callable and not async"):
        ResourceRegistry().register_factory("pool", 7)  # type: ignore[arg-type]


def test_a_missing_name_shows_near_misses() -> None:
    """The error is a ``KeyError``, as that of any mapping."""
    registry = ResourceRegistry()
    registry.register("postgres", object(), owned=False)
    with pytest.raises(MissingResources, match=r"asks for postgress \(did you mean postgres\?\)"):
        registry.get("postgress")
    with pytest.raises(KeyError):
        registry.get("zzz")


def test_a_forgotten_registry_is_a_warning() -> None:
    """If it owns something; else nothing is lost."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        owner = ResourceRegistry()
        owner.register("postgres", Closing([], "postgres"))
        borrower = ResourceRegistry()
        borrower.register("postgres", Closing([], "postgres"), owned=False)
        del owner, borrower
        gc.collect()
    assert [str(each.message) for each in caught] == ["unclosed ResourceRegistry(postgres)"]


async def _closed() -> ResourceRegistry:
    registry = ResourceRegistry()
    await registry.aclose()
    return registry


def test_a_closed_registry_refuses_all_use() -> None:
    """With ``ResourceClosed`` and nothing else."""
    registry = asyncio.run(_closed())
    for use in (
        lambda: registry.register("postgres", object()),
        lambda: registry.register_factory("tmpdir", lambda _plugin: object()),
        lambda: registry.decorate("postgres", lambda it: it),
        lambda: registry.get("postgres"),
        lambda: registry.scope("plugin"),
        lambda: registry.check({}),
        lambda: asyncio.run(registry.health()),
    ):
        with pytest.raises(ResourceClosed, match="ResourceRegistry is closed"):
            use()


def test_threads_that_register_one_name_have_one_winner() -> None:
    """The others are told that it is taken."""
    registry = ResourceRegistry()
    barrier = threading.Barrier(8)
    outcomes: list[str] = []

    def register(number: int) -> None:
        barrier.wait()
        try:
            registry.register("postgres", number, owned=False)
            outcomes.append("won")
        except AlreadyExists:
            outcomes.append("lost")

    threads = [threading.Thread(target=register, args=[number]) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["lost"] * 7 + ["won"]

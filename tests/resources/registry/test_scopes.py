"""What one plugin sees."""

from __future__ import annotations

import ast
import asyncio
import copy
import inspect
import pickle
from types import MappingProxyType
from typing import TYPE_CHECKING

import pytest

from dagstack.contracts import (
    RESOURCES,
    InvalidArgument,
    MissingResources,
    ResourceClosed,
    StandardResources,
    UndeclaredResource,
    UnfitResource,
    clock_from,
)
from dagstack.resources import (
    DeterministicRng,
    MemoryBlobStore,
    RandomRng,
    ResourceRegistry,
    ScopedResources,
    SystemTempDir,
)
from tests.resources.registry.things import AsyncClosing, Closing, FixedClock

if TYPE_CHECKING:
    from collections.abc import Callable


def _registry(**resources: object) -> ResourceRegistry:
    registry = ResourceRegistry()
    for name, resource in resources.items():
        registry.register(name, resource, owned=False)
    return registry


def test_a_declared_resource_is_an_attribute() -> None:
    """And an item of ``get``, which the host's own interface asks for."""
    clock = FixedClock()
    view = _registry(clock=clock).scope("billing", required=["clock"]).resources
    assert clock is view.clock
    assert clock is asyncio.run(view.get("clock"))
    assert clock is clock_from(view)


def test_an_optional_one_that_is_missing_is_none() -> None:
    """And one that is there is the resource."""
    registry = _registry(cache="cache")
    view = registry.scope("billing", optional=["cache", "metrics"]).resources
    assert view.cache == "cache"
    assert view.metrics is None
    assert asyncio.run(view.get("metrics")) is None
    assert list(view) == ["cache"]
    assert len(view) == 1
    assert "cache" in view
    assert "metrics" not in view


def test_an_undeclared_one_is_an_error_that_says_so() -> None:
    """Although the host has it; ``hasattr`` and ``getattr`` with a default work as ever."""
    view = _registry(clock=FixedClock()).scope("billing").resources
    message = (
        "plugin billing does not declare resource clock: add it to resources.required or "
        "resources.optional of its manifest"
    )
    with pytest.raises(UndeclaredResource) as caught:
        _ = view.clock
    assert message == str(caught.value)
    assert (caught.value.plugin, caught.value.resource) == ("billing", "clock")
    with pytest.raises(UndeclaredResource) as awaited:
        asyncio.run(view.get("clock"))
    assert message == str(awaited.value)
    assert not hasattr(view, "clock")
    assert "clock" not in view


def test_the_error_survives_pickle() -> None:
    """A plugin may run in another process."""
    view = _registry().scope("billing").resources
    with pytest.raises(UndeclaredResource) as caught:
        _ = view.clock
    again = pickle.loads(pickle.dumps(caught.value))  # noqa: S301  (just made)
    assert (str(caught.value), "billing") == (str(again), again.plugin)
    assert isinstance(again, AttributeError)


def test_a_view_cannot_be_changed() -> None:
    """Nor can a plugin reach the host's registry through it."""
    view = _registry(cache="cache").scope("billing", required=["cache"]).resources
    with pytest.raises(AttributeError, match="the host decides"):
        view.cache = "other"
    with pytest.raises(AttributeError, match="the host decides"):
        del view.cache
    assert view.cache == "cache"
    assert isinstance(view, ScopedResources)
    assert repr(view) == "ScopedResources(billing: cache)"
    assert bool(_registry().scope("none").resources) is True


def test_a_view_says_what_was_declared() -> None:
    """So that a shell completes the names."""
    view = _registry().scope("billing", optional=["cache"]).resources
    assert "cache" in dir(view)
    assert repr(view) == "ScopedResources(billing: nothing)"


def test_private_names_are_plain_attribute_errors() -> None:
    """``copy`` and others ask for them."""
    view = _registry(cache="cache").scope("billing", required=["cache"]).resources
    with pytest.raises(AttributeError, match="no attribute '__deepcopy__'"):
        _ = view.__deepcopy__
    with pytest.raises((AttributeError, TypeError)):
        copy.copy(view)


def test_metadata_is_what_the_host_gives() -> None:
    """The host's own container has it, too."""
    metadata = MappingProxyType({"tenant_id": "t1"})
    registry = _registry()
    assert metadata is registry.scope("billing", metadata=metadata).resources.metadata
    assert dict(registry.scope("billing").resources.metadata) == {}


def test_the_view_is_typed_as_the_catalogue_is() -> None:
    """A checker takes it for ``StandardResources``, and no name is forgotten when one is added."""
    registry = _registry(clock=FixedClock())
    view: StandardResources = registry.scope("billing", required=["clock"]).resources
    assert view.clock is not None
    blocks = [
        node
        for node in ast.walk(ast.parse(inspect.getsource(ScopedResources)))
        if isinstance(node, ast.If)
    ]
    typed = {
        ast.unparse(each.target): ast.unparse(each.annotation)
        for each in blocks[0].body
        if isinstance(each, ast.AnnAssign)
    }
    assert {name: kind.__name__ for name, kind in RESOURCES.items()} == typed


def test_all_missing_of_all_plugins_are_one_error() -> None:
    """With the near misses of each, in order of plugin and resource."""
    registry = _registry(clock=FixedClock(), http_pool=object())
    with pytest.raises(MissingResources) as caught:
        registry.check({"mail": ["smtp", "clok"], "billing": ["clock", "http_pol"], "fine": []})
    assert [(each.plugin, each.resource, list(each.near)) for each in caught.value.missing[:2]] == [
        ("billing", "http_pol", ["http_pool"]),
        ("mail", "clok", ["clock"]),
    ]
    assert str(caught.value) == (
        "required resources are missing: plugin billing requires http_pol (did you mean "
        "http_pool?); plugin mail requires clok (did you mean clock?); plugin mail requires smtp"
    )


def test_opening_a_scope_checks_its_needs() -> None:
    """A plugin that cannot work is not set up."""
    made: list[str] = []
    registry = _registry()
    registry.register_factory("tmpdir", made.append)
    with pytest.raises(MissingResources, match="plugin billing requires clock"):
        registry.scope("billing", required=["tmpdir", "clock"])
    assert made == []
    asyncio.run(registry.aclose())


def test_each_plugin_gets_its_own_fork_of_a_seeded_rng() -> None:
    """So its stream depends on the seed and its name, and not on who else draws."""
    registry = _registry(rng=DeterministicRng(seed=42))
    a = registry.scope("a", required=["rng"]).resources.rng
    b = registry.scope("b", required=["rng"]).resources.rng
    a_again = registry.scope("a", required=["rng"]).resources.rng
    assert [source.next_float() for source in (a, b, a_again)] == [
        0.9146699236488833,
        0.18006815347707217,
        0.9146699236488833,
    ]


def test_a_source_that_cannot_fork_is_shared() -> None:
    """The operating system's has no seed."""
    rng = RandomRng()
    assert rng is _registry(rng=rng).scope("a", required=["rng"]).resources.rng


def test_only_rng_is_forked() -> None:
    """A custom resource with a method of that name is its host's business."""
    source = DeterministicRng(seed=1)
    assert source is _registry(dice=source).scope("a", required=["dice"]).resources.dice


def test_a_factory_makes_each_plugin_its_own() -> None:
    """It is told the plugin's name; two plugins never meet in one folder."""
    registry = ResourceRegistry()
    plugins: list[str] = []

    def factory(plugin: str) -> SystemTempDir:
        plugins.append(plugin)
        return SystemTempDir()

    registry.register_factory("tmpdir", factory)

    async def use() -> None:
        async with registry:
            one = registry.scope("one", required=["tmpdir"])
            two = registry.scope("two", required=["tmpdir"])
            assert one.resources.tmpdir.path != two.resources.tmpdir.path
            path = one.resources.tmpdir.create_file("report")
            await one.aclose()
            assert not path.exists()
            assert two.resources.tmpdir.path.exists()

    asyncio.run(use())
    assert plugins == ["one", "two"]


def test_a_factorys_product_is_checked() -> None:
    """Under a standard name it has to fit; what was made is closed with the registry."""
    log: list[str] = []
    registry = ResourceRegistry()
    registry.register_factory("tmpdir", lambda plugin: Closing(log, plugin))
    with pytest.raises(UnfitResource, match=r"tmpdir is not a TempDir: .*made by the factory at"):
        registry.scope("billing", required=["tmpdir"])
    registry.register_factory("pool", lambda _plugin: None)
    with pytest.raises(InvalidArgument, match="pool is None"):
        registry.scope("billing", required=["pool"])
    asyncio.run(registry.aclose())
    assert log == ["billing"]


def test_a_failing_factory_loses_nothing() -> None:
    """What others made for the same plugin is closed with the registry."""
    log: list[str] = []

    def fail(_plugin: str) -> object:
        raise OSError("disk full")

    registry = ResourceRegistry()
    registry.register_factory("a_first", lambda plugin: AsyncClosing(log, plugin))
    registry.register_factory("b_second", fail)
    with pytest.raises(OSError, match="disk full"):
        registry.scope("billing", required=["a_first", "b_second"])
    asyncio.run(registry.aclose())
    assert log == ["billing"]


def test_a_closed_scope_refuses_reads() -> None:
    """With ``ResourceClosed``; what is undeclared stays undeclared."""
    scope = _registry(cache="cache").scope("billing", required=["cache"], optional=["metrics"])
    asyncio.run(scope.aclose())
    for name in ("cache", "metrics"):
        with pytest.raises(ResourceClosed, match=f"resource {name} of plugin billing is closed"):
            getattr(scope.resources, name)
        with pytest.raises(ResourceClosed):
            asyncio.run(scope.resources.get(name))
    assert not hasattr(scope.resources, "clock")
    assert "cache" not in scope.resources
    assert repr(scope) == "<Scope of plugin billing, closed>"


def test_a_scope_leaves_what_is_shared() -> None:
    """Other plugins still use it."""
    store = MemoryBlobStore()

    async def use() -> bytes:
        async with _registry(blob_store=store).scope("billing", required=["blob_store"]) as scope:
            await scope.resources.blob_store.put("a", b"1")
        return await store.get("a")

    assert asyncio.run(use()) == b"1"


def test_products_are_closed_in_reverse_whatever_some_raise() -> None:
    """All failures come together."""
    log: list[str] = []
    errors = {"a": ValueError("a"), "b": None, "c": OSError("c")}
    registry = ResourceRegistry()

    def factory(name: str) -> Callable[[str], Closing]:
        return lambda _plugin: Closing(log, name, errors[name])

    for name in errors:
        registry.register_factory(f"made_{name}", factory(name))
    scope = registry.scope("billing", required=[f"made_{name}" for name in errors])
    with pytest.raises(ExceptionGroup) as caught:
        asyncio.run(scope.aclose())
    assert log == ["c", "b", "a"]
    assert [errors["c"], errors["a"]] == list(caught.value.exceptions)
    asyncio.run(registry.aclose())
    assert log == ["c", "b", "a"]


def test_without_scopes_each_get_of_a_factory_is_new() -> None:
    """So plugins of a host that knows no scopes do not meet either; the registry closes them."""
    log: list[str] = []
    registry = ResourceRegistry()
    registry.register_factory("pool", lambda plugin: Closing(log, plugin))
    assert registry.get("pool") is not registry.get("pool")
    asyncio.run(registry.aclose())
    assert log == ["the host", "the host"]

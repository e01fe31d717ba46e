"""The registry under the real host, ``dagstack-plugin-system``."""

from __future__ import annotations

import asyncio
import inspect
import logging
import sys
from types import MappingProxyType, ModuleType
from typing import TYPE_CHECKING, Any, cast

import pytest
from dagstack.plugin_system import (
    BroadcastCollectDispatcher,
    PluginContext,
    PluginManifest,
    PluginRegistry,
    TeardownErrors,
)

from dagstack.contracts import MissingResources, ResourceClosed, UndeclaredResource
from dagstack.resources import DeterministicRng, ResourceRegistry, SystemTempDir
from dagstack.resources.plugin_host import ScopedPluginRegistry
from tests.resources.registry.things import AsyncClosing, Closing, FixedClock

if TYPE_CHECKING:
    from collections.abc import Sequence

MODULE = "plugins_of_a_test"


class Plugin:
    """A plugin that keeps what it saw, and does what the test says."""

    on_setup: Any = None
    on_teardown: Any = None
    log: list[str]

    async def setup(self, ctx: PluginContext) -> None:
        """Keep the resources."""
        self.seen: Any = ctx.resources
        self.log.append(f"setup {type(self).__name__}")
        if self.on_setup is not None:
            self.on_setup(ctx)

    async def teardown(self) -> None:
        """Say so."""
        self.log.append(f"teardown {type(self).__name__}")
        if self.on_teardown is not None:
            self.on_teardown()


@pytest.fixture
def log() -> list[str]:
    """What happened, in order."""
    return []


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch, log: list[str]) -> ModuleType:
    """A module with two plugins, as the host imports them."""
    module = ModuleType(MODULE)
    for name in ("One", "Two"):
        setattr(module, name, type(name, (Plugin,), {"log": log}))
    monkeypatch.setitem(sys.modules, MODULE, module)
    return module


def _manifest(
    name: str, required: Sequence[str] = (), optional: Sequence[str] = ()
) -> PluginManifest:
    return PluginManifest.model_validate(
        {
            "schema_version": "1",
            "name": name.lower(),
            "kind": "tool",
            "kind_api_version": "1",
            "core_version": ">=0.4",
            "runtime": "in_process",
            "entry_point": f"{MODULE}:{name}",
            "resources": {"required": list(required), "optional": list(optional)},
        }
    )


def _context(plugins: PluginRegistry) -> PluginContext:
    metadata = MappingProxyType({"tenant_id": "t1"})
    logger = logging.getLogger("test")
    return PluginContext(config={}, logger=logger, registry=plugins, metadata=metadata)


def _resources(log: list[str]) -> ResourceRegistry:
    resources = ResourceRegistry()
    resources.register("clock", FixedClock(), owned=False)
    resources.register("rng", DeterministicRng(seed=42), owned=False)
    resources.register("pool", AsyncClosing(log, "close pool"))
    resources.register_factory("session", lambda p: AsyncClosing(log, f"close session of {p}"))
    return resources


@pytest.mark.usefixtures("module")
def test_the_whole_life_is_in_order(log: list[str]) -> None:
    """Setup, teardown in reverse, each plugin's products right after it, and the pool at last."""

    async def live() -> None:
        async with _resources(log) as resources:
            plugins = ScopedPluginRegistry(resources)
            plugins.register_manifest(_manifest("One", ["session", "pool"]))
            plugins.register_manifest(_manifest("Two", ["session", "pool"]))
            await plugins.setup_all(_context(plugins))
            one, two = plugins.iter_instances()
            assert one.seen.session is not two.seen.session
            assert one.seen.pool is two.seen.pool
            await plugins.teardown_all()
            with pytest.raises(ResourceClosed, match="resource pool of plugin one is closed"):
                _ = one.seen.pool

    asyncio.run(live())
    assert log == [
        "setup One",
        "setup Two",
        "teardown Two",
        "close session of two",
        "teardown One",
        "close session of one",
        "close pool",
    ]


@pytest.mark.usefixtures("module")
def test_each_plugin_sees_what_it_declares(log: list[str]) -> None:
    """With its own stream of the seeded source, its own wraps, and the context's metadata."""

    async def live() -> None:
        async with _resources(log) as resources:
            plugins = ScopedPluginRegistry(resources)
            plugins.resources.register("name", "x", owned=False)
            resources.decorate("name", lambda it: f"({it})", plugin="two")
            plugins.register_manifest(_manifest("One", ["rng", "name"], ["cache"]))
            plugins.register_manifest(_manifest("Two", ["rng", "name"]))
            await plugins.setup_all(_context(plugins))
            one, two = plugins.iter_instances()
            forks = [DeterministicRng(seed=42).fork(name) for name in ("one", "two")]
            assert [rng.uuid4() for rng in forks] == [each.seen.rng.uuid4() for each in (one, two)]
            assert (one.seen.name, two.seen.name) == ("x", "(x)")
            assert one.seen.cache is None
            with pytest.raises(UndeclaredResource, match="plugin two does not declare resource"):
                _ = two.seen.clock
            with pytest.raises(UndeclaredResource):
                await two.seen.get("clock")
            assert dict(one.seen.metadata) == {"tenant_id": "t1"}
            await plugins.teardown_all()

    asyncio.run(live())


@pytest.mark.usefixtures("module")
def test_hooks_run_with_what_setup_kept(log: list[str]) -> None:
    """Between setup and teardown, by the host's own dispatcher."""

    async def live() -> list[Any]:
        async with _resources(log) as resources:
            plugins = ScopedPluginRegistry(resources)
            plugins.register_manifest(_manifest("One", ["rng"]))
            plugins.register_manifest(_manifest("Two", ["rng"]))
            context = _context(plugins)
            await plugins.setup_all(context)
            results, errors = await BroadcastCollectDispatcher(
                plugins, dispatch_class_override="broadcast_collect"
            ).dispatch_async("tool", "draw", context)
            assert errors is None
            await plugins.teardown_all()
            return results

    async def draw(self: Plugin, _ctx: PluginContext) -> float:
        return float(self.seen.rng.next_float())

    Plugin.draw = draw  # type: ignore[attr-defined]
    try:
        drawn = asyncio.run(live())
    finally:
        del Plugin.draw  # type: ignore[attr-defined]
    assert drawn == [DeterministicRng(seed=42).fork(name).next_float() for name in ("one", "two")]


@pytest.mark.usefixtures("module")
def test_nothing_is_set_up_if_anything_is_missing(log: list[str]) -> None:
    """All missing resources of all plugins are one error, before the first setup."""

    async def live() -> None:
        async with _resources(log) as resources:
            plugins = ScopedPluginRegistry(resources)
            plugins.register_manifest(_manifest("One", ["clok"]))
            plugins.register_manifest(_manifest("Two", ["smtp"]))
            with pytest.raises(MissingResources) as caught:
                await plugins.setup_all(_context(plugins))
            missing = [(each.plugin, each.resource) for each in caught.value.missing]
            assert missing == [("one", "clok"), ("two", "smtp")]
            await plugins.teardown_all()

    asyncio.run(live())
    assert log == ["close pool"]


def test_a_failed_setup_closes_its_scope(log: list[str], module: ModuleType) -> None:
    """The host calls no teardown for it, and the others go on."""

    def fail(_ctx: PluginContext) -> None:
        raise OSError("no configuration")

    module.One.on_setup = staticmethod(fail)

    async def live() -> None:
        async with _resources(log) as resources:
            plugins = ScopedPluginRegistry(resources)
            plugins.register_manifest(_manifest("One", ["session"]))
            plugins.register_manifest(_manifest("Two"))
            await plugins.setup_all(_context(plugins))
            await plugins.teardown_all()

    asyncio.run(live())
    assert log == ["setup One", "close session of one", "setup Two", "teardown Two", "close pool"]


def test_a_failed_teardown_closes_its_scope(log: list[str], module: ModuleType) -> None:
    """And both failures reach the host, each with its plugin."""

    def fail() -> None:
        raise OSError("stuck")

    module.One.on_teardown = staticmethod(fail)

    async def live() -> None:
        resources = _resources(log)
        resources.register_factory("lease", lambda _p: Closing(log, "close lease", OSError("lost")))
        plugins = ScopedPluginRegistry(resources)
        plugins.register_manifest(_manifest("One", ["session"]))
        plugins.register_manifest(_manifest("Two", ["lease"]))
        await plugins.setup_all(_context(plugins))
        with pytest.raises(TeardownErrors) as caught:
            await plugins.teardown_all()
        assert "closing what was made for plugin two" in str(caught.value)
        assert "failed in teardown: stuck" in str(caught.value)
        await resources.aclose()

    asyncio.run(live())
    assert "close session of one" in log


def test_a_factory_that_fails_fails_its_plugin_alone(log: list[str], module: ModuleType) -> None:
    """As a failing setup does; the host logs it and goes on."""
    del module

    def fail(_plugin: str) -> object:
        raise OSError("disk full")

    async def live() -> None:
        async with _resources(log) as resources:
            resources.register_factory("scratch", fail)
            plugins = ScopedPluginRegistry(resources)
            plugins.register_manifest(_manifest("One", ["scratch"]))
            plugins.register_manifest(_manifest("Two"))
            await plugins.setup_all(_context(plugins))
            await plugins.teardown_all()

    asyncio.run(live())
    assert log == ["setup Two", "teardown Two", "close pool"]


@pytest.mark.usefixtures("module")
def test_a_host_that_forgets_teardown_leaks_nothing(log: list[str]) -> None:
    """The registry closes the scopes before what is shared."""

    async def live() -> None:
        async with _resources(log) as resources:
            plugins = ScopedPluginRegistry(resources)
            plugins.register_manifest(_manifest("One", ["session"]))
            await plugins.setup_all(_context(plugins))

    asyncio.run(live())
    assert log == ["setup One", "close session of one", "close pool"]


@pytest.mark.usefixtures("module")
def test_plugins_can_be_set_up_again(log: list[str]) -> None:
    """After a teardown each gets a new scope."""

    async def live() -> None:
        async with _resources(log) as resources:
            plugins = ScopedPluginRegistry(resources)
            plugins.register_manifest(_manifest("One", ["session"]))
            for _ in range(2):
                await plugins.setup_all(_context(plugins))
                await plugins.teardown_all()

    asyncio.run(live())
    assert log == ["setup One", "teardown One", "close session of one"] * 2 + ["close pool"]


@pytest.mark.usefixtures("module")
def test_the_registry_serves_the_plain_host_too(log: list[str]) -> None:
    """What is shared is shared, and each plugin still gets its own product of a factory."""

    async def live() -> None:
        async with _resources(log) as resources:
            resources.register_factory("tmpdir", lambda _plugin: SystemTempDir())
            plugins = PluginRegistry(resource_registry=cast("Any", resources))
            plugins.register_manifest(_manifest("One", ["clock", "tmpdir"], ["cache"]))
            plugins.register_manifest(_manifest("Two", ["clock", "tmpdir"]))
            await plugins.setup_all(_context(plugins))
            one, two = plugins.iter_instances()
            assert one.seen.clock is two.seen.clock
            assert one.seen.tmpdir.path != two.seen.tmpdir.path
            await plugins.teardown_all()
            assert one.seen.tmpdir.path.exists()
        assert not one.seen.tmpdir.path.exists()

    asyncio.run(live())


def test_an_empty_registry_is_kept_by_the_plain_host() -> None:
    """It replaces one that is false by its own, and what is registered later would be lost."""
    resources = ResourceRegistry()
    plugins = PluginRegistry(resource_registry=cast("Any", resources))
    assert id(plugins.resources) == id(resources)


def test_the_host_still_calls_what_we_override() -> None:
    """The one method of the host that is not public and that we depend on."""
    call: Any = PluginRegistry._call_lifecycle  # noqa: SLF001
    assert list(inspect.signature(call).parameters) == ["self", "loaded", "method_name", "args"]
    for step in (PluginRegistry.setup_all, PluginRegistry.teardown_all):
        assert "self._call_lifecycle(loaded, " in inspect.getsource(step)


def test_a_host_without_that_method_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """Rather than hand plugins what no scope has seen."""
    monkeypatch.delattr(PluginRegistry, "_call_lifecycle")
    with pytest.raises(ImportError, match="not one that we know"):
        ScopedPluginRegistry(ResourceRegistry())

"""What the registry costs: a plugin's read of a resource, a scope, and the decorators."""

from __future__ import annotations

from types import SimpleNamespace
from typing import TYPE_CHECKING

from dagstack.plugin_system import PluginManifest, inject_resources
from dagstack.plugin_system import ResourceRegistry as HostRegistry

from dagstack.resources import MemoryBlobStore, RandomRng, ResourceRegistry, SystemClock
from dagstack.resources.decorators import PrefixedBlobStore
from tests.bench.row import CALLS, Row, bare

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

NAMES = ("clock", "rng", "blob_store")


def repeated(store: MemoryBlobStore | PrefixedBlobStore) -> Callable[[], Awaitable[object]]:
    """A put and a get, a thousand times."""

    async def use() -> None:
        for _ in range(1000):
            await store.put("a/b", b"x")
            await store.get("a/b")

    return use


def rows() -> list[Row]:
    """All rows."""
    ours, host = ResourceRegistry(), HostRegistry()
    for name, resource in zip(NAMES, (SystemClock(), RandomRng(), MemoryBlobStore()), strict=True):
        ours.register(name, resource, owned=False)
        host.register(name, resource)
    manifest = PluginManifest.model_validate(
        {
            "schema_version": "1",
            "name": "plugin",
            "kind": "tool",
            "kind_api_version": "1",
            "core_version": ">=0",
            "runtime": "in_process",
            "resources": {"required": list(NAMES)},
        }
    )
    view = ours.scope("plugin", required=NAMES).resources
    plain = SimpleNamespace(clock=view.clock)
    theirs = inject_resources(manifest, host)
    closing = ResourceRegistry.scope  # each scope is closed at once, or they would pile up

    async def scope() -> None:
        await closing(ours, "plugin", required=NAMES).aclose()

    def container() -> None:
        inject_resources(manifest, host)

    prefixed = PrefixedBlobStore(MemoryBlobStore(), "tenants/7")
    return [
        Row(
            "resources.clock / the host's own container",
            bare("view.clock", view=view),
            bare("view.clock", view=theirs),
            1.0,
            CALLS,
        ),
        Row(
            "resources.clock / a plain attribute",
            bare("view.clock", view=view),
            bare("view.clock", view=plain),
            None,
            CALLS,
        ),
        Row("open and close a scope / the host's own container", scope, container, None),
        Row(
            "put and get with a prefix / without",
            repeated(prefixed),
            repeated(MemoryBlobStore()),
            None,
            1000,
        ),
    ]

"""What the registry costs: a plugin's read of a resource, a scope, and the decorators."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace
from typing import TYPE_CHECKING, NamedTuple

from dagstack.plugin_system import PluginManifest, inject_resources
from dagstack.plugin_system import ResourceRegistry as HostRegistry

from dagstack.resources import MemoryBlobStore, RandomRng, ResourceRegistry, SystemClock
from dagstack.resources.decorators import PrefixedBlobStore

if TYPE_CHECKING:
    from collections.abc import Callable

NAMES = ("clock", "rng", "blob_store")


class Row(NamedTuple):
    """One call of ours and what it is compared with."""

    name: str
    ours: Callable[[], object]
    peer: Callable[[], object]
    goal: float | None
    """The greatest ratio of their times; ``None`` if it is only reported."""


def bare(statement: str, **names: object) -> Callable[[], object]:
    """A statement as a caller writes it, repeated so often that calling this does not count."""
    body = "\n".join([f"        {statement}"] * 20)
    head = ", ".join(f"{name}={name}" for name in names)
    namespace = dict(names)
    exec(f"def run({head}):\n    for _ in range(500):\n{body}\n", namespace)  # noqa: S102 - ours
    return namespace["run"]  # type: ignore[return-value]  # pyright: ignore[reportReturnType]


def repeated(store: MemoryBlobStore | PrefixedBlobStore) -> Callable[[], object]:
    """A put and a get, 1 000 times in one loop."""

    async def use() -> None:
        for _ in range(1000):
            await store.put("a/b", b"x")
            await store.get("a/b")

    return lambda: asyncio.run(use())


def rows() -> list[Row]:
    """All rows; reads and scopes run 10 000 times a call."""
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

    def scopes() -> None:
        async def use() -> None:
            for _ in range(1000):
                await closing(ours, "plugin", required=NAMES).aclose()

        asyncio.run(use())

    def containers() -> None:
        async def use() -> None:
            for _ in range(1000):
                inject_resources(manifest, host)

        asyncio.run(use())

    prefixed = PrefixedBlobStore(MemoryBlobStore(), "tenants/7")
    return [
        Row(
            "resources.clock / the host's own container",
            bare("view.clock", view=view),
            bare("view.clock", view=theirs),
            1.0,
        ),
        Row(
            "resources.clock / a plain attribute",
            bare("view.clock", view=view),
            bare("view.clock", view=plain),
            None,
        ),
        Row("open and close a scope / the host's own container", scopes, containers, None),
        Row(
            "put and get with a prefix / without",
            repeated(prefixed),
            repeated(MemoryBlobStore()),
            None,
        ),
    ]

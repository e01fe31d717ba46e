"""The page's snippets run, and its rows are true."""

from __future__ import annotations
import __future__

import ast
import asyncio
import inspect
from datetime import UTC, datetime
from typing import Any, Protocol

import pytest

from dagstack import contracts
from dagstack.contracts import UnfitResource
from dagstack.resources import (
    DeterministicRng,
    FilesystemBlobStore,
    FrozenClock,
    InMemoryBlobStore,
    MemoryBlobStore,
    PooledHttpClient,
    RandomRng,
    ResourceRegistry,
    S3BlobStore,
    StubHttpClient,
    SystemClock,
    SystemTempDir,
)
from tests.resources.page import snippets

INTERFACES = [
    (snippets.CLOCK, "Clock", [SystemClock, FrozenClock]),
    (snippets.RNG, "Rng", [RandomRng, DeterministicRng]),
    (snippets.HTTP_CLIENT, "HttpClient", [PooledHttpClient, StubHttpClient]),
    (snippets.BLOB_STORE, "BlobStore", [InMemoryBlobStore, FilesystemBlobStore, S3BlobStore]),
    (snippets.TMPDIR, "TempDir", [SystemTempDir]),
]
IDS = [name for _, name, _ in INTERFACES]


def run(snippet: str, **names: object) -> dict[str, Any]:
    """Run a snippet as a module would, with ``await`` at the top as a shell has it."""
    space: dict[str, Any] = {"__name__": "page", "Protocol": Protocol, **names}
    flags = __future__.annotations.compiler_flag | ast.PyCF_ALLOW_TOP_LEVEL_AWAIT
    code = compile(snippet, "page", "exec", flags=flags)
    if code.co_flags & inspect.CO_COROUTINE:
        asyncio.run(eval(code, space))  # noqa: S307  (the page's text)
    else:
        exec(code, space)  # noqa: S102  (the same)
    return space


def calls(kind: type) -> dict[str, list[tuple[str, Any, Any]]]:
    """How each public method of a class may be called."""
    return {
        name: [(p.name, p.kind, p.default) for p in inspect.signature(method).parameters.values()]
        for name, method in inspect.getmembers(kind, inspect.isfunction)
        if not name.startswith("_")
    }


def waits(kind: type) -> dict[str, bool]:
    """Which public methods are awaited."""
    members = inspect.getmembers(kind, inspect.isfunction)
    return {n: inspect.iscoroutinefunction(m) for n, m in members if not n.startswith("_")}


@pytest.mark.parametrize(("snippet", "name"), [row[:2] for row in INTERFACES], ids=IDS)
def test_the_generated_interface_is_the_pages(snippet: str, name: str) -> None:
    """The same methods, parameters, kinds and defaults, and the same ones are awaited."""
    ours, pages = getattr(contracts, name), run(snippet)[name]
    assert calls(pages) == calls(ours)
    assert waits(pages) == waits(ours)


def test_the_generated_response_is_the_pages() -> None:
    """Its two attributes are properties here: nobody sets them."""
    pages = run(snippets.HTTP_CLIENT)["HttpResponse"]
    assert calls(pages) == calls(contracts.HttpResponse)
    for name in inspect.get_annotations(pages):
        assert isinstance(inspect.getattr_static(contracts.HttpResponse, name), property)


@pytest.mark.parametrize(("snippet", "name", "kinds"), INTERFACES, ids=IDS)
def test_implementations_have_the_pages_members(snippet: str, name: str, kinds: list[type]) -> None:
    """Each row of the page that names a class is true here."""
    pages = run(snippet)[name]
    for kind in kinds:
        mine = calls(kind)
        assert {m: args for m, args in calls(pages).items() if mine.get(m) != args} == {}
        assert waits(pages).items() <= waits(kind).items()


def test_the_pages_double_can_be_registered() -> None:
    """It has two of the four methods, so the registry is one that takes partial doubles."""
    resources = ResourceRegistry(partial=True)
    double = run(snippets.TEST_DOUBLE, resources=resources)["StubHttpClient"]

    async def use() -> object:
        async with resources, resources.scope("plugin", required=["http_client"]) as scope:
            return await scope.resources.http_client.get("https://a.example/")

    assert asyncio.run(use()) == {"status_code": 200, "body": "{}"}
    assert isinstance(resources, ResourceRegistry)
    assert double().calls == []


def test_a_hosts_registry_refuses_that_double() -> None:
    """In production half a client is a mistake; the message says which half is missing."""
    with pytest.raises(UnfitResource, match="it has no method put, it has no method delete"):
        run(snippets.TEST_DOUBLE, resources=ResourceRegistry())


def test_custom_resources_are_registered_and_read_by_name() -> None:
    """Those that are declared, and by the names that the host chose."""

    class Custom:
        def __init__(self, _: object = None) -> None:
            pass

    async def create_pg_pool() -> Custom:
        return Custom()

    resources = ResourceRegistry()
    run(
        snippets.CUSTOM_RESOURCES,
        resources=resources,
        create_pg_pool=create_pg_pool,
        TenantRegistryImpl=Custom,
        RateLimiter=Custom,
    )
    assert resources.names() == ["postgres", "tenant_registry", "rate_limiter"]
    scope = resources.scope("plugin", required=["postgres"], optional=["tenant_registry"])
    assert isinstance(scope.resources.postgres, Custom)
    assert isinstance(scope.resources.tenant_registry, Custom)
    assert not hasattr(scope.resources, "rate_limiter")
    asyncio.run(resources.aclose())


def test_the_constructors_are_the_pages() -> None:
    """Keyword-only where the page has a star, and one store with two names."""
    clock = FrozenClock(now=datetime(2026, 1, 1, tzinfo=UTC))
    clock.advance(seconds=1)
    assert clock.now().second == 1
    assert DeterministicRng(seed=7).next_int(1, 6) in range(1, 7)
    with pytest.raises(TypeError):
        DeterministicRng(7)  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    assert MemoryBlobStore is InMemoryBlobStore

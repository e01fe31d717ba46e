"""The store in S3, on a real gateway that is killed, started again, slow and out of order."""

from __future__ import annotations

import asyncio
import os
import random
import threading
from typing import TYPE_CHECKING

import pytest

from dagstack.contracts import BackendFailed, BlobNotFound
from tests.resources.blobs.s3_servers import (
    SECRET_KEY,
    Gateway,
    built_gateway,
    faulty_proxy,
    open_store,
)
from tests.resources.blobs.suite import put_all, run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def program() -> Path:
    """Build the gateway."""
    return built_gateway()


@pytest.fixture
def gateway(program: Path, tmp_path: Path) -> Iterator[Gateway]:
    """Run a gateway over an empty folder."""
    with pytest.MonkeyPatch.context() as patch:
        for name in [name for name in os.environ if name.startswith("AWS_")]:
            patch.delenv(name)
        gateway = Gateway(program, tmp_path)
        gateway.start()
        try:
            yield gateway
        finally:
            gateway.kill()


def test_stores_lists_and_deletes(gateway: Gateway) -> None:
    """A gateway that checks signatures keeps blobs, content types and an order of its own."""
    store = open_store(gateway.port)
    keys = [
        "a b",
        "a%20b",
        "a#1",
        "é",
        "e\u0301",
        "😀",
        "\ufffd",
        "d/1",
        "d/2",
        "dx",
        "~",
        "A",
        "+",
    ]

    async def scenario() -> None:
        await put_all(store, keys)
        assert sorted(keys) == await store.list()
        assert await store.list("d") == ["d/1", "d/2", "dx"]
        assert [await store.get(key) for key in keys] == [key.encode() for key in keys]
        await store.put("typed", b"", content_type="text/plain; charset=utf-8")
        assert await store.content_type("typed") == "text/plain; charset=utf-8"
        large = random.Random(1).randbytes(6_000_000)  # noqa: S311 - test data
        await store.put("large", large)
        assert await store.get("large") == large
        for key in (*keys, "typed", "large", "no/such"):
            await store.delete(key)
        assert await store.list() == []
        with pytest.raises(BlobNotFound):
            await store.get("typed")

    run(scenario())


def test_lists_more_than_a_page(gateway: Gateway) -> None:
    """More keys than the gateway gives at a time are listed whole."""
    store = open_store(gateway.port, timeout=30)
    keys = [f"many/{number:04}" for number in range(1101)]

    async def scenario() -> list[str]:
        for start in range(0, len(keys), 50):
            await asyncio.gather(*(store.put(key, b"") for key in keys[start : start + 50]))
        return await store.list("many/")

    assert keys == run(scenario())


def test_reports_wrong_credentials_and_buckets(gateway: Gateway) -> None:
    """A wrong secret is a failure that shows no secret; so is a missing bucket."""
    for store, detail in (
        (open_store(gateway.port, secret="wrong-secret"), "the service answered 403 Forbidden"),  # noqa: S106
        (open_store(gateway.port, bucket="no-such-bucket"), "the service answered 404 Not Found"),
    ):
        for call in (lambda s=store: s.put("key", b""), lambda s=store: s.get("key"), store.list):
            with pytest.raises(BackendFailed) as caught:
                run(call())
            assert caught.value.detail.startswith(detail)
            assert "secret" not in str(caught.value)
        with pytest.raises(BackendFailed):
            run(store.exists("key"))


def test_keeps_what_was_acknowledged_when_it_is_killed(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    """While the gateway dies and comes back, calls succeed or fail as ours; none is forgotten."""
    store = open_store(gateway.port, timeout=2, max_retries=1)
    acknowledged: dict[str, bytes] = {}
    attempted: dict[str, set[bytes]] = {}
    counts = {"acknowledged": 0, "failed": 0}
    done = threading.Event()

    async def write(writer: int) -> None:
        generator = random.Random(writer)  # noqa: S311 - sizes of test data
        number = 0
        while not done.is_set():
            key, number = f"{writer}/{number % 5}", number + 1
            data = f"{writer}:{number}:".encode() * generator.choice([1, 50, 20_000])
            attempted.setdefault(key, set()).add(data)
            try:
                await store.put(key, data)
            except BackendFailed:
                counts["failed"] += 1
            else:
                counts["acknowledged"] += 1
                acknowledged[key] = data
                attempted[key] = {data}

    async def writers() -> None:
        await asyncio.gather(*(write(writer) for writer in range(4)))

    thread = threading.Thread(target=lambda: run(writers()))
    thread.start()
    moments = random.Random(7)  # noqa: S311 - moments of death
    kills = 8
    for _ in range(kills):
        threading.Event().wait(0.2 + moments.random() * 0.3)
        gateway.kill()
        threading.Event().wait(0.1)
        gateway.start()
    threading.Event().wait(0.3)
    done.set()
    thread.join()

    async def check() -> None:
        assert set(acknowledged) <= set(await store.list())
        for key in acknowledged:
            assert await store.get(key) in attempted[key]

    run(check())
    assert counts["acknowledged"] > 50
    assert counts["failed"] > 0
    with capsys.disabled():
        print(f"gateway killed {kills} times: {counts}")  # noqa: T201 - figures for docs/reliability


def test_keeps_what_was_acknowledged_through_bad_answers(
    gateway: Gateway, capsys: pytest.CaptureFixture[str]
) -> None:
    """With every third request spoiled, what was acknowledged is there, and errors are ours."""
    with faulty_proxy(gateway.port) as proxy:
        proxy.patience = 1.0
        kinds = ["500", "503", "reset", "lost", "half", "slow"]
        generator = random.Random(3)  # noqa: S311 - order of faults
        proxy.faults[:] = [
            generator.choice(kinds) if generator.random() < 1 / 3 else "" for _ in range(3000)
        ]
        store = open_store(proxy.server_port, timeout=0.5, max_retries=1)
        honest = open_store(gateway.port)
        counts = {"acknowledged": 0, "failed": 0}

        async def write(writer: int) -> None:
            for number in range(12):
                key = f"{writer}/{number}"
                try:
                    await store.put(key, key.encode() * 100)
                except BackendFailed:
                    counts["failed"] += 1
                    assert await honest_get(key) in {None, key.encode() * 100}
                else:
                    counts["acknowledged"] += 1
                    assert await honest.get(key) == key.encode() * 100
                try:
                    assert await store.get(key) == key.encode() * 100
                except (BackendFailed, BlobNotFound):
                    counts["failed"] += 1

        async def honest_get(key: str) -> bytes | None:
            try:
                return await honest.get(key)
            except BlobNotFound:
                return None

        async def scenario() -> None:
            await asyncio.gather(*(write(writer) for writer in range(4)))

        run(scenario())
        spoiled = sum(1 for line in proxy.seen if " " in line)
        assert SECRET_KEY not in "".join(proxy.seen)
    assert counts["acknowledged"] > 30
    with capsys.disabled():
        print(f"{len(proxy.seen)} requests, {spoiled} spoiled: {counts}")  # noqa: T201 - figures

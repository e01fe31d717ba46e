"""What comes with the runner for blob stores."""

from __future__ import annotations

import asyncio
import contextlib
from typing import TYPE_CHECKING, Any, Final

from dagstack.conformance.harness import Surroundings
from dagstack.conformance.suites.folder import Folder

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from dagstack.conformance.stage import ByHand
    from dagstack.contracts import BlobStore

_MOMENTS: Final = 12


async def _cancel(case: ByHand, task: asyncio.Future[Any]) -> None:
    """Cancel a call, which ends by that or as it would have ended."""
    task.cancel()
    await asyncio.wait([task])
    error = None if task.cancelled() else task.exception()
    case.expect(
        error is None or isinstance(error, case.error("BlobNotFound")), f"it ended with {error!r}"
    )


async def a_cancelled_put_is_whole_or_nothing(case: ByHand) -> None:
    """Cancel at moments further and further into the call."""
    store: BlobStore = case["store"]
    old, new = b"old" * 300_000, b"new!" * 225_000
    for moment in range(_MOMENTS):
        await store.put("key", old)
        task = asyncio.ensure_future(store.put("key", new))
        for _ in range(moment):
            await asyncio.sleep(0)
        await _cancel(case, task)
        found = await store.get("key")
        case.expect(found in {old, new}, f"cancelled after {moment} turns, the key held a mixture")
        keys = await store.list()
        case.expect(keys == ["key"], f"cancelled after {moment} turns, the list was {keys}")


async def a_cancelled_call_leaves_the_store_fit_for_use(case: ByHand) -> None:
    """Cancel every method, and use them all afterwards."""
    store: BlobStore = case["store"]
    calls: list[Callable[[], Awaitable[object]]] = [
        lambda: store.put("a/b", b"data" * 9000),
        lambda: store.get("a/b"),
        lambda: store.delete("a/b"),
        lambda: store.list("a"),
        lambda: store.exists("a/b"),
    ]
    for turn in range(20):
        for call in calls:
            task = asyncio.ensure_future(call())
            for _ in range(turn % 4):
                await asyncio.sleep(0)
            await _cancel(case, task)
    await store.put("a/b", b"data")
    listed, found = await store.list(), await store.get("a/b")
    case.expect((listed, found) == (["a/b"], b"data"), f"the store held {listed} and {found!r}")
    case.expect(await store.exists("a/b"), "a key that was stored does not exist")
    await store.delete("a/b")
    case.expect(not await store.exists("a/b"), "a key that was deleted still exists")


async def closing_amid_work_ends_it_cleanly(case: ByHand) -> None:
    """Close while twenty calls run."""
    store: BlobStore = case["store"]
    tasks = [asyncio.ensure_future(store.put(f"key/{n}", b"x" * 9000)) for n in range(20)]
    await asyncio.sleep(0)
    await case.close("BlobStore", store)
    root = case.error("ResourceError")
    for task in tasks:
        with contextlib.suppress(root):
            await task


SURROUNDINGS: Final = Surroundings(
    subjects={"Folder": Folder},
    by_hand={
        "a_cancelled_put_is_whole_or_nothing": a_cancelled_put_is_whole_or_nothing,
        "a_cancelled_call_leaves_the_store_fit_for_use": (
            a_cancelled_call_leaves_the_store_fit_for_use
        ),
        "closing_amid_work_ends_it_cleanly": closing_amid_work_ends_it_cleanly,
    },
)

"""Running the workloads in many threads, and counting what they leave behind."""

from __future__ import annotations

import asyncio
import gc
import os
import threading
import time
from contextlib import AsyncExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from dagstack.resources import (
    DeterministicRng,
    FilesystemBlobStore,
    FrozenClock,
    MemoryBlobStore,
    PooledHttpClient,
    RandomRng,
    ResourceRegistry,
    StubHttpClient,
    SystemClock,
    SystemTempDir,
)
from tests.resources.stress import workloads
from tests.resources.threads import in_threads

if TYPE_CHECKING:
    from collections.abc import Sequence

    from dagstack.contracts import BlobStore

THREADS = 64
FDS = Path("/proc/self/fd")


@dataclass(frozen=True)
class Left:
    """What a process has open."""

    files: int
    threads: int

    @classmethod
    def now(cls) -> Left:
        """Count."""
        gc.collect()
        return cls(len(list(FDS.iterdir())) if FDS.exists() else 0, threading.active_count())


@dataclass(frozen=True)
class Outcome:
    """What came of it."""

    seconds: float
    steps: dict[str, int]
    tasks_left: int
    before: Left
    after: Left
    peak_threads: int


def crowd(
    seconds: float, folder: Path, *, threads: int = THREADS, s3: BlobStore | None = None
) -> Outcome:
    """Work for so long with one instance of each resource, close all, and count."""
    before = Left.now()
    begun = time.monotonic()
    steps, tasks_left, peak = asyncio.run(_host(seconds, folder, threads, s3))
    spent = time.monotonic() - begun
    return Outcome(spent, steps, tasks_left, before, Left.now(), peak)


async def _host(
    seconds: float, folder: Path, threads: int, s3: BlobStore | None
) -> tuple[dict[str, int], int, int]:
    async with AsyncExitStack() as stack:
        url = await stack.enter_async_context(workloads.echo_server())
        registry = await stack.enter_async_context(ResourceRegistry())
        parts: dict[str, object] = {
            "system_clock": SystemClock(),
            "frozen_clock": FrozenClock(now=workloads.START),
            "seeded_rng": DeterministicRng(seed=workloads.SEED),
            "system_rng": RandomRng(),
            "memory": MemoryBlobStore(),
            "files": FilesystemBlobStore(folder / "blobs"),
            "pooled": PooledHttpClient(),
            "stub": StubHttpClient(),
            "temporary": SystemTempDir(folder),
        }
        for name, part in parts.items():
            registry.register(name, part)
        view = registry.scope("stress", required=list(parts)).resources
        crew: list[workloads.Workload] = [
            workloads.Clocks(view.system_clock),
            workloads.Advances(view.frozen_clock),
            workloads.Draws(view.seeded_rng),
            workloads.SystemDraws(view.system_rng),
            workloads.Blobs("MemoryBlobStore", view.memory, workloads.PAUSE),
            workloads.Blobs("FilesystemBlobStore", view.files),
            workloads.Requests(view.pooled, url),
            workloads.Stubbed(view.stub),
            workloads.Files(view.temporary),
        ]
        if s3 is not None:
            registry.register("s3", s3)
            crew.append(workloads.Blobs("S3BlobStore", s3, 10 * workloads.PAUSE))
        peak = [0]
        counts = await asyncio.to_thread(
            in_threads, threads, lambda number: asyncio.run(_visit(crew, number, seconds, peak))
        )
        steps = {each.name: sum(count[each.name] for count, _ in counts) for each in crew}
        for each in crew:
            await each.verify(steps[each.name])
        return steps, sum(left for _, left in counts), peak[0]


async def _visit(
    crew: Sequence[workloads.Workload], thread: int, seconds: float, peak: list[int]
) -> tuple[dict[str, int], int]:
    """One thread: a task for each resource, which does one step at least, until time is up."""
    steps = dict.fromkeys((each.name for each in crew), 0)
    deadline = time.monotonic() + seconds

    async def work(each: workloads.Workload) -> None:
        while not steps[each.name] or time.monotonic() < deadline:
            await each.step(thread, steps[each.name])
            steps[each.name] += 1
            await asyncio.sleep(each.pause)

    async with asyncio.TaskGroup() as group:
        for each in crew:
            group.create_task(work(each))
    peak[0] = max(peak[0], threading.active_count())
    return steps, len(asyncio.all_tasks()) - 1


def report(outcome: Outcome) -> str:
    """The figures as Markdown."""
    rows = [
        f"| `{name}` | {count:,} | {count / outcome.seconds:,.0f} |"
        for name, count in outcome.steps.items()
    ]
    return "\n".join(
        [
            "| resource | steps | steps per second |",
            "|---|---:|---:|",
            *rows,
            "",
            f"- {THREADS} threads with an event loop each, for {outcome.seconds:.1f} s",
            f"- {os.cpu_count()} cores; at most {outcome.peak_threads} threads at a time",
            f"- tasks left in the loops: {outcome.tasks_left}",
            f"- files and sockets before and after: {outcome.before.files}, {outcome.after.files}",
            f"- threads before and after: {outcome.before.threads}, {outcome.after.threads}",
        ]
    )

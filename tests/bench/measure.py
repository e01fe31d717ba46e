"""What a command costs: CPU time, wall time and memory, of several commands in turn."""

from __future__ import annotations

import os
import statistics
import subprocess
import tempfile
import threading
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from pathlib import Path

TIMEOUT = 120.0
"""Seconds of wall time after which a command is killed."""


class MeasureError(Exception):
    """A command failed or took too long: there is nothing to report about it."""


@dataclass(frozen=True)
class Sample:
    """One run of a command and all that it started."""

    cpu: float
    """Seconds in user and in system mode. Other work on the machine hardly changes it."""
    wall: float
    peak: int
    """The greatest resident set in bytes, and never less than that of the measuring process."""


@dataclass(frozen=True)
class Contender:
    """A command to measure. ``prepare`` runs before each time and is not counted."""

    name: str
    command: Sequence[str | os.PathLike[str]]
    folder: Path
    output: Path | None = None
    """What it fills, for counting lines and bytes."""
    prepare: Callable[[], None] = field(default=lambda: None)


@dataclass(frozen=True)
class Spread:
    """The median of some numbers, the least and the greatest."""

    median: float
    low: float
    high: float


@dataclass(frozen=True)
class Size:
    """How much a command wrote."""

    files: int
    lines: int
    size: int


def run(contender: Contender) -> Sample:
    """Run a command once, alone.

    Raises:
        MeasureError: it failed or took too long.
    """
    contender.prepare()
    # PYTHONDONTWRITEBYTECODE, say, would have Python compile all modules each time.
    own = {name: value for name, value in os.environ.items() if not name.startswith("PYTHON")}
    with tempfile.TemporaryFile() as said:
        start = time.perf_counter()
        process = subprocess.Popen(
            contender.command, cwd=contender.folder, env=own, stdout=said, stderr=said
        )
        alarm = threading.Timer(TIMEOUT, process.kill)
        alarm.start()
        try:
            _, status, usage = os.wait4(process.pid, 0)
        except BaseException:
            process.kill()
            process.wait()
            raise
        finally:
            alarm.cancel()
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode != 0:
            said.seek(0)
            tail = said.read().decode("utf-8", "replace")[-2000:]
            code = process.returncode
            raise MeasureError(f"{contender.name} ended with {code} after {wall:.1f} s:\n{tail}")
    return Sample(cpu=usage.ru_utime + usage.ru_stime, wall=wall, peak=usage.ru_maxrss * 1024)


def interleave(
    contenders: Sequence[Contender], repetitions: int, seconds: float
) -> dict[str, list[Sample]]:
    """Run every contender once per repetition, and the other way round every other time.

    So whatever else the machine does meets all of them alike. The repetition during which
    ``seconds`` of wall time run out is the last.
    """
    samples: dict[str, list[Sample]] = {contender.name: [] for contender in contenders}
    end = time.monotonic() + seconds
    for repetition in range(repetitions):
        for contender in contenders[:: -1 if repetition % 2 else 1]:
            samples[contender.name].append(run(contender))
        if time.monotonic() > end:
            break
    return samples


def spread(values: Sequence[float]) -> Spread:
    """The median and the range."""
    return Spread(median=statistics.median(values), low=min(values), high=max(values))


def ratio(ours: Sequence[Sample], theirs: Sequence[Sample]) -> Spread:
    """How much more CPU time ``ours`` took, repetition by repetition."""
    return spread([one.cpu / other.cpu for one, other in zip(ours, theirs, strict=True)])


def written(folder: Path) -> Size:
    """Count what lies below a folder."""
    files = lines = size = 0
    for place in folder.rglob("*"):
        if place.is_file():
            files += 1
            with place.open("rb") as stream:
                # In pieces: what this process once held, its children's peaks would show.
                while piece := stream.read(1 << 20):
                    lines += piece.count(b"\n")
                    size += len(piece)
    return Size(files=files, lines=lines, size=size)

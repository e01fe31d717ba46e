"""Samples -> plain tables, which are Markdown too."""

from __future__ import annotations

import os
import platform
import resource
import statistics
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, TypeAlias

from tests.bench.measure import Spread, ratio, spread

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tests.bench.measure import Sample, Size

MIB = 1 << 20

Samples: TypeAlias = "Mapping[str, Sequence[Sample]]"
"""What was measured, by contender."""


def machine(thrift: str) -> Iterator[str]:
    """What was measured with, without a word about where."""
    system = platform.freedesktop_os_release().get("PRETTY_NAME", platform.system())
    libraries = ", ".join(f"{name} {version(name)}" for name in ("jinja2", "pyyaml", "msgspec"))
    yield f"- {os.cpu_count()} CPUs, {_processor()}; {system}"
    yield f"- Python {platform.python_version()}, {libraries}"
    yield f"- {thrift}"


def load() -> str:
    """The load average of the last minute: above the number of CPUs, others were at work."""
    return f"{os.getloadavg()[0]:.1f}"


def own_peak() -> str:
    """Below this many MiB a peak cannot be told from that of the bench."""
    return f"{resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024 / MIB:.0f}"


def costs(samples: Samples, baselines: Mapping[str, Mapping[str, str]]) -> str:
    """A row per contender; a column of ratios for each of ``baselines``, a name by row."""
    rows = [["", "CPU s", "wall s", "peak MiB", *baselines]]
    for name, measured in samples.items():
        row = [
            name,
            f"{statistics.median(sample.cpu for sample in measured):.3f}",
            f"{statistics.median(sample.wall for sample in measured):.3f}",
            f"{statistics.median(sample.peak for sample in measured) / MIB:.0f}",
        ]
        for named in baselines.values():
            against = named.get(name)
            row.append(_ratio(ratio(measured, samples[against])) if against else "")
        rows.append(row)
    return _table(rows)


def sizes(written: Mapping[str, Size], samples: Samples) -> str:
    """A row per contender that writes, and what a line of its output costs."""
    rows = [["", "files", "lines", "KiB", "CPU µs per line"]]
    for name, size in written.items():
        cpu = spread([sample.cpu for sample in samples[name]]).median
        each = f"{cpu / size.lines * 1e6:.2f}" if size.lines else ""
        rows.append([name, str(size.files), str(size.lines), f"{size.size / 1024:.0f}", each])
    return _table(rows)


def _ratio(found: Spread) -> str:
    digits = 2 if found.median < 10 else 0
    return f"{found.median:.{digits}f} ({found.low:.{digits}f}-{found.high:.{digits}f})"


def _table(rows: Sequence[Sequence[str]]) -> str:
    widths = [max(len(row[column]) for row in rows) for column in range(len(rows[0]))]
    lines: list[str] = []
    for row in rows:
        first, *others = zip(row, widths, strict=True)
        cells = [first[0].ljust(first[1]), *(cell.rjust(width) for cell, width in others)]
        lines.append(f"| {' | '.join(cells)} |")
    ruler = [":" + "-" * (widths[0] - 1), *("-" * (width - 1) + ":" for width in widths[1:])]
    return "\n".join([lines[0], f"| {' | '.join(ruler)} |", *lines[1:]])


def _processor() -> str:
    try:
        text = Path("/proc/cpuinfo").read_text(encoding="utf-8")
    except OSError:
        return platform.machine()
    names = [line.partition(":")[2] for line in text.splitlines() if line.startswith("model name")]
    return names[0].strip() if names else platform.machine()

"""The page ``docs/promises.md``: what is promised, and the cases that show it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tools.conformance.suites import read_suites

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tools.conformance.suites import Suite

HEAD = """\
<!-- Made by `make generate` from spec/conformance. Do not edit. -->

# Promises

What callers of the standard resources can rely on in every language, and the
[cases](conformance-cases.md) that show it. `make check` refuses a promise without a case and a case
without a promise; [conformance.md](conformance.md) has the outcome of each case. A case that needs
more than data is marked †: each language has code of its own for it.

Below the promises of a suite stands what a [harness](conformance-runners.md) has to know of it: the
capabilities to declare, and the subjects that an implementation can stand for or that come with the
runner. The suite itself says what each option and action means.
"""


def promises_page() -> str:
    """The whole page."""
    parts = [HEAD]
    for suite in read_suites():
        parts += ["\n", *(f"{line}\n" for line in _table(suite))]
    return "".join(parts)


def _table(suite: Suite) -> Iterator[str]:
    yield f"## {suite.name}"
    yield ""
    counts = f"{len(suite.promises)} promises, {len(suite.cases)} cases"
    yield f"[{suite.file}](../{suite.file}): {counts}."
    yield ""
    yield "| promise | cases |"
    yield "|---|---|"
    for name, text in suite.promises:
        shown = [
            f"`{case.name}`{' †' if case.by_hand else ''}"
            for case in suite.cases
            if name in case.shows
        ]
        yield f"| {' '.join(text.split()).replace('|', '&#124;')} | {', '.join(shown)} |"
    yield ""
    for name, text in suite.capabilities:
        yield f"- capability `{name}`: {' '.join(text.split())}"
    if suite.capabilities:
        yield ""
    yield "| subject | interfaces | options | properties and actions |"
    yield "|---|---|---|---|"
    for subject in suite.subjects:
        cells = (subject.interfaces, subject.options, subject.members)
        listed = (", ".join(f"`{name}`" for name in cell) for cell in cells)
        yield f"| `{subject.name}` | {' | '.join(listed)} |"

"""What `generate` says of what it does: enough to follow it, not more than one screen."""

from __future__ import annotations

import io
import time
from typing import TYPE_CHECKING

from dagstack.idl.printers.progress import Progress
from tests.projects import SHAPES

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.projects import Project

MANY = {
    name: SHAPES.replace("shapes", name).replace("Size", f"Size{number}")
    for number, name in enumerate(f"shapes_{number}" for number in range(9))
}


class Terminal(io.StringIO):
    """Text that says of itself that a person reads it."""

    def isatty(self) -> bool:
        """It is one."""
        return True


def test_many_changes_are_counted(project: Callable[..., Project]) -> None:
    """After twenty files the rest is a number."""
    *named, rest, summary = project(MANY).run("generate").err.splitlines()
    assert len(named) == 20
    assert rest == f"... and {int(summary.split()[0]) - 20} more (--verbose names them)"


def test_all_changes_can_be_named(project: Callable[..., Project]) -> None:
    """`--verbose` names every file."""
    *named, summary = project(MANY).run("generate", "--verbose").err.splitlines()
    assert summary == f"{len(named)} added, 0 unchanged"


def test_a_slow_run_says_what_it_does() -> None:
    """The step and the seconds are shown on a terminal, and the line is empty afterwards."""
    terminal = Terminal()
    with Progress(terminal, after=0.0) as progress:
        progress.step("reading the specs")
        deadline = time.monotonic() + 5
        while "reading the specs (0 s)" not in terminal.getvalue() and time.monotonic() < deadline:
            time.sleep(0.01)
    assert "\r\x1b[2Kreading the specs (0 s)" in terminal.getvalue()
    assert terminal.getvalue().endswith("\r\x1b[2K")


def test_a_quick_run_shows_no_progress() -> None:
    """Nothing flickers when a run is over within the second."""
    terminal = Terminal()
    with Progress(terminal) as progress:
        progress.step("reading the specs")
    assert terminal.getvalue() == ""


def test_progress_is_for_terminals() -> None:
    """A log of a build holds none of it."""
    log = io.StringIO()
    with Progress(log, after=0.0) as progress:
        progress.step("reading the specs")
        time.sleep(0.05)
    assert log.getvalue() == ""

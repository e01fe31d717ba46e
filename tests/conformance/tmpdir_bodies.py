"""Cases of temporary directories that are done by hand, with other processes."""

from __future__ import annotations

import asyncio
import os
import random
from typing import TYPE_CHECKING, Final

from tests.resources.tmpdir.processes import HOLD, run, running
from tests.resources.tmpdir.test_processes import CHURN

if TYPE_CHECKING:
    from dagstack.conformance import ByHand
    from dagstack.conformance.suites.folder import Folder

END: Final = """
import sys
from dagstack.resources import SystemTempDir
folder = SystemTempDir(sys.argv[1])
folder.create_file("a")
sys.exit(int(sys.argv[2]))
"""

FORK: Final = """
import os, sys
from dagstack.resources import SystemTempDir
for end in (lambda: None, lambda: os._exit(0), lambda: folder.close()):
    folder = SystemTempDir(sys.argv[1])
    child = os.fork()
    if not child:
        folder.create_file("of the child")
        end()
        sys.exit()
    print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), os.listdir(folder.path))
    folder.close()
"""


async def _next_one(case: ByHand, parent: Folder) -> None:
    made = await case.make("TempDir", parent=parent.path)
    await case.close("TempDir", made)


def the_end_of_the_process_removes_the_folder(case: ByHand) -> None:
    """Another process ends without closing, well and badly."""
    parent: Folder = case["parent"]
    for code in (0, 1):
        with running(END, parent.path, str(code)) as (process, _):
            assert process.wait(30) == code
        assert parent.names() == []


async def what_a_killed_process_left_is_removed(case: ByHand) -> None:
    """The next directory sweeps it away, and nothing else."""
    parent: Folder = case["parent"]
    outside: Folder = case["outside"]
    outside.write("file", b"precious")
    parent.write("other/file", b"stays")
    parent.write("note", b"stays")
    parent.write("dagstack-tmp-of-somebody/file", b"stays")
    parent.link("link", str(outside.path))
    with running(HOLD, parent.path) as (process, left):
        parent.link(f"{left}/link", str(outside.path))
        process.kill()
        process.wait(30)
    assert parent.exists(left)
    await _next_one(case, parent)
    assert parent.names() == ["dagstack-tmp-of-somebody", "link", "note", "other"]
    assert (parent.names("other"), outside.read("file")) == (["file"], b"precious")
    assert parent.names("dagstack-tmp-of-somebody") == ["file"]


async def a_running_process_keeps_its_folder(case: ByHand) -> None:
    """It is swept once its process is gone."""
    parent: Folder = case["parent"]
    with running(HOLD, parent.path) as (process, held):
        for _ in range(3):
            await _next_one(case, parent)
        assert parent.read(f"{held}/a/b") == b"left"
        process.kill()
        process.wait(30)
    await _next_one(case, parent)
    assert parent.names() == []


async def killed_at_any_moment_nothing_stays(case: ByHand) -> None:
    """Six processes die while they make, fill and remove."""
    parent: Folder = case["parent"]
    choose = random.Random(6)  # noqa: S311 - moments, not secrets
    for _ in range(6):
        with running(CHURN, parent.path) as (process, _ready):
            await asyncio.sleep(choose.uniform(0, 0.02))
            process.kill()
            process.wait(30)
        await _next_one(case, parent)
        assert parent.names() == []


def a_forked_process_leaves_the_folder(case: ByHand) -> None:
    """Three children end in three ways."""
    parent: Folder = case["parent"]
    assert run(FORK, parent.path).splitlines() == ["0 ['of the child']"] * 3
    assert parent.names() == []
    assert os.path.isdir(parent.path)  # noqa: PTH112


WITH_PROCESSES: Final = {
    "the_end_of_the_process_removes_the_folder": the_end_of_the_process_removes_the_folder,
    "what_a_killed_process_left_is_removed": what_a_killed_process_left_is_removed,
    "a_running_process_keeps_its_folder": a_running_process_keeps_its_folder,
    "killed_at_any_moment_nothing_stays": killed_at_any_moment_nothing_stays,
    "a_forked_process_leaves_the_folder": a_forked_process_leaves_the_folder,
}
"""Bodies by case."""

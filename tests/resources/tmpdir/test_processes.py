"""What becomes of a folder when its process ends, is killed, or forks."""

from __future__ import annotations

import errno
import logging
import os
import random
import signal
import time
from typing import TYPE_CHECKING

import pytest

from dagstack.resources import SystemTempDir, removal, sweep
from tests.resources.tmpdir.processes import AS_NOBODY, HOLD, NOBODY, folders, run, running

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

CHURN = """
import sys
from dagstack.resources import SystemTempDir
print("ready", flush=True)
while True:
    with SystemTempDir(sys.argv[1]) as folder:
        for number in range(8):
            folder.create_subdir(f"{number}").joinpath("inner").mkdir()
            folder.create_file("a", suffix=f"{number}")
"""
"""Makes, fills and removes folders until it is killed."""


def next_one(parent: Path) -> list[str]:
    """What the next directory below the same parent leaves there."""
    with SystemTempDir(parent):
        pass
    return folders(parent)


def test_at_exit_it_is_removed(parent: Path) -> None:
    """If nobody closed it, and also if the program ends with an error."""
    script = """
import sys
from dagstack.resources import SystemTempDir
folder = SystemTempDir(sys.argv[1])
folder.create_file("a")
sys.exit(0)
"""
    with running(script, parent) as (process, _):
        assert process.wait(30) == 0
    with running(script.replace("0)", "'an error')"), parent) as (process, _):
        assert process.wait(30) == 1

    assert folders(parent) == []


@pytest.mark.parametrize("sent", [signal.SIGKILL, signal.SIGTERM, signal.SIGHUP])
def test_what_a_killed_process_left_is_removed_by_the_next_one(
    parent: Path, sent: signal.Signals
) -> None:
    """No handler of that process has run; the lock went with it."""
    with running(HOLD, parent) as (process, left):
        process.send_signal(sent)
        process.wait(30)
        assert os.path.exists(f"{left}/a/b")  # noqa: PTH110

        assert next_one(parent) == []


def test_the_folder_of_a_running_process_stays(parent: Path) -> None:
    """However many others are made below the same parent, in this process or another one."""
    other = """
import sys
from dagstack.resources import SystemTempDir
SystemTempDir(sys.argv[1]).close()
"""
    with running(HOLD, parent) as (process, held), SystemTempDir(parent) as mine:
        for _ in range(3):
            next_one(parent)
            run(other, parent)
        assert os.path.exists(f"{held}/a/b")  # noqa: PTH110
        assert mine.create_file("mine").exists()
        process.communicate("", timeout=30)

    assert folders(parent) == []


@pytest.mark.parametrize(
    "end", ["os._exit(0)", "sys.exit()", "folder.close()", "del folder; gc.collect()"]
)
def test_a_forked_child_does_not_remove_the_folder(parent: Path, end: str) -> None:
    """However it ends; it can use the folder meanwhile, and warns nobody of what is not its own."""
    script = f"""
import gc, os, sys
from dagstack.resources import SystemTempDir
folder = SystemTempDir(sys.argv[1])
folder._lock.acquire()  # as another thread might, at the moment of the fork
child = os.fork()
if not child:
    folder.create_file("of the child")
    {end}
    sys.exit()
folder._lock.release()
print(os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]), os.listdir(folder.path))
folder.close()
"""
    assert run(script, parent) == "0 ['of the child']"
    assert folders(parent) == []


def test_a_forked_child_keeps_the_folder_of_a_killed_parent(parent: Path) -> None:
    """It may still use it; when it ends as well, the next one removes the folder."""
    script = """
import os, sys
from dagstack.resources import SystemTempDir
folder = SystemTempDir(sys.argv[1])
if os.fork():
    os.kill(os.getpid(), 9)
print(folder.create_file("of the child"), flush=True)
sys.stdin.read()
"""
    with running(script, parent) as (process, file):
        process.wait(30)
        with SystemTempDir(parent):
            assert os.path.exists(file)  # noqa: PTH110
        assert process.stdin is not None
        assert process.stdout is not None
        process.stdin.close()
        process.stdout.read()

    deadline = time.monotonic() + 30  # its output ends a little before its lock
    while next_one(parent) != [] and time.monotonic() < deadline:
        time.sleep(0.01)
    assert folders(parent) == []


def test_a_program_that_was_started_does_not_keep_the_folder(parent: Path) -> None:
    """It inherits no descriptor, so it may go on for as long as it likes."""
    script = """
import subprocess, sys
from dagstack.resources import SystemTempDir
folder = SystemTempDir(sys.argv[1])
started = subprocess.Popen(["sleep", "30"], close_fds=False)
print(started.pid, flush=True)
sys.stdin.read()
"""
    with running(script, parent) as (process, started):
        process.kill()
        process.wait(30)
        try:
            assert next_one(parent) == []
        finally:
            os.kill(int(started), signal.SIGKILL)


def killed_at_random(parent: Path, times: int) -> tuple[int, int]:
    """Kill processes that make and remove folders; count leftovers, and those after a sweep."""
    choose = random.Random(times)  # noqa: S311 - moments, not secrets
    left = after = 0
    for _ in range(times):
        with running(CHURN, parent) as (process, _ready):
            time.sleep(choose.uniform(0, 0.02))
            process.kill()
            process.wait(30)
        left += len(folders(parent))
        after += len(next_one(parent))
    return left, after


def test_killed_at_any_moment_nothing_stays_after_the_next_one(parent: Path) -> None:
    """While it makes, fills or removes its folder."""
    left, after = killed_at_random(parent, 6)

    assert left > 0
    assert after == 0


@pytest.mark.slow
def test_killed_two_hundred_times_nothing_stays(parent: Path) -> None:
    """The same, often enough to meet every moment."""
    left, after = killed_at_random(parent, 200)

    assert left > 100
    assert after == 0


@pytest.mark.slow
def test_processes_that_are_killed_do_no_harm_to_others(parent: Path) -> None:
    """Three at a time churn and are killed, while this one uses a folder of its own."""
    choose = random.Random(3)  # noqa: S311 - moments, not secrets
    with SystemTempDir(parent) as mine:
        for number in range(20):
            with (
                running(CHURN, parent) as (a, _),
                running(CHURN, parent) as (b, _),
                running(CHURN, parent) as (c, _),
            ):
                for process in (a, b, c):
                    time.sleep(choose.uniform(0, 0.02))
                    assert process.poll() is None
                    process.kill()
            mine.create_file(f"{number}")
        assert len(folders(mine.path)) == 20

    assert next_one(parent) == []


def test_a_sweep_follows_no_link_out_of_the_folder(parent: Path, outside: Path) -> None:
    """What a killed process linked to stays as it is."""
    with running(HOLD, parent) as (process, left):
        process.kill()
        process.wait(30)
    os.symlink(outside, f"{left}/link")  # noqa: PTH211
    os.symlink(outside, f"{left}/a/link")  # noqa: PTH211

    assert next_one(parent) == []
    assert (outside / "file").read_text() == "precious"


def test_a_sweep_leaves_alone_what_is_not_ours(
    parent: Path, outside: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """Other names, files and links by such a name, and whatever another user owns."""
    ours = sweep.new_name()
    (parent / "dagstack-tmp-notes").mkdir()
    (parent / f"{ours}-").mkdir()
    (parent / f"x{ours}").mkdir()
    (parent / sweep.new_name()).write_text("a file")
    (parent / sweep.new_name()).symlink_to(outside)
    if os.geteuid() == 0:
        theirs = parent / sweep.new_name()
        theirs.mkdir()
        os.chown(theirs, NOBODY, NOBODY)
    before = folders(parent)

    assert next_one(parent) == before
    assert folders(outside) == ["file", "folder"]
    assert caplog.records == []


def test_a_sweep_removes_what_was_shut() -> None:
    """Also the folder itself, if whoever was killed had made it inaccessible."""
    script = f"""{AS_NOBODY}
folder = SystemTempDir(parent)
if not os.fork():
    mine = SystemTempDir(parent)
    mine.create_subdir("a").chmod(0)
    mine.path.chmod(0)
    os._exit(0)
os.wait()
SystemTempDir(parent).close()
folder.close()
print(os.listdir(parent))
parent.rmdir()
"""
    assert run(script) == "[]"


def test_what_a_sweep_cannot_remove_is_logged_and_stops_nobody(
    parent: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The new directory is made all the same, and the others are swept."""
    stuck, other = sorted([parent / sweep.new_name(), parent / sweep.new_name()])
    stuck.mkdir()
    other.mkdir()
    real: Callable[[int, str], None] = removal.remove

    def remove(folder: int, name: str) -> None:
        if name == stuck.name:
            raise OSError(errno.EBUSY, "Device or resource busy", "a")
        real(folder, name)

    with monkeypatch.context() as patch, caplog.at_level(logging.WARNING):
        patch.setattr(sweep, "remove", remove)
        assert next_one(parent) == [stuck.name]

    said = f"cannot remove what a killed process left: {stuck}: [Errno 16] Device or resource busy"
    assert [record.getMessage() for record in caplog.records] == [f"{said}: 'a'"]
    assert next_one(parent) == []


@pytest.mark.parametrize("moment", ["_is_our_folder", "hold", "remove"])
def test_another_sweep_may_be_faster(
    parent: Path,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
    moment: str,
) -> None:
    """The folder is gone at any of the moments in between, and that is fine."""
    left = parent / sweep.new_name()
    left.mkdir()
    real = getattr(sweep, moment)
    gone: list[str] = []

    def faster(*arguments: object) -> object:
        if not gone:
            left.rmdir()
            gone.append(moment)
        return real(*arguments)

    monkeypatch.setattr(sweep, moment, faster)

    assert next_one(parent) == []
    assert gone == [moment]
    assert caplog.records == []

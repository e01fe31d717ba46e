"""What comes with the runner for temporary directories."""

from __future__ import annotations

import contextlib
import os
import stat
import threading
from functools import partial
from typing import TYPE_CHECKING, Final

from dagstack.conformance.harness import Surroundings
from dagstack.conformance.suites.folder import Folder
from dagstack.conformance.threads import in_threads

if TYPE_CHECKING:
    from pathlib import Path

    from dagstack.conformance.stage import ByHand
    from dagstack.contracts import TempDir

_CALLERS: Final = 8


async def modes_do_not_depend_on_the_umask(case: ByHand) -> None:
    """The umask belongs to the process, so it is set for a moment only."""
    parent: Folder = case["parent"]
    for mask in (0o000, 0o022, 0o777):
        usual = os.umask(mask)
        try:
            made: TempDir = await case.make("TempDir", parent=parent.path)
            file, folder = made.create_file("file"), made.create_subdir("folder")
        finally:
            os.umask(usual)
        modes = [f"{stat.S_IMODE(each.lstat().st_mode):o}" for each in (made.path, file, folder)]
        case.expect(modes == ["700", "600", "700"], f"under umask {mask:03o} the modes are {modes}")


async def one_of_many_gets_the_name(case: ByHand) -> None:
    """Half of them want a file, half a folder."""
    made: TempDir = case["dir"]
    taken = case.error("AlreadyExists")

    async def create(number: int) -> bool:
        try:
            made.create_file("one") if number % 2 else made.create_subdir("one")
        except taken:
            return False
        return True

    got = await in_threads([partial(create, number) for number in range(_CALLERS)])
    case.expect(sum(got) == 1, f"{sum(got)} of {_CALLERS} got the name")


async def what_is_written_during_the_close_goes_too(case: ByHand) -> None:
    """Another thread writes until the folder is gone."""
    parent: Folder = case["parent"]
    made: TempDir = case["dir"]
    for _ in range(5):
        started, stop = threading.Event(), threading.Event()
        writer = threading.Thread(target=_write, args=(made.path, started, stop), daemon=True)
        writer.start()
        started.wait(10)
        try:
            await case.close("TempDir", made)
        finally:
            stop.set()
            writer.join(10)
        left = parent.names()
        case.expect(left == [], f"the parent still holds {left}")
        made = await case.make("TempDir", parent=parent.path)


def _write(place: Path, started: threading.Event, stop: threading.Event) -> None:
    number = 0
    with contextlib.suppress(OSError):
        while not stop.is_set():
            (place / f"{number}").mkdir()
            (place / f"{number}" / "file").touch()
            number += 1
            started.set()


SURROUNDINGS: Final = Surroundings(
    subjects={"Folder": Folder},
    by_hand={
        "modes_do_not_depend_on_the_umask": modes_do_not_depend_on_the_umask,
        "one_of_many_gets_the_name": one_of_many_gets_the_name,
        "what_is_written_during_the_close_goes_too": what_is_written_during_the_close_goes_too,
    },
)

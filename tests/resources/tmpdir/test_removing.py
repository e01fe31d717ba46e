"""How a folder goes, and what stays."""

from __future__ import annotations

import errno
import gc
import os
import resource
import stat
import threading
import time
from typing import TYPE_CHECKING

import pytest

from dagstack.contracts import BackendFailed, ResourceClosed
from dagstack.resources import SystemTempDir, removal
from tests.resources.threads import in_threads
from tests.resources.tmpdir.processes import AS_NOBODY, folders, open_files, run

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def untouched(outside: Path) -> bool:
    """Whether what lies outside is as it was, in content and permissions."""
    modes = [
        stat.S_IMODE(place.stat().st_mode)
        for place in (outside, outside / "file", outside / "folder")
    ]
    return (outside / "file").read_text() == "precious" and modes == [0o751, 0o640, 0o555]


def test_all_that_is_in_it_goes_with_it(parent: Path) -> None:
    """Files, folders in folders, hidden ones, pipes, and what has no write permission."""
    with SystemTempDir(parent) as folder:
        deep = folder.create_subdir("a") / "b" / "c"
        deep.mkdir(parents=True)
        (deep / ".hidden").write_text("text")
        os.mkfifo(deep / "pipe")
        folder.create_file("read only").chmod(0o400)
    assert folders(parent) == []


def test_close_is_idempotent(parent: Path) -> None:
    """Eight threads and one more call do no more than the first one; other folders stay."""
    folder, other = SystemTempDir(parent), SystemTempDir(parent)
    in_threads(8, lambda _: folder.close())
    folder.close()

    assert folder.closed
    assert folders(parent) == [other.path.name]
    other.close()


def test_links_to_the_outside_are_removed_and_not_followed(parent: Path, outside: Path) -> None:
    """Neither the content nor the permissions of what they lead to change."""
    with SystemTempDir(parent) as folder:
        sub = folder.create_subdir("sub")
        for place in (folder.path, sub):
            (place / "to file").symlink_to(outside / "file")
            (place / "to folder").symlink_to(outside)
            (place / "to shut folder").symlink_to(outside / "folder")
            (place / "relative").symlink_to("../../../outside")
            (place / "up").symlink_to("..")
        os.link(outside / "file", sub / "hard link")

    assert folders(parent) == []
    assert untouched(outside)


def test_a_folder_that_becomes_a_link_meanwhile_is_not_followed(
    parent: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between the look at what it is and the removal, somebody puts a link in its place."""
    real = removal.open_folder
    swapped: list[str] = []

    def swap(name: str, *, within: int | None = None, **rest: bool) -> int:
        if name == "sub" and not swapped:
            os.rename(name, "moved", src_dir_fd=within, dst_dir_fd=within)
            os.symlink(outside, name, dir_fd=within)
            swapped.append(name)
        return real(name, within=within, **rest)

    with SystemTempDir(parent) as folder:
        folder.create_subdir("sub")
        monkeypatch.setattr(removal, "open_folder", swap)

    assert swapped == ["sub"]
    assert folders(parent) == []
    assert untouched(outside)


def test_a_folder_that_is_moved_out_while_it_is_emptied_leads_nowhere(
    parent: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The way back up would end in a foreign folder; it is not taken, and the rest still goes."""
    real = os.unlink
    moved = outside / "moved"

    def unlink(name: str, *, dir_fd: int | None = None) -> None:
        if name == "deep" and not moved.exists():
            os.rename("../../sub", moved, src_dir_fd=dir_fd)
        real(name, dir_fd=dir_fd)

    with SystemTempDir(parent) as folder:
        folder.create_subdir("sub").joinpath("inner").mkdir()
        (folder.path / "sub" / "inner" / "deep").touch()
        folder.create_subdir("file").joinpath("folder").mkdir()
        monkeypatch.setattr(os, "unlink", unlink)

    assert folders(parent) == []
    assert folders(outside) == ["file", "folder", "moved"]
    assert untouched(outside)


def test_permissions_are_never_given_through_a_link(parent: Path, outside: Path) -> None:
    """What looked like a shut folder may be a link by the time that it is opened up."""
    (parent / "link").symlink_to(outside / "folder")
    with removal.opened(removal.open_folder(str(parent))) as place:
        removal.let_in("link", place)

    assert untouched(outside)


def test_a_link_that_took_the_folders_place_is_left_alone(parent: Path, outside: Path) -> None:
    """The folder is emptied wherever it is now; what is called like it is not its own."""
    folder = SystemTempDir(parent)
    folder.create_file("a")
    folder.path.rename(parent / "moved")
    folder.path.symlink_to(outside)
    folder.close()

    assert folders(parent) == sorted([folder.path.name, "moved"])
    assert folders(parent / "moved") == []
    assert untouched(outside)


def test_a_folder_that_is_gone_already_is_no_failure(parent: Path) -> None:
    """Whoever removed it did what closing would have done."""
    folder = SystemTempDir(parent)
    folder.path.rmdir()
    folder.close()

    assert folders(parent) == []


@pytest.mark.parametrize("levels", [200, pytest.param(3000, marks=pytest.mark.slow)])
def test_trees_of_any_depth_go(parent: Path, levels: int) -> None:
    """Folders in one another, with ten files to open: neither the stack nor the files run out."""
    folder = SystemTempDir(parent)
    depth = os.open(folder.path, os.O_RDONLY)
    for _ in range(levels):
        os.mkdir("d", dir_fd=depth)
        inner = os.open("d", os.O_RDONLY, dir_fd=depth)
        os.close(depth)
        depth = inner
    os.close(os.open("file", os.O_CREAT | os.O_WRONLY, dir_fd=depth))
    os.close(depth)
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (open_files() + 10, hard))
    try:
        folder.close()
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))

    assert folders(parent) == []


def test_folders_that_are_read_only_or_shut_go() -> None:
    """For users to whom permissions mean something; the folder itself may be shut, too."""
    script = f"""{AS_NOBODY}
folder = SystemTempDir(parent)
for number, mode in enumerate((0o000, 0o100, 0o400, 0o500, 0o555, 0o300)):
    outer = folder.create_subdir(str(number))
    inner = outer / "inner" / "innermost"
    inner.mkdir(parents=True)
    (inner / "file").touch()
    for place in (inner, inner.parent, outer):
        (place / "read only").touch(mode=0o400)
        place.chmod(mode)
folder.path.chmod(0)
folder.close()
parent.rmdir()
"""
    assert run(script) == ""


def test_who_writes_by_path_during_the_close_finds_no_folder(
    parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One pass is enough then, and nobody waits."""
    folder = SystemTempDir(parent)
    folder.create_file("a")
    late: list[type[OSError]] = []
    real = os.unlink

    def write_late(name: str, *, dir_fd: int | None = None) -> None:
        real(name, dir_fd=dir_fd)
        try:
            (folder.path / "late").touch()
        except OSError as error:
            late.append(type(error))

    monkeypatch.setattr(os, "unlink", write_late)
    monkeypatch.setattr(time, "sleep", pytest.fail)
    folder.close()

    assert late == [FileNotFoundError]
    assert folders(parent) == []


def test_what_is_written_into_the_open_folder_during_the_close_goes_too(
    parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Removing is tried again, after longer and longer pauses, until nobody writes any more."""
    folder = SystemTempDir(parent)
    inside = os.open(folder.path, os.O_RDONLY)
    pauses: list[float] = []
    real = os.rmdir

    def write_late(name: str, *, dir_fd: int | None = None) -> None:
        if len(pauses) < 4:
            os.mkdir(f"late{len(pauses)}", dir_fd=inside)
        real(name, dir_fd=dir_fd)

    monkeypatch.setattr(os, "rmdir", write_late)
    monkeypatch.setattr(time, "sleep", pauses.append)
    folder.close()
    os.close(inside)

    assert pauses == [0.005, 0.01, 0.02, 0.04]
    assert folders(parent) == []


def test_a_writer_in_another_thread_is_no_match(parent: Path) -> None:
    """It writes by path and by open folder as fast as it can, until both are gone."""
    for _ in range(5):
        folder = SystemTempDir(parent)
        inside = os.open(folder.path, os.O_RDONLY)
        started = threading.Event()

        def write(
            folder: SystemTempDir = folder,
            inside: int = inside,
            started: threading.Event = started,
        ) -> int:
            for number in range(100_000):
                try:
                    os.mkdir(f"{number}", dir_fd=inside)
                    (folder.path / f"{number}" / "file").touch()
                except FileNotFoundError:
                    return number
                started.set()
            return -1

        def act(
            number: int, folder: SystemTempDir = folder, write: Callable[[], int] = write
        ) -> int:
            if number:
                return write()
            started.wait()  # noqa: B023 - of this round
            folder.close()
            return 1

        assert min(in_threads(2, act)) > 0
        os.close(inside)
        assert folders(parent) == []


def test_what_cannot_be_removed_is_reported_and_all_the_rest_goes(
    parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """After eight attempts; the next close is quiet, and the next sweep tries again."""
    folder = SystemTempDir(parent)
    for name in ("a", "stuck", "z"):
        (folder.create_subdir(f"in {name}") / name).touch()
    pauses: list[float] = []
    real = os.unlink

    def unlink(name: str, *, dir_fd: int | None = None) -> None:
        if name == "stuck":
            raise OSError(errno.EBUSY, os.strerror(errno.EBUSY), name)
        real(name, dir_fd=dir_fd)

    before = open_files()
    with monkeypatch.context() as patch:
        patch.setattr(os, "unlink", unlink)
        patch.setattr(time, "sleep", pauses.append)
        with pytest.raises(BackendFailed) as caught:
            folder.close()
    folder.close()

    detail = "Device or resource busy: stuck"
    assert str(caught.value) == f"SystemTempDir: close failed: {detail}"
    assert pauses == [0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32]
    assert folders(parent) == [f"{folder.path.name}-closing"]
    assert folders(parent / f"{folder.path.name}-closing") == ["in stuck"]
    assert open_files() == before - 1

    SystemTempDir(parent).close()
    assert folders(parent) == []


def test_another_file_system_mounted_inside_is_left_alone(
    parent: Path, outside: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its content is somebody else's; the close says what is in the way."""
    folder = SystemTempDir(parent)
    mounted = folder.create_subdir("mounted")
    (mounted / "file").touch()
    real = os.fstat
    number = mounted.stat().st_ino

    def fstat(descriptor: int) -> os.stat_result:
        found = real(descriptor)
        if found.st_ino != number:
            return found
        values = [*found]
        values[stat.ST_DEV] += 1
        return os.stat_result(values)

    monkeypatch.setattr(time, "sleep", lambda _: None)
    monkeypatch.setattr(os, "fstat", fstat)
    with pytest.raises(BackendFailed, match="another file system is mounted there: mounted"):
        folder.close()
    monkeypatch.undo()

    assert folders(parent / f"{folder.path.name}-closing" / "mounted") == ["file"]
    assert untouched(outside)


def test_creating_during_the_close_leaves_no_litter(parent: Path) -> None:
    """Whoever comes too late is told so, and nothing else happens to anybody."""
    for _ in range(20):
        folder = SystemTempDir(parent)

        def act(number: int, folder: SystemTempDir = folder) -> int:
            if not number:
                time.sleep(0.001)
                folder.close()
                return 1
            try:
                for made in range(100_000):
                    folder.create_file(f"{number}-{made}")
            except ResourceClosed:
                return 1
            return 0

        assert in_threads(4, act) == [1] * 4
        assert folders(parent) == []


def test_a_forgotten_close_is_a_warning_and_the_folder_goes(parent: Path) -> None:
    """As soon as nobody can use it any more; so do its descriptors."""
    before = open_files()
    folder = SystemTempDir(parent)
    folder.create_file("a")
    kept = [folder]
    del folder
    with pytest.warns(ResourceWarning, match="unclosed <SystemTempDir .*/dagstack-tmp-"):
        kept.clear()
    gc.collect()

    assert folders(parent) == []
    assert open_files() == before


def test_closed_properly_it_warns_nobody(parent: Path) -> None:
    """Warnings are errors in tests: this one would fail."""
    SystemTempDir(parent).close()
    gc.collect()

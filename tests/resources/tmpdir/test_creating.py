"""What is created, with which names and modes."""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagstack.contracts import (
    AlreadyExists,
    BackendFailed,
    InvalidArgument,
    ResourceClosed,
    TempDir,
)
from dagstack.resources import SystemTempDir, sweep
from tests.resources.threads import in_threads
from tests.resources.tmpdir.processes import AS_NOBODY, folders, open_files, run

if TYPE_CHECKING:
    from collections.abc import Callable, Generator

TEMP_DIRS: tuple[type[TempDir], ...] = (SystemTempDir,)

FINE = ["a", "a.b", ".hidden", "...", "a b", " ", "-rf", "*", "CON", "\xe9", "e\u0301", "😀", "~"]
FINE += ["a" * 255, "é" * 127, "%2e%2e%2f", "1:", "$HOME", "|", '"', "ab:c"]

REFUSED = ["", ".", "..", "/", "\\", "/etc/passwd", "../escape", "a/b", "a/", "/a", "./a", "a/.."]
REFUSED += ["..\\escape", "a\\b", "\\\\server\\share", "\\\\?\\C:\\a", "C:", "C:a", "C:\\a", "z:.."]
REFUSED += ["\ud800", "a\udcff", "a" * 256, "é" * 128, "a/" * 500, "../" * 100]
REFUSED += [f"a{chr(code)}b" for code in (*range(0x20), *range(0x7F, 0xA0))]
REFUSED_AT_THE_END = [name for name in REFUSED if name not in {"", ".", "..", "C:", "C:a", "z:.."}]


def mode(path: Path) -> int:
    """The permissions of a file or folder, not of what a link leads to."""
    return stat.S_IMODE(path.lstat().st_mode)


@pytest.fixture
def folder(parent: Path) -> Generator[SystemTempDir]:
    """A temporary directory."""
    with SystemTempDir(parent) as made:
        yield made


@pytest.fixture
def umask() -> Generator[Callable[[int], int]]:
    """Set the umask for one test."""
    usual = os.umask(0o022)
    yield os.umask
    os.umask(usual)


def test_it_is_a_temp_dir(folder: SystemTempDir) -> None:
    """An instance has the members of the interface."""
    assert isinstance(folder, TempDir)


def test_without_a_parent_it_is_where_the_system_has_temporary_files(
    parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That is the folder that Python itself uses."""
    monkeypatch.setattr("tempfile.tempdir", str(parent))
    with SystemTempDir() as folder:
        assert folder.path.parent == parent


def test_its_path_is_absolute_and_never_changes(
    parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also when the parent was relative, after the process went elsewhere, and after the close."""
    monkeypatch.chdir(parent.parent)
    with SystemTempDir("parent") as folder:
        before = folder.path
        monkeypatch.chdir("/")
        assert before.is_absolute()
        assert folder.create_file("a").parent == before
    assert folder.path == before


def test_a_parent_may_be_a_link(parent: Path) -> None:
    """The system's place for temporary files is one on some systems."""
    link = parent / "link"
    (parent / "real").mkdir()
    link.symlink_to("real")
    with SystemTempDir(link) as folder:
        assert folder.path.parent == link
        assert folders(parent / "real") == [folder.path.name]
    assert folders(parent / "real") == []


@pytest.mark.parametrize("kind", ["missing", "file", "\0", 3, b"bytes"])
def test_a_parent_that_is_no_folder_is_refused(parent: Path, kind: str) -> None:
    """It says so, and makes none."""
    (parent / "file").touch()
    with pytest.raises(InvalidArgument) as caught:
        SystemTempDir(parent / kind if kind in {"missing", "file"} else kind)

    assert caught.value.argument == "parent"
    assert folders(parent) == ["file"]


def test_a_parent_that_may_not_be_entered_is_reported() -> None:
    """The error is ours, and says what the system said."""
    script = f"""{AS_NOBODY}
from dagstack.contracts import BackendFailed
(parent / "shut").mkdir(mode=0)
for place in (parent / "shut", parent / "shut" / "inner"):
    try:
        SystemTempDir(place)
    except BackendFailed as error:
        print(str(error).partition(": /")[0])
(parent / "shut").rmdir(), parent.rmdir()
"""
    assert run(script).splitlines() == ["SystemTempDir: open failed: Permission denied"] * 2


@pytest.mark.parametrize("mask", [0, 0o022, 0o777])
def test_modes_do_not_depend_on_the_umask(
    parent: Path, umask: Callable[[int], int], mask: int
) -> None:
    """Folders are the owner's alone, and so are files."""
    umask(mask)
    with SystemTempDir(parent) as folder:
        file, sub = folder.create_file("file"), folder.create_subdir("sub")
        assert [mode(folder.path), mode(file), mode(sub)] == [0o700, 0o600, 0o700]


def test_modes_do_not_depend_on_the_umask_for_other_users_than_root() -> None:
    """Even one that takes away the owner's own rights."""
    script = f"""{AS_NOBODY}
for mask in (0, 0o777):
    os.umask(mask)
    with SystemTempDir(parent) as folder:
        file, sub = folder.create_file("file"), folder.create_subdir("sub")
        print(mode(folder.path), mode(file), mode(sub))
parent.rmdir()
"""
    assert run(script).splitlines() == ["0o700 0o600 0o700"] * 2


def test_modes_do_not_depend_on_a_parent_that_hands_down_its_group(parent: Path) -> None:
    """The bit for that is not among them."""
    parent.chmod(0o2770)
    with SystemTempDir(parent) as folder:
        assert [mode(folder.path), mode(folder.create_subdir("sub"))] == [0o700, 0o700]


def test_a_file_is_new_and_empty(folder: SystemTempDir) -> None:
    """It is named by name and suffix, and lies in the folder."""
    file = folder.create_file("report", suffix=".csv")

    assert file == folder.path / "report.csv"
    assert file.is_file()
    assert file.read_bytes() == b""


@pytest.mark.parametrize("name", FINE)
def test_a_name_is_taken_literally(folder: SystemTempDir, name: str) -> None:
    """What is special to a shell, or to another system, is not here."""
    assert folder.create_file(name) == folder.path / name
    assert folders(folder.path) == [name]
    (folder.path / name).unlink()
    assert folder.create_subdir(name) == folder.path / name
    assert folders(folder.path) == [name]


@pytest.mark.parametrize("number", range(len(REFUSED)))
def test_names_that_are_none_are_refused(folder: SystemTempDir, number: int) -> None:
    """As a file, as a suffix, as a folder: before anything is made, here or elsewhere."""
    name = REFUSED[number]
    with pytest.raises(InvalidArgument) as file:
        folder.create_file(name)
    with pytest.raises(InvalidArgument) as sub:
        folder.create_subdir(name)
    assert (file.value.argument, sub.value.argument) == ("name", "name")
    assert len(str(file.value)) < 200

    assert folders(folder.path) == []


@pytest.mark.parametrize("number", range(len(REFUSED_AT_THE_END)))
def test_suffixes_that_make_no_name_are_refused(folder: SystemTempDir, number: int) -> None:
    """A suffix is part of the name, and nothing is made, here or elsewhere."""
    with pytest.raises(InvalidArgument) as caught:
        folder.create_file("a", suffix=REFUSED_AT_THE_END[number])

    assert caught.value.argument == "suffix"
    assert folders(folder.path) == []


@given(st.text(max_size=8), st.text("./\\\0:aC", max_size=6))
def test_no_name_leaves_the_folder(name: str, suffix: str) -> None:
    """Whatever it is: it is refused, or names something in the folder itself."""
    with SystemTempDir() as folder:
        try:
            made = [folder.create_file(name, suffix=suffix), folder.create_subdir(f"{name}+")]
        except InvalidArgument:
            return
        assert {path.parent for path in made} == {folder.path}
        assert folders(folder.path) == sorted(path.name for path in made)


@pytest.mark.parametrize("name", [None, 1, b"a", Path("a")])
def test_a_name_is_a_string(folder: SystemTempDir, name: str) -> None:
    """Nothing else will do, not as a suffix either."""
    calls: list[Callable[[], Path]] = [
        lambda: folder.create_file(name),
        lambda: folder.create_subdir(name),
        lambda: folder.create_file("a", suffix=name),
    ]
    for call in calls:
        with pytest.raises(InvalidArgument, match=f"must be a str, not {type(name).__name__}"):
            call()


@pytest.mark.parametrize("kind", ["file", "folder", "link", "dangling link", "link to a folder"])
def test_what_has_the_name_already_stays_as_it_is(
    folder: SystemTempDir, outside: Path, kind: str
) -> None:
    """Neither a file nor a folder replaces it, and a link is not followed."""
    taken = folder.path / "taken.x"
    match kind:
        case "file":
            taken.write_text("mine")
        case "folder":
            taken.mkdir()
        case _:
            targets = {"link": "file", "dangling link": "new", "link to a folder": "folder"}
            taken.symlink_to(outside / targets[kind])
    before = taken.lstat()

    with pytest.raises(AlreadyExists) as caught:
        folder.create_file("taken", suffix=".x")
    assert caught.value.taken == "taken.x"
    with pytest.raises(AlreadyExists):
        folder.create_subdir("taken.x")
    assert taken.lstat() == before
    assert folders(outside) == ["file", "folder"]


def test_of_many_that_ask_for_one_name_one_gets_it(folder: SystemTempDir) -> None:
    """The others are told that it is taken."""

    def create(number: int) -> bool:
        try:
            folder.create_file("one") if number % 2 else folder.create_subdir("one")
        except AlreadyExists:
            return False
        return True

    assert sum(in_threads(8, create)) == 1


def test_many_threads_create_many_files(folder: SystemTempDir) -> None:
    """Eight threads make 1000 files, and each has its own."""
    made = in_threads(8, lambda number: [folder.create_file(f"{number}-{n}") for n in range(125)])

    assert len({*sum(made, [])}) == 1000  # noqa: RUF017 - eight lists
    assert len(folders(folder.path)) == 1000


def test_two_never_share_a_folder(parent: Path) -> None:
    """Sixteen threads with one parent each have their own, and sweep away nobody else's."""
    made = in_threads(16, lambda _: SystemTempDir(parent))
    files = [folder.create_file("same") for folder in made]

    assert len({*files}) == 16
    assert all(file.exists() for file in files)
    in_threads(16, lambda number: made[number].close())
    assert folders(parent) == []


def test_a_closed_one_creates_nothing(parent: Path) -> None:
    """Every use is refused, and says by whom."""
    with SystemTempDir(parent) as folder:
        pass

    for call in (
        lambda: folder.create_file("a"),
        lambda: folder.create_subdir("a"),
        folder.__enter__,
    ):
        with pytest.raises(ResourceClosed, match="SystemTempDir is closed"):
            call()
    assert folders(parent) == []


@pytest.mark.parametrize("code", [errno.ENOSPC, errno.EIO, errno.EMFILE, errno.EDQUOT])
def test_what_the_file_system_refuses_is_reported_as_such(
    folder: SystemTempDir, monkeypatch: pytest.MonkeyPatch, code: int
) -> None:
    """A full disk, say; the system's own error is the cause, and nothing is left."""

    def refuse(*_: object, **__: object) -> int:
        raise OSError(code, os.strerror(code), "name")

    calls: dict[str, Callable[[], object]] = {
        "create_file": lambda: folder.create_file("a"),
        "create_subdir": lambda: folder.create_subdir("a"),
    }
    for operation, call in calls.items():
        for broken in ("open", "fchmod"):
            with monkeypatch.context() as patch:
                patch.setattr(os, broken, refuse)
                with pytest.raises(BackendFailed) as caught:
                    call()
            assert str(caught.value) == (
                f"SystemTempDir: {operation} failed: {os.strerror(code)}: name"
            )
            assert caught.value.operation == operation
            assert isinstance(caught.value.__cause__, OSError)
            assert folders(folder.path) == []


def test_a_folder_that_somebody_removed_is_reported(folder: SystemTempDir) -> None:
    """It is not made again elsewhere."""
    folder.path.rmdir()
    with pytest.raises(BackendFailed, match="create_file failed: No such file or directory"):
        folder.create_file("a")


def test_a_file_system_without_locks_is_refused(
    parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a lock the folder might be swept away under its user; and nothing is left."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    before = open_files()
    monkeypatch.setattr("fcntl.flock", refuse)
    with pytest.raises(BackendFailed, match="open failed: No locks available"):
        SystemTempDir(parent)

    assert folders(parent) == []
    assert open_files() == before


@pytest.mark.parametrize("broken", ["hold", "is_at"])
def test_a_folder_that_was_swept_before_it_was_locked_is_made_again(
    parent: Path, monkeypatch: pytest.MonkeyPatch, broken: str
) -> None:
    """Under another name, as often as that happens."""
    real: Callable[..., bool] = getattr(sweep, broken)
    answers = [False, False]
    where = "sweep.hold" if broken == "hold" else "tmpdir.is_at"
    monkeypatch.setattr(
        f"dagstack.resources.{where}",
        lambda *arguments: answers.pop() if answers else real(*arguments),
    )
    before = open_files()
    with SystemTempDir(parent) as folder:
        monkeypatch.undo()
        assert folder.create_file("a").exists()
        assert answers == []

    assert open_files() == before


def test_no_file_stays_open(parent: Path) -> None:
    """Neither that of the folder nor any other, whatever was done with it."""
    before = open_files()
    for _ in range(20):
        with SystemTempDir(parent) as folder:
            folder.create_file("a")
            folder.create_subdir("b")
            with pytest.raises(AlreadyExists):
                folder.create_file("b")

    assert open_files() == before


def test_descriptors_are_not_inherited_by_programs(folder: SystemTempDir) -> None:
    """A program that the process starts does not keep the folder locked."""
    with SystemTempDir(folder.path) as inner:
        del inner
        found = [
            int(number)
            for number in os.listdir("/proc/self/fd")  # noqa: PTH208 - names are enough
            if os.path.exists(f"/proc/self/fd/{number}")  # noqa: PTH110
            and str(folder.path) in os.readlink(f"/proc/self/fd/{number}")  # noqa: PTH115
        ]
        assert len(found) == 2
        assert [os.get_inheritable(number) for number in found] == [False, False]


def test_where_folders_cannot_be_opened_it_works_by_path(
    parent: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As on Windows: files and folders are made and removed; names are checked alike."""
    monkeypatch.setattr(sweep, "POSIX", False)
    with SystemTempDir(parent) as folder:
        folder.create_subdir("sub").joinpath("file").touch()
        assert folder.create_file("a", suffix=".b").read_bytes() == b""
        with pytest.raises(AlreadyExists):
            folder.create_file("sub")
        with pytest.raises(AlreadyExists):
            folder.create_subdir("a.b")
        with pytest.raises(InvalidArgument):
            folder.create_file("..\\a")
    assert folders(parent) == []


def test_it_can_be_imported_where_there_are_no_locks_and_no_fork() -> None:
    """As on Windows."""
    script = """
import os, sys
for name in "register_at_fork fchmod fork geteuid O_NOFOLLOW O_DIRECTORY O_PATH".split():
    delattr(os, name)
sys.modules["fcntl"] = sys.modules["pwd"] = sys.modules["grp"] = None
import dagstack.resources.sweep as sweep
from dagstack.resources import DeterministicRng, FrozenClock, RandomRng, SystemClock, SystemTempDir
sweep.POSIX = False
with SystemTempDir() as folder:
    print(folder.create_file("a").name)
"""
    assert run(script) == "a"

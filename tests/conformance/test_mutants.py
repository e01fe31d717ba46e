"""Stores and directories with one fault each: the cases that are about it fail."""

from __future__ import annotations

import os
import threading
from typing import TYPE_CHECKING, Any

import pytest

from dagstack.conformance import Harness, judge, load
from dagstack.contracts import BlobNotFound, InvalidBlobKey, ResourceError
from dagstack.resources import FilesystemBlobStore, InMemoryBlobStore, SystemTempDir
from dagstack.resources.blobs.keys import check_key
from tests.mutants.faults import Aliasing, Insistent, InUtf16, OnePage

if TYPE_CHECKING:
    import builtins
    from pathlib import Path

    from dagstack.conformance import Factory


class BySegments(InMemoryBlobStore):
    """Takes a prefix for a folder."""

    async def list(self, prefix: str = "") -> builtins.list[str]:
        """List whole segments only."""
        keys = await super().list(prefix)
        ends = prefix in {"", *keys} or prefix.endswith("/")
        return keys if ends else [key for key in keys if key.startswith(f"{prefix}/")]


class CaseBlind(InMemoryBlobStore):
    """Works on a disk that ignores case."""

    async def put(self, key: str, data: bytes, *, content_type: str | None = None) -> None:
        """Store under the key in lower case, if that is taken."""
        twin = next((each for each in self._blobs if each.lower() == key.lower()), key)
        await super().put(twin, data, content_type=content_type)


class Trusting(InMemoryBlobStore):
    """Checks keys after it has looked."""

    async def get(self, key: str) -> bytes:
        """Look first."""
        if key not in self._blobs and not self.closed:
            raise BlobNotFound(key)
        return await super().get(key)


class NoDefault(InMemoryBlobStore):
    """Keeps the old content type."""

    async def put(self, key: str, data: bytes, *, content_type: str | None = None) -> None:
        """Replace the bytes alone."""
        old = self._blobs.get(key)
        await super().put(key, data, content_type=content_type)
        if old and not content_type:
            self._blobs[key] = (data, old[1])


class Immortal(InMemoryBlobStore):
    """Answers after closing."""

    async def exists(self, key: str) -> bool:
        """Look without asking whether it is open."""
        check_key(key)
        return key in self._blobs


class ClosedTwice(InMemoryBlobStore):
    """Can be closed once only."""

    async def aclose(self) -> None:
        """Refuse the second time."""
        self._ensure_open()
        await super().aclose()


class Foreign(InMemoryBlobStore):
    """Has errors of its own."""

    async def get(self, key: str) -> bytes:
        """Raise what is not of the tree."""
        try:
            return await super().get(key)
        except BlobNotFound as error:
            raise KeyError(key) from error


class Prefixing(InMemoryBlobStore):
    """Takes a folder for a key."""

    async def exists(self, key: str) -> bool:
        """Count longer keys."""
        return await super().exists(key) or any(each.startswith(f"{key}/") for each in self._blobs)


BLOB_STORES: list[tuple[type[InMemoryBlobStore], set[str]]] = [
    (Aliasing, {"what_was_given_is_copied"}),
    (InUtf16, {"keys_come_in_the_order_of_code_points"}),
    (BySegments, {"a_prefix_is_literal_and_ends_anywhere", "a_prefix_may_end_in_dots"}),
    (OnePage, {"more_than_a_page_is_listed_whole"}),
    (CaseBlind, {"keys_that_look_alike_are_kept_apart"}),
    (Trusting, {"segments_that_name_nothing_are_refused", "a_longer_text_is_no_key"}),
    (NoDefault, {"a_content_type_is_replaced_with_the_bytes"}),
    (Insistent, {"deleting_nothing_does_nothing", "a_deleted_blob_is_gone"}),
    (Immortal, {"a_closed_store_is_not_used"}),
    (ClosedTwice, {"a_store_is_closed_once", "many_close_a_store_at_once"}),
    (Foreign, {"a_missing_key_is_not_found"}),
    (Prefixing, {"the_beginning_of_a_key_is_no_key"}),
]


def failing(suite: str, harness: Any) -> set[str]:  # noqa: ANN401 - a harness or what makes one
    """The cases that fail."""
    return {each.case for each in judge(load(suite), harness, limit=20) if not each.good}


@pytest.mark.parametrize(
    ("kind", "cases"), BLOB_STORES, ids=lambda each: getattr(each, "__name__", "")
)
def test_a_fault_of_a_blob_store_is_found(kind: type[InMemoryBlobStore], cases: set[str]) -> None:
    """By the cases that are about it."""
    lacks = {"shared": "a mutant", "kill": "a mutant"}
    harness = Harness(name="M", subjects={"BlobStore": kind}, has=["content_types"], lacks=lacks)
    assert cases <= failing("blob_store", harness)


class Torn(FilesystemBlobStore):
    """Writes in place, by a layout of its own."""

    # Of all stores: readers wait for a moment that is worth a look, and writers for the look.
    _half_written = threading.Event()
    _seen = threading.Event()

    def _place(self, key: str) -> Path:
        check_key(key)
        return self.root / f"{key if key.isalpha() else key.encode().hex()[:200]}%f"

    async def put(self, key: str, data: bytes, *, content_type: str | None = None) -> None:
        """Truncate and write."""
        del content_type
        with self._place(key).open("wb", buffering=0) as file:
            file.write(data[:512])
            if len(data) > 512:
                Torn._seen = seen = threading.Event()
                Torn._half_written.set()
                seen.wait(0.02)
                Torn._half_written.clear()
            file.write(data[512:])

    async def get(self, key: str) -> bytes:
        """Read what is there."""
        if key == "key":
            Torn._half_written.wait(0.02)
        seen = Torn._seen
        try:
            return self._place(key).read_bytes()
        except FileNotFoundError:
            raise BlobNotFound(key) from None
        finally:
            seen.set()


def test_a_store_that_writes_in_place_is_found() -> None:
    """By readers that see a mixture."""
    lacks = {"content_types": "a mutant", "kill": "a mutant"}

    def make(folder: Path) -> Harness:
        subjects: dict[str, Factory] = {
            "BlobStore": lambda: Torn(folder),
            "FilesystemBlobStore": Torn,
        }
        return Harness(name="M", subjects=subjects, has=["shared"], lacks=lacks)

    found = failing("blob_store", make)
    wanted = {"two_blobs_are_never_mixed", "two_stores_mix_no_blobs", "a_link_is_no_blob"}
    assert {*wanted, "a_blob_lies_where_the_page_says"} <= found


class Naive(SystemTempDir):
    """Makes files as anyone would at first."""

    def create_file(self, name: str, *, suffix: str = "") -> Path:
        """Open a path."""
        place = self.path / f"{name}{suffix}"
        place.touch()
        return place

    def create_subdir(self, name: str) -> Path:
        """Make what is missing."""
        place = self.path / name
        place.mkdir(parents=True, exist_ok=True)
        return place


def test_a_naive_directory_is_found() -> None:
    """By its modes, its names and what it overwrites."""
    lacks = {"kill": "a mutant", "exit_hooks": "a mutant"}

    def make(folder: Path) -> Harness:
        subjects = {"TempDir": lambda parent: Naive(parent or folder)}
        return Harness(name="M", subjects=subjects, lacks=lacks)

    usual = os.umask(0o022)
    try:
        found = failing("tmpdir", make)
    finally:
        os.umask(usual)
    assert {
        "a_file_is_new_empty_and_private",
        "modes_do_not_depend_on_the_umask",
        "what_has_the_name_stays",
        "a_link_has_its_name",
        "what_is_no_name_is_refused",
        "control_characters_are_refused",
        "a_suffix_that_makes_no_name_is_refused",
        "one_of_many_gets_the_name",
        "a_closed_directory_makes_nothing",
        "a_folder_that_is_gone_is_told",
    } <= found


class Following(SystemTempDir):
    """Leaves the folder behind, and what it leads to empty."""

    def close(self) -> None:
        """Empty all that it finds."""
        for place in self.path.rglob("*"):
            if place.is_file():
                place.write_bytes(b"")
        super().close()


def test_a_directory_that_follows_links_is_found() -> None:
    """By what lies outside."""
    lacks = {"kill": "a mutant", "exit_hooks": "a mutant"}

    def make(folder: Path) -> Harness:
        subjects = {"TempDir": lambda parent: Following(parent or folder)}
        return Harness(name="M", subjects=subjects, lacks=lacks)

    assert "closing_follows_no_link" in failing("tmpdir", make)


def test_an_error_outside_the_tree_is_none_of_ours() -> None:
    """The classes of the generated package count, not their names."""
    assert issubclass(InvalidBlobKey, ResourceError)
    twin = type("InvalidBlobKey", (Exception,), {})

    class Twin(InMemoryBlobStore):
        async def get(self, key: str) -> bytes:
            try:
                return await super().get(key)
            except InvalidBlobKey as error:
                raise twin(str(error)) from error

    lacks = {"shared": "a mutant", "kill": "a mutant"}
    harness = Harness(name="M", subjects={"BlobStore": Twin}, has=["content_types"], lacks=lacks)
    assert "a_refusal_is_an_invalid_argument" in failing("blob_store", harness)

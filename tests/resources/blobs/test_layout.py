"""The layout of a folder of blobs, and the golden folder that all languages read."""

from __future__ import annotations

import base64
import json
import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dagstack.resources import FilesystemBlobStore
from dagstack.resources.blobs import layout
from tests.resources.blobs.samples import APART
from tests.resources.blobs.suite import run
from tests.resources.blobs.test_keys import TEXTS, accepts

GOLDEN = Path(__file__).parents[3] / "spec" / "conformance" / "filesystem-layout"
KEYS = TEXTS.filter(accepts)
NAME = re.compile(r"[a-z0-9_%+-]{3,242}")
WINDOWS = re.compile(r"(con|prn|aux|nul|com[0-9]|lpt[0-9])", re.IGNORECASE)


def names_of(key: str) -> tuple[str, ...]:
    """Return the names on the way to a key's file."""
    place = layout.place_of(key)
    return (*place.folders, place.file)


def key_of(names: tuple[str, ...]) -> str | None:
    """Read the names back as a listing does."""
    entries = [layout.read_name(name) for name in names]
    if None in entries or [entry.is_file for entry in entries if entry][:-1] != [False] * (
        len(names) - 1
    ):
        return None
    return layout.key_of(b"".join(entry.text for entry in entries if entry))


@given(KEYS)
def test_reads_back_what_it_spells(key: str) -> None:
    """Any key can be told from the path of its file, so no two keys share one."""
    assert key == key_of(names_of(key))


@given(KEYS)
def test_spells_names_that_any_disk_can_hold(key: str) -> None:
    """Names are short, in lower case, and none that Windows keeps for itself."""
    for name in names_of(key):
        assert NAME.fullmatch(name)
        assert not WINDOWS.fullmatch(name.split(".")[0])


@given(st.lists(st.text(st.sampled_from("a0%_df+e2c3A/."), min_size=1, max_size=5), max_size=4))
def test_reads_one_path_for_a_key(pieces: list[str]) -> None:
    """A path that leads to a key is the one that the key has."""
    names = (*(piece + "%d" for piece in pieces), "x%f")
    key = key_of(names)
    if key is not None:
        assert names == names_of(key)


def test_bounds_paths() -> None:
    """The longest path below the longest root still fits into what systems take."""
    # The most that a key of so many bytes can need, by the length of its last segment.
    best = {0: 0}
    for size in range(1, 1025):
        best[size] = max(
            3 * last
            + 3 * -(-last // layout.PIECE)
            - 1
            + (best[size - last - 1] + 1 if size > last else 0)
            for last in range(1, size + 1)
            if size - last != 1
        )
    assert layout.LONGEST_ROOT + 1 + max(best.values()) + 1 <= 4096


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("a", "a%f"),
        ("a/b", "a%d/b%f"),
        ("A", "%41%f"),
        ("report.json", "report%2ejson%f"),
        ("é", "%c3%a9%f"),
        ("x" * 80, "x" * 80 + "%f"),
        ("x" * 81, "x" * 80 + "%+/x%f"),
        ("x" * 161 + "/y", "x" * 80 + "%+/" + "x" * 80 + "%+/x%d/y%f"),
        ("%tmp", "%25tmp%f"),
    ],
)
def test_spells(key: str, path: str) -> None:
    """The examples of the documentation are right."""
    assert path == "/".join(names_of(key))


def golden_blobs() -> list[dict[str, str]]:
    """Return what the golden folder holds: every sample whose path any checkout can hold."""
    bodies = [b"", bytes(range(256)), b"text\n"]
    kinds = ["application/octet-stream", "text/plain; charset=utf-8", 'a/b; c="d e"']
    keys = [key for key in APART if len("/".join(names_of(key))) <= 120]
    return [
        {
            "key": key,
            "path": "/".join(names_of(key)),
            "content_type": kinds[index % 3],
            "data": base64.b64encode(bodies[index % 3]).decode(),
        }
        for index, key in enumerate(keys)
    ]


FOREIGN = ["README.txt", "A%f", "%61%f", "a%2fb%f", "%2e%2e%f", "a%d/notes", "%tmp/f00000000"]


def write_golden() -> None:
    """Write the golden folder anew, from what the samples and the layout say."""
    shutil.rmtree(GOLDEN, ignore_errors=True)
    blobs = golden_blobs()
    paths = {key: "/".join(names_of(key)) for key in APART}
    contents: dict[str, Any] = {"blobs": blobs, "foreign": FOREIGN, "paths": paths}
    for blob in blobs:
        data = base64.b64decode(blob["data"])
        path = GOLDEN / "root" / blob["path"]
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(layout.write_header(blob["key"], blob["content_type"], len(data)) + data)
    for name in FOREIGN:
        (GOLDEN / "root" / name).parent.mkdir(parents=True, exist_ok=True)
        (GOLDEN / "root" / name).write_bytes(b"not a blob\n")
    text = json.dumps(contents, indent=1, ensure_ascii=True)
    (GOLDEN / "contents.json").write_text(text + "\n", encoding="ascii")
    (GOLDEN / ".gitattributes").write_text("root/** -text -diff\n", encoding="ascii")


def test_reads_the_golden_folder(request: pytest.FixtureRequest, tmp_path: Path) -> None:
    """A folder written once is read as it was meant, by every later version."""
    if request.config.getoption("--update-golden"):
        write_golden()
    contents = json.loads((GOLDEN / "contents.json").read_text(encoding="ascii"))
    assert contents["paths"] == {key: "/".join(names_of(key)) for key in APART}
    shutil.copytree(GOLDEN / "root", tmp_path / "root")
    store = FilesystemBlobStore(tmp_path / "root")
    assert sorted(blob["key"] for blob in contents["blobs"]) == run(store.list())
    for blob in contents["blobs"]:
        assert base64.b64decode(blob["data"]) == run(store.get(blob["key"]))
        assert blob["content_type"] == run(store.content_type(blob["key"]))
    for name in contents["foreign"]:
        assert (tmp_path / "root" / name).read_bytes() == b"not a blob\n"


def test_writes_the_golden_folder(tmp_path: Path) -> None:
    """Storing the same blobs again gives the same files, byte for byte."""
    contents = json.loads((GOLDEN / "contents.json").read_text(encoding="ascii"))
    store = FilesystemBlobStore(tmp_path)
    for blob in contents["blobs"]:
        data = base64.b64decode(blob["data"])
        run(store.put(blob["key"], data, content_type=blob["content_type"]))
        golden = (GOLDEN / "root" / blob["path"]).read_bytes()
        assert golden == (tmp_path / blob["path"]).read_bytes()

"""A folder of blobs is the same to Python, Go and TypeScript, whoever wrote it."""

from __future__ import annotations

import base64
import json
import os
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Final

import pytest

from tests.shared_folder.programs import LANGUAGES, run

if TYPE_CHECKING:
    from pathlib import Path

    from tests.shared_folder.programs import Commands

pytestmark = pytest.mark.slow

KEYS: Final = (
    "a", "A", "a/b", "a/B", "a/b/c", "a-", "a0", "0", "_",
    "\u00e9", "e\u0301", "\u00c5", "\u212b", "\ufb01/fi", "stra\u00dfe", "STRASSE",
    "\ufffd", "\ue000", "\ufffe/\uffff", "\U0001f600", "\U0010ffff/\U0010ffff", "\u202ea", "\u200b",
    "a b", " ", "a%20b", "%", "%25", "%tmp", "%tmp/f0123456789abcdef", "a%f", "a%d/b%f", "%2e%2e/x",
    "..a", "a..", "...", ".hidden", "con", "CON", "nul.txt", "x.", "x ", "C:/x", "C:\\x",
    "..\\..\\x", "a\\b", "a:b", "a::$DATA", "*", "?", "<a>|\"'`", "~", "-rf", "$(x)", "[a]",
    "{a,b}", "x" * 80, "x" * 81, "x" * 160, "X" * 300, "x" * 79 + "\u00e9",
    "x" * 78 + "\U0001f600" + "y",
    "x" * 80 + "/" + "y" * 81, "y" * 1024, "Y" * 1024, "\u00e9" * 512, "abc/defg" * 128,
)  # fmt: skip
DATA: Final = (b"", b"text\r\n", bytes(range(256)), b"dagblob1\0\0\0\2{}", b"\0\xff" * 50_000)
KINDS: Final = (None, "", "text/plain; charset=utf-8", 'a/b; c="d  \\"e\\"<>&"', "x" * 1024)


def _blobs() -> list[dict[str, str | None]]:
    return [
        {
            "key": key,
            "content_type": KINDS[number % len(KINDS)],
            "data": base64.b64encode(DATA[number // 2 % len(DATA)]).decode(),
        }
        for number, key in enumerate(KEYS)
    ]


def _expected() -> list[dict[str, str | None]]:
    named: list[dict[str, str | None]] = [
        {**each, "content_type": each["content_type"] or "application/octet-stream"}
        for each in _blobs()
    ]
    return sorted(named, key=lambda each: str(each["key"]).encode())


def _files(root: Path) -> dict[str, tuple[dict[str, object], bytes]]:
    """The header and the blob in each file, by its path below the root."""
    found = {}
    for folder, _, names in os.walk(root):
        for name in names:
            path = os.path.join(folder, name)  # noqa: PTH118 - some are too long for pathlib's taste
            with open(path, "rb") as file:  # noqa: PTH123
                content = file.read()
            assert content[:8] == b"dagblob1"
            end = 12 + int.from_bytes(content[8:12], "big")
            found[os.path.relpath(path, root)] = json.loads(content[12:end]), content[end:]
    return found


@pytest.fixture(scope="module")
def filled(commands: Commands, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """A folder of each language, with the same blobs."""
    roots = {}
    for language in LANGUAGES:
        roots[language] = tmp_path_factory.mktemp(language)
        run(commands[language], "fill", roots[language], given=json.dumps(_blobs()))
    return roots


@pytest.mark.parametrize("reader", LANGUAGES)
@pytest.mark.parametrize("writer", LANGUAGES)
def test_what_one_language_stored_another_one_reads(
    commands: Commands, filled: dict[str, Path], writer: str, reader: str
) -> None:
    """Byte for byte, key for key, in the same order, with the content types."""
    assert json.loads(run(commands[reader], "show", filled[writer])) == _expected()


def test_every_language_writes_the_same_files(filled: dict[str, Path]) -> None:
    """The same paths, blobs and members of the headers; how these are written may differ."""
    python = _files(filled["python"])
    assert len(python) == len(KEYS)
    assert _files(filled["go"]) == python
    assert _files(filled["typescript"]) == python


@pytest.mark.parametrize("writer", LANGUAGES)
def test_what_one_language_stored_another_one_replaces_and_deletes(
    commands: Commands, tmp_path: Path, writer: str
) -> None:
    """Each deletes what the others stored, and leaves no folder behind."""
    for other in LANGUAGES:
        blobs = _blobs()
        run(commands[writer], "fill", tmp_path, given=json.dumps(blobs))
        changed = [{**each, "data": base64.b64encode(b"new").decode()} for each in blobs]
        run(commands[other], "fill", tmp_path, given=json.dumps(changed))
        shown = json.loads(run(commands[writer], "show", tmp_path))
        assert {each["data"] for each in shown} == {base64.b64encode(b"new").decode()}
        assert len(shown) == len(KEYS)
        run(commands[other], "clear", tmp_path)
        assert os.listdir(tmp_path) == ["%tmp"]  # noqa: PTH208 - names are enough
        assert not any((tmp_path / "%tmp").iterdir())


def test_three_languages_work_in_one_folder_at_the_same_time(
    commands: Commands, tmp_path: Path
) -> None:
    """None of them sees a mixture of two blobs, or loses what is its own."""
    with ThreadPoolExecutor(len(LANGUAGES)) as pool:
        ends = [
            pool.submit(run, commands[language], "share", tmp_path, language[0])
            for language in LANGUAGES
        ]
        for end in ends:
            end.result()
    shared = json.loads(run(commands["go"], "show", tmp_path))
    assert [each["key"] for each in shared] == ["shared"]
    assert not any((tmp_path / "%tmp").iterdir())

"""The layout of a folder of blobs: which file holds a key, and what the file holds.

`docs/filesystem-layout.md` says the same for people, and for the other languages.
"""

from __future__ import annotations

import json
import re
from typing import Any, Final, NamedTuple

from dagstack.contracts import InvalidBlobKey
from dagstack.resources.blobs.keys import check_key

STAGING: Final = "%tmp"
"""The folder below the root where files are written before they get their names."""

PIECE: Final = 80
"""Bytes of a segment that one name holds at most; a longer segment goes through folders."""

LONGEST_ROOT: Final = 900
"""Bytes that the path of a root may have; no path below it then exceeds the 4096 of PATH_MAX."""

MAGIC: Final = b"dagblob1"
_LENGTH: Final = len(MAGIC) + 4
_HEADER_LIMIT: Final = 65536

_FOLDER: Final = "%d"
_FILE: Final = "%f"
_MORE: Final = "%+"

_SPELLING: Final = tuple(
    chr(byte) if chr(byte) in "abcdefghijklmnopqrstuvwxyz0123456789_-" else f"%{byte:02x}"
    for byte in range(256)
)
_PLAIN: Final = re.compile(rf"[a-z0-9_-]{{1,{PIECE}}}")
_NAME: Final = re.compile(r"((?:[a-z0-9_-]|%[0-9a-f]{2})+)(%[df+])")
_ESCAPE: Final = re.compile(r"%(..)")


class Place(NamedTuple):
    """Where a key's file is: the folders from the root down, and its name in the last one."""

    folders: tuple[str, ...]
    file: str


class Entry(NamedTuple):
    """A name that follows the layout, read back."""

    is_file: bool
    text: bytes
    """What it adds to the key; a folder that ends a segment adds the slash as well."""


class Header(NamedTuple):
    """What a file says about the blob in it."""

    key: str
    content_type: str
    size: int
    """Bytes of the blob."""
    start: int
    """Where in the file the blob begins."""


class MalformedError(ValueError):
    """A file does not hold a blob; the message says why."""


def place_of(key: str) -> Place:
    """Say where the file of a valid key is. No two keys share a file, nor a file a folder."""
    *segments, last = key.split("/")
    folders = [name for segment in segments for name in _names(segment, _FOLDER)]
    *more, file = _names(last, _FILE)
    return Place((*folders, *more), file)


def folders_of(prefix: str) -> tuple[str, ...]:
    """Say in which folder all keys with this prefix are: that of its whole segments."""
    return tuple(name for segment in prefix.split("/")[:-1] for name in _names(segment, _FOLDER))


def _names(segment: str, ending: str) -> list[str]:
    if _PLAIN.fullmatch(segment):
        return [segment + ending]
    raw = segment.encode()
    names = [_spell(raw[start : start + PIECE]) for start in range(0, len(raw), PIECE)]
    return [*(name + _MORE for name in names[:-1]), names[-1] + ending]


def _spell(raw: bytes) -> str:
    return "".join(map(_SPELLING.__getitem__, raw))


def read_name(name: str) -> Entry | None:
    """Read a name of a file or folder; `None` if no key leads to it."""
    match = _NAME.fullmatch(name)
    if match is None:
        return None
    raw = _ESCAPE.sub(lambda escape: chr(int(escape[1], 16)), match[1]).encode("latin-1")
    ending = match[2]
    cut_right = len(raw) == PIECE if ending == _MORE else len(raw) <= PIECE
    if not cut_right or _spell(raw) != match[1] or b"/" in raw:
        return None
    return Entry(ending == _FILE, raw + b"/" if ending == _FOLDER else raw)


def key_of(raw: bytes) -> str | None:
    """Return the key that the names on the way to a file add up to; `None` if it is not one."""
    try:
        key = raw.decode()
        check_key(key)
    except (UnicodeDecodeError, InvalidBlobKey):
        return None
    return key


def write_header(key: str, content_type: str, size: int) -> bytes:
    """Return the beginning of a blob's file; the blob follows."""
    header = json.dumps(
        {"content_type": content_type, "key": key, "size": size}, separators=(",", ":")
    ).encode()
    return MAGIC + len(header).to_bytes(4, "big") + header


def read_header(beginning: bytes) -> Header:
    """Read the header of a file of which at least the first 64 KiB are given, or all of it.

    Raises:
        MalformedError: there is no header, or a broken one.
    """
    if not beginning.startswith(MAGIC):
        raise MalformedError("it does not begin like the file of a blob")
    start = _LENGTH + int.from_bytes(beginning[len(MAGIC) : _LENGTH], "big")
    if len(beginning) < _LENGTH or start > min(len(beginning), _HEADER_LIMIT):
        raise MalformedError("its header is cut off")
    try:
        fields: Any = json.loads(beginning[_LENGTH:start])
        key, content_type, size = fields["key"], fields["content_type"], fields["size"]
    except (ValueError, TypeError, KeyError, RecursionError):
        raise MalformedError("its header cannot be read") from None
    if not (isinstance(key, str) and isinstance(content_type, str) and type(size) is int):
        raise MalformedError("its header cannot be read")
    return Header(key, content_type, size, start)

"""What a store accepts: the one check of keys, prefixes, content types and data."""

from __future__ import annotations

import re
from typing import Final

from dagstack.contracts import InvalidArgument, InvalidBlobKey

KEY_LIMIT: Final = 1024
"""Bytes of UTF-8 that a key may have."""

CONTENT_TYPE_LIMIT: Final = 1024
"""Characters that a content type may have."""

DEFAULT_CONTENT_TYPE: Final = "application/octet-stream"

_SHORT: Final = KEY_LIMIT // 4  # no longer than the limit, whatever characters it holds
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_SURROGATE: Final = re.compile(r"[\ud800-\udfff]")
_DOTS: Final = re.compile(r"(?:\A|/)\.\.?(?:/|\Z)")
_WRONG: Final = re.compile(f"{_CONTROL.pattern}|{_SURROGATE.pattern}|" + r"(?:\A|/)\.{0,2}(?:/|\Z)")
_PRINTABLE: Final = re.compile(r"[!-~](?:[ -~]*[!-~])?")


def check_key(key: object) -> None:
    """Refuse a key that cannot name a blob.

    Raises:
        InvalidBlobKey: the reason says why.
        TypeError: it is not text.
    """
    if not isinstance(key, str):
        raise TypeError(f"key must be str, not {type(key).__name__}")
    if _WRONG.search(key) or (len(key) > _SHORT and len(key.encode()) > KEY_LIMIT):
        raise InvalidBlobKey("key", _reason(key), key)


def _reason(key: str) -> str:  # noqa: PLR0911 - one for each rule
    """Say why a key is refused."""
    if not key:
        return "it is empty"
    if _SURROGATE.search(key):
        return "it holds half a surrogate pair, which UTF-8 cannot write"
    if control := _CONTROL.search(key):
        return f"it holds the control character U+{ord(control[0]):04X}"
    if key.startswith("/"):
        return "it begins with a slash"
    if key.endswith("/"):
        return "it ends with a slash"
    if "//" in key:
        return "it has an empty segment"
    if dots := _DOTS.search(key):
        return f"it has a segment {dots[0].strip('/')}"
    return f"it has {len(key.encode())} bytes in UTF-8, and {KEY_LIMIT} are allowed"


def can_start_a_key(prefix: object) -> bool:
    """Whether any key at all starts with this text.

    Raises:
        TypeError: it is not text.
    """
    if not isinstance(prefix, str):
        raise TypeError(f"prefix must be str, not {type(prefix).__name__}")
    # What follows the last slash may become anything, so a letter in its place decides.
    folder = prefix[: prefix.rfind("/") + 1]
    return not (
        _WRONG.search(folder + "x")
        or _CONTROL.search(prefix)
        or _SURROGATE.search(prefix)
        or (len(prefix) > _SHORT and len(prefix.encode()) > KEY_LIMIT)
    )


def check_content_type(content_type: object) -> str:
    """Return the content type to store; nothing and empty text stand for the default.

    Raises:
        InvalidArgument: it cannot be the value of a header.
        TypeError: it is not text.
    """
    if content_type is None or content_type == "":
        return DEFAULT_CONTENT_TYPE
    if not isinstance(content_type, str):
        raise TypeError(f"content_type must be str or None, not {type(content_type).__name__}")
    if len(content_type) > CONTENT_TYPE_LIMIT:
        raise InvalidArgument(
            "content_type",
            f"it has {len(content_type)} characters, and {CONTENT_TYPE_LIMIT} are allowed",
        )
    if not _PRINTABLE.fullmatch(content_type):
        raise InvalidArgument(
            "content_type", "it is not printable ASCII that neither begins nor ends with a space"
        )
    return content_type


def own_bytes(data: bytes) -> bytes:
    """Return the bytes, copied unless nobody can change them.

    Raises:
        TypeError: it holds no bytes.
    """
    if type(data) is bytes:
        return data
    try:
        return bytes(memoryview(data))
    except TypeError:
        raise TypeError(f"data must be bytes, not {type(data).__name__}") from None

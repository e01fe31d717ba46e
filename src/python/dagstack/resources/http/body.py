"""Bodies: JSON to bytes; bytes as they arrive to a body of limited size, decompressed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Protocol, cast

from dagstack.contracts import InvalidArgument
from dagstack.resources.http.engine import EngineError, Failure

if TYPE_CHECKING:
    from dagstack.contracts import JsonValue

ACCEPTED = "gzip, deflate"
"""What ``accept-encoding`` says."""

_BINARY = (bytes, bytearray, memoryview)
_DEFLATE = 8
_EITHER, _RAW = 32 + zlib.MAX_WBITS, -zlib.MAX_WBITS


def encode_json_object(value: Mapping[str, JsonValue]) -> bytes:
    """Write a JSON object in UTF-8.

    Raises:
        InvalidArgument: It is none, or holds what JSON cannot express.
    """
    if not isinstance(value, Mapping):  # pyright: ignore[reportUnnecessaryIsInstance]
        raise InvalidArgument("json", f"it is a {type(value).__name__}, not a mapping")
    return encode_json(value)


def encode_json(value: JsonValue) -> bytes:
    """Write a JSON value in UTF-8.

    Raises:
        InvalidArgument: It holds what JSON cannot express.
    """
    try:
        _check_names(value)
        return _COMPACT.encode(value).encode()
    except (TypeError, ValueError, RecursionError) as error:
        reason = "it holds a lone surrogate" if isinstance(error, UnicodeError) else str(error)
        raise InvalidArgument("json", reason) from error


def _check_names(value: object) -> None:
    """Refuse names that are no strings, which ``json`` would quietly turn into some."""
    if isinstance(value, Mapping):
        for name, item in value.items():  # pyright: ignore[reportUnknownVariableType]
            if not isinstance(name, str):
                raise TypeError(f"the name {name!r} is not a string")
            if not isinstance(item, str):
                _check_names(item)  # pyright: ignore[reportUnknownArgumentType]
    elif isinstance(value, (list, tuple)):
        for item in value:  # pyright: ignore[reportUnknownVariableType]
            if not isinstance(item, str):
                _check_names(item)  # pyright: ignore[reportUnknownArgumentType]


def _plain(value: object) -> object:
    kind = type(value).__name__
    if isinstance(value, Mapping):
        return dict(cast("Mapping[object, object]", value))
    if isinstance(value, Sequence) and not isinstance(value, _BINARY):
        return list(cast("Sequence[object]", value))
    raise TypeError(f"a {kind} is not JSON")


_COMPACT = json.JSONEncoder(
    allow_nan=False, ensure_ascii=False, separators=(",", ":"), default=_plain
)


def too_large(limit: int) -> EngineError:
    """Make the error of a body beyond its limit."""
    return EngineError(Failure.TOO_LARGE, f"the body is larger than {limit} bytes")


def check_announced(headers: Mapping[str, str], limit: int) -> None:
    """Refuse a body that says by itself that it is too large.

    Raises:
        EngineError: It is.
    """
    length = headers.get("content-length", "")
    if length.isdecimal() and int(length) > limit:
        raise too_large(limit)


def inflater_for(headers: Mapping[str, str], limit: int) -> Inflater | None:
    """Return what decompresses a body, or ``None`` if it is not compressed.

    Raises:
        EngineError: The encoding is none that was asked for.
    """
    encoding = headers["content-encoding"].strip().lower()
    if encoding in {"", "identity"}:
        return None
    if encoding not in {"gzip", "x-gzip", "deflate"}:
        raise EngineError(Failure.MALFORMED, "its content-encoding is not gzip or deflate")
    return Inflater(encoding, limit)


class _Decompressor(Protocol):
    """What ``zlib.decompressobj`` makes."""

    @property
    def eof(self) -> bool: ...
    @property
    def unused_data(self) -> bytes: ...
    @property
    def unconsumed_tail(self) -> bytes: ...
    def decompress(self, data: bytes, max_length: int, /) -> bytes: ...


class Inflater:
    """Decompresses what ``content-encoding`` says, never beyond a limit."""

    def __init__(self, encoding: str, limit: int) -> None:
        """Begin a body."""
        self._encoding = encoding
        self._limit = limit
        self._left = limit
        self._engine: _Decompressor | None = None
        self._pending = b""

    def feed(self, data: bytes) -> bytes:
        """Decompress what has arrived.

        Raises:
            EngineError: It is not what the encoding says, or too large.
        """
        self._pending += data
        pieces: list[bytes] = []
        while self._pending:
            if self._engine is None:
                if len(self._pending) < 2:  # noqa: PLR2004 - the first two bytes say what it is
                    break
                self._engine = zlib.decompressobj(self._window())
            try:
                # One byte more than is allowed, to see whether there is one.
                piece = self._engine.decompress(self._pending, self._left + 1)
            except zlib.error as error:
                raise EngineError(Failure.MALFORMED, "its body is not compressed data") from error
            if len(piece) > self._left:
                raise too_large(self._limit)
            self._left -= len(piece)
            pieces.append(piece)
            if not self._engine.eof:
                self._pending = self._engine.unconsumed_tail
                continue
            self._pending = self._engine.unused_data
            if self._pending and not self._pending.startswith(b"\x1f"):
                raise EngineError(Failure.MALFORMED, "something follows its compressed body")
            self._engine = None  # gzip may have several members
        return b"".join(pieces)

    def finish(self) -> None:
        """Check that the body is whole.

        Raises:
            EngineError: It ends in the middle.
        """
        if self._pending or self._engine is not None:
            raise EngineError(Failure.MALFORMED, "its compressed body ends in the middle")

    def _window(self) -> int:
        if self._encoding != "deflate":
            return _EITHER
        # RFC 9110 means zlib's format; some servers send the bare stream.
        first, second = self._pending[:2]
        is_zlib = first & 15 == _DEFLATE and (first << 8 | second) % 31 == 0
        return _EITHER if is_zlib else _RAW

"""What may be the name of a file: the same on every platform."""

from __future__ import annotations

from dagstack.contracts import InvalidArgument

_LONGEST = 255
"""Bytes in UTF-8; the greatest number that common file systems take."""


_SHOWN = 60
"""Characters of a name in a message."""


def check_file_name(argument: str, name: object) -> None:
    r"""Check that ``name`` is one component of a path, on any platform.

    Raises:
        InvalidArgument: it is empty, ``.`` or ``..``, has a drive letter, holds ``/``, ``\`` or a
            control character, is not valid Unicode, or longer than 255 bytes in UTF-8.
    """
    if not isinstance(name, str):
        raise InvalidArgument(argument, f"must be a str, not {type(name).__name__}")
    problem = _problem(name)
    if problem is not None:
        shown = name if len(name) <= _SHOWN else f"{name[:_SHOWN]}…"
        raise InvalidArgument(argument, f"{shown!r} {problem}")


def check_suffix(name: str, suffix: object) -> None:
    """Check that ``name``, itself a file name, still is one with ``suffix`` at its end.

    Raises:
        InvalidArgument: it is not.
    """
    check_file_name("suffix", name + suffix if isinstance(suffix, str) else suffix)


def _problem(name: str) -> str | None:
    drive = name[1:2] == ":" and name[0].isascii() and name[0].isalpha()
    control = any(c < " " or "\x7f" <= c <= "\x9f" for c in name)
    try:
        length = len(name.encode())
    except UnicodeEncodeError:
        return "is not valid Unicode"
    for wrong, problem in (
        (not name, "is empty"),
        (name in {".", ".."}, "stands for a folder that is there already"),
        ("/" in name or "\\" in name, "holds a separator"),
        (control, "holds a control character"),
        (drive, "begins with a drive letter"),
        (length > _LONGEST, f"is longer than {_LONGEST} bytes in UTF-8: {length}"),
    ):
        if wrong:
            return problem
    return None

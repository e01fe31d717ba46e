"""Literals of scalar types -> what runners read: JSON, tagged where JSON cannot hold the value."""

from __future__ import annotations

import math
import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from dagstack.idl.check.literals import Misfit, misfits, shown

if TYPE_CHECKING:
    from dagstack.idl.case_model import Compiled
    from dagstack.idl.check.survey import Survey
    from dagstack.idl.model import Scalar

EXACT = (1 << 53) - 1
"""The greatest integer up to which a JSON number is exact everywhere."""
_LEAST, _GREATEST = -(1 << 63), (1 << 63) - 1
_OWN: dict[str, type | tuple[type, ...]] = {
    "int": int,
    "int64": int,
    "float": (int, float),
    "bytes": str,
}
"""The types that cases write in another way than specs, and what stands for their values."""
_HELP = {
    "float": ("a `float`", "write a number"),
    "bytes": ("`bytes`", "write text, or {$hex: ...}"),
}
_LONGEST = 100
"""A longer duration has so many digits that it is out of range."""
_DURATION = re.compile(
    r"P(?:(?P<days>\d+)D)?(?:T(?:(?P<hours>\d+)H)?(?:(?P<minutes>\d+)M)?(?:(?P<seconds>\d+)"
    r"(?:\.(?P<fraction>\d+))?S)?)?"
)
_FRACTION = re.compile(r"\.(\d+)")
_UNITS = (("days", 86_400), ("hours", 3_600), ("minutes", 60), ("seconds", 1))


def scalar_misfit(literal: Any, kind: Scalar, survey: Survey) -> Misfit | None:  # noqa: ANN401
    """Why a literal does not fit a scalar type, if so.

    Beyond what a spec can write, an `int` may have 64 bits and a `float` need not be finite.
    """
    if kind.name in _OWN and isinstance(literal, _OWN[kind.name]) and type(literal) is not bool:
        if isinstance(literal, int) and not _LEAST <= literal <= _GREATEST:
            problem = f"{literal} is not an integer of 64 bits"
            return Misfit(path=(), problem=problem, help="if it is meant: {$wrong_type: ...}")
        return None
    if kind.name in _HELP:
        what, hint = _HELP[kind.name]
        return Misfit(path=(), problem=f"{shown(literal)} is not {what}", help=hint)
    misfit = next(misfits(literal, kind, survey), None)
    if misfit is None and not _is_in_range(str(literal), kind):
        return Misfit(path=(), problem=f"{shown(literal)} is out of range")
    return misfit


def scalar(literal: Any, kind: Scalar) -> Compiled:  # noqa: ANN401, PLR0911  (one per type)
    """A literal that fits."""
    match kind.name:
        case "int64":
            return {"$int64": str(literal)}
        case "float":
            return number(float(literal))
        case "bytes":
            return {"$utf8": literal}
        case "datetime":
            return {"$datetime": _in_utc(literal)}
        case "duration":
            return {"$duration": str(_nanoseconds(literal))}
        case "path":
            return {"$path": literal}
        case _:
            return number(literal) if type(literal) in {int, float} else literal


def number(value: float) -> Compiled:
    """An integer or a float, tagged by its own shape."""
    if isinstance(value, int):
        return value if abs(value) <= EXACT else {"$int": str(value)}
    if math.isnan(value):
        return {"$float": "nan"}
    if math.isinf(value):
        return {"$float": "inf" if value > 0 else "-inf"}
    if value.is_integer():
        return {"$float": repr(value).removesuffix(".0")}
    return value


def _is_in_range(text: str, kind: Scalar) -> bool:
    """Whether an instant can be held in UTC, and a duration in nanoseconds of 64 bits."""
    if kind.name == "duration":
        return len(text) <= _LONGEST and _nanoseconds(text) <= _GREATEST
    try:
        return kind.name != "datetime" or bool(_in_utc(text))
    except OverflowError:
        return False


def _in_utc(text: str) -> str:
    """An instant with `Z`, the digits of its second kept."""
    fraction = _FRACTION.search(text)
    whole = datetime.fromisoformat(_FRACTION.sub("", text)).astimezone(UTC)
    digits = f".{fraction[1].rstrip('0')}".removesuffix(".") if fraction else ""
    return f"{whole.replace(tzinfo=None).isoformat()}{digits}Z"


def _nanoseconds(text: str) -> int:
    match = _DURATION.fullmatch(text)
    parts = match.groupdict() if match else {}
    seconds = sum(int(parts.get(name) or 0) * unit for name, unit in _UNITS)
    return seconds * 10**9 + int((parts.get("fraction") or "0").ljust(9, "0"))

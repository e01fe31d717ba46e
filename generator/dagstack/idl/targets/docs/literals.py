"""Values as a spec writes them, on one line."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from dagstack.idl.model import Member

if TYPE_CHECKING:
    from dagstack.idl.model import Constant


def default(value: Constant) -> str:
    """A default; the value of an enum by its name."""
    return value.name if isinstance(value, Member) else literal(value)


def literal(value: object) -> str:
    """A value of an example: what JSON has no words for comes as text in the specs already."""
    return _ENCODER.encode(value)


_ENCODER = json.JSONEncoder(ensure_ascii=False, default=str)

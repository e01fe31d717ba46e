"""The base of all frozen data: syntax, model and views."""

from __future__ import annotations

from typing import dataclass_transform

import msgspec


@dataclass_transform(frozen_default=True, kw_only_default=True, field_specifiers=(msgspec.field,))
class Node(msgspec.Struct, frozen=True, forbid_unknown_fields=True, gc=False, kw_only=True):
    """An immutable value, compared and hashed by its fields.

    msgspec structs, not dataclasses: they are several times cheaper to make and to read, and a
    catalogue of a thousand interfaces has half a million of them. ``gc=False`` holds because a
    node never refers back to what contains it.
    """

"""The standard resources of a plugin host: what it installs, and what tests put in their place.

Everything here is imported on first use, so that importing the package costs next to nothing.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dagstack.resources.blobs.filesystem import FilesystemBlobStore
    from dagstack.resources.blobs.memory import InMemoryBlobStore, MemoryBlobStore
    from dagstack.resources.blobs.s3 import S3BlobStore
    from dagstack.resources.clock import FrozenClock, SystemClock

__all__ = [
    "FilesystemBlobStore",
    "FrozenClock",
    "InMemoryBlobStore",
    "MemoryBlobStore",
    "S3BlobStore",
    "SystemClock",
]

_HOMES = {
    "FilesystemBlobStore": "dagstack.resources.blobs.filesystem",
    "FrozenClock": "dagstack.resources.clock",
    "InMemoryBlobStore": "dagstack.resources.blobs.memory",
    "MemoryBlobStore": "dagstack.resources.blobs.memory",
    "S3BlobStore": "dagstack.resources.blobs.s3",
    "SystemClock": "dagstack.resources.clock",
}
"""Where each name is defined."""


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(home), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

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
    from dagstack.resources.clock import SystemClock
    from dagstack.resources.frozen_clock import FrozenClock
    from dagstack.resources.registry.health import Health
    from dagstack.resources.registry.registry import ResourceRegistry
    from dagstack.resources.registry.scope import Scope
    from dagstack.resources.registry.view import ScopedResources
    from dagstack.resources.rng import DeterministicRng, RandomRng
    from dagstack.resources.tmpdir import SystemTempDir
    from dagstack.resources.wiring import standard_resources

__all__ = [
    "DeterministicRng",
    "FilesystemBlobStore",
    "FrozenClock",
    "Health",
    "InMemoryBlobStore",
    "MemoryBlobStore",
    "RandomRng",
    "ResourceRegistry",
    "S3BlobStore",
    "Scope",
    "ScopedResources",
    "SystemClock",
    "SystemTempDir",
    "standard_resources",
]

_HOMES = {
    "DeterministicRng": "dagstack.resources.rng",
    "FilesystemBlobStore": "dagstack.resources.blobs.filesystem",
    "FrozenClock": "dagstack.resources.frozen_clock",
    "Health": "dagstack.resources.registry.health",
    "InMemoryBlobStore": "dagstack.resources.blobs.memory",
    "MemoryBlobStore": "dagstack.resources.blobs.memory",
    "RandomRng": "dagstack.resources.rng",
    "ResourceRegistry": "dagstack.resources.registry.registry",
    "S3BlobStore": "dagstack.resources.blobs.s3",
    "Scope": "dagstack.resources.registry.scope",
    "ScopedResources": "dagstack.resources.registry.view",
    "SystemClock": "dagstack.resources.clock",
    "SystemTempDir": "dagstack.resources.tmpdir",
    "standard_resources": "dagstack.resources.wiring",
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

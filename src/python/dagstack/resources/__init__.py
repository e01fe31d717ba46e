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
    from dagstack.resources.http.client import PooledHttpClient
    from dagstack.resources.http.config import (
        HttpLimits,
        HttpSettings,
        HttpTimeouts,
        ProxySettings,
        RedirectPolicy,
        TlsSettings,
    )
    from dagstack.resources.http.response import BufferedResponse
    from dagstack.resources.http.retry import RetryPolicy
    from dagstack.resources.http.stub import StubHttpClient, UnmatchedRequest, UnusedRoutes
    from dagstack.resources.registry.health import Health
    from dagstack.resources.registry.registry import ResourceRegistry
    from dagstack.resources.registry.scope import Scope
    from dagstack.resources.registry.view import ScopedResources
    from dagstack.resources.rng import DeterministicRng, RandomRng
    from dagstack.resources.tmpdir import SystemTempDir
    from dagstack.resources.wiring import standard_resources

__all__ = [
    "BufferedResponse",
    "DeterministicRng",
    "FilesystemBlobStore",
    "FrozenClock",
    "Health",
    "HttpLimits",
    "HttpSettings",
    "HttpTimeouts",
    "InMemoryBlobStore",
    "MemoryBlobStore",
    "PooledHttpClient",
    "ProxySettings",
    "RandomRng",
    "RedirectPolicy",
    "ResourceRegistry",
    "RetryPolicy",
    "S3BlobStore",
    "Scope",
    "ScopedResources",
    "StubHttpClient",
    "SystemClock",
    "SystemTempDir",
    "TlsSettings",
    "UnmatchedRequest",
    "UnusedRoutes",
    "standard_resources",
]

_HOMES = {
    "BufferedResponse": "dagstack.resources.http.response",
    "DeterministicRng": "dagstack.resources.rng",
    "FilesystemBlobStore": "dagstack.resources.blobs.filesystem",
    "FrozenClock": "dagstack.resources.frozen_clock",
    "Health": "dagstack.resources.registry.health",
    "HttpLimits": "dagstack.resources.http.config",
    "HttpSettings": "dagstack.resources.http.config",
    "HttpTimeouts": "dagstack.resources.http.config",
    "InMemoryBlobStore": "dagstack.resources.blobs.memory",
    "MemoryBlobStore": "dagstack.resources.blobs.memory",
    "PooledHttpClient": "dagstack.resources.http.client",
    "ProxySettings": "dagstack.resources.http.config",
    "RandomRng": "dagstack.resources.rng",
    "RedirectPolicy": "dagstack.resources.http.config",
    "ResourceRegistry": "dagstack.resources.registry.registry",
    "RetryPolicy": "dagstack.resources.http.retry",
    "S3BlobStore": "dagstack.resources.blobs.s3",
    "Scope": "dagstack.resources.registry.scope",
    "ScopedResources": "dagstack.resources.registry.view",
    "StubHttpClient": "dagstack.resources.http.stub",
    "SystemClock": "dagstack.resources.clock",
    "SystemTempDir": "dagstack.resources.tmpdir",
    "TlsSettings": "dagstack.resources.http.config",
    "UnmatchedRequest": "dagstack.resources.http.stub",
    "UnusedRoutes": "dagstack.resources.http.stub",
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

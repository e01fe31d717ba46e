"""Wrappers that hosts put around resources, with ``ResourceRegistry.decorate``.

Each inherits a generated ``Forwarding…`` base and overrides what it changes. None closes what it
wraps. They are imported on first use, as those for OpenTelemetry need the extra ``otel``.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dagstack.resources.decorators.audit import AuditedBlobStore, AuditedHttpClient, AuditEntry
    from dagstack.resources.decorators.instrumented_blobs import InstrumentedBlobStore
    from dagstack.resources.decorators.instrumented_http import InstrumentedHttpClient
    from dagstack.resources.decorators.prefixed import PrefixedBlobStore
    from dagstack.resources.decorators.rate_limit import RateLimit, RateLimitedHttpClient
    from dagstack.resources.decorators.read_only import ReadOnlyBlobStore

__all__ = [
    "AuditEntry",
    "AuditedBlobStore",
    "AuditedHttpClient",
    "InstrumentedBlobStore",
    "InstrumentedHttpClient",
    "PrefixedBlobStore",
    "RateLimit",
    "RateLimitedHttpClient",
    "ReadOnlyBlobStore",
]

_HOMES = {
    "AuditEntry": "audit",
    "AuditedBlobStore": "audit",
    "AuditedHttpClient": "audit",
    "InstrumentedBlobStore": "instrumented_blobs",
    "InstrumentedHttpClient": "instrumented_http",
    "PrefixedBlobStore": "prefixed",
    "RateLimit": "rate_limit",
    "RateLimitedHttpClient": "rate_limit",
    "ReadOnlyBlobStore": "read_only",
}
"""Which module defines each name."""


def __getattr__(name: str) -> object:
    home = _HOMES.get(name)
    if home is None:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = getattr(importlib.import_module(f"{__name__}.{home}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})

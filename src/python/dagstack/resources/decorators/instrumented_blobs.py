"""Traces and metrics of a blob store."""

from __future__ import annotations

from typing import TYPE_CHECKING, TypeVar

from dagstack.resources.decorators.around import AroundBlobStore
from dagstack.resources.decorators.telemetry import SpanKind, Telemetry

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable

    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider

    from dagstack.contracts import BlobStore

T = TypeVar("T")


class InstrumentedBlobStore(AroundBlobStore):
    """A ``BlobStore`` with a span and a measured duration for each call.

    OpenTelemetry has no conventions for blob stores in general. The metric is
    ``blob_store.operation.duration``, in seconds, by ``blob_store.operation`` and ``error.type``;
    spans also have ``blob_store.key`` or ``blob_store.prefix``. As safe as what it wraps.

    Args:
        inner: The store that holds the blobs.
        tracer_provider: OpenTelemetry's global one if not given.
        meter_provider: OpenTelemetry's global one if not given.
    """

    def __init__(
        self,
        inner: BlobStore,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        super().__init__(inner)
        summary = "Duration of operations of a blob store."
        self._telemetry = Telemetry(
            "blob_store.operation.duration", summary, tracer_provider, meter_provider
        )

    async def _around(self, operation: str, target: str, call: Callable[[], Awaitable[T]]) -> T:
        named = "blob_store.prefix" if operation == "list" else "blob_store.key"
        with self._telemetry.operation(
            f"blob_store.{operation}",
            SpanKind.CLIENT,
            {"blob_store.operation": operation},
            {named: target},
        ):
            return await call()

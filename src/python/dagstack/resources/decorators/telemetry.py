"""What the decorators for OpenTelemetry share: providers, durations and how errors are told."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Generator

try:
    from opentelemetry import metrics, trace
    from opentelemetry.propagate import inject
    from opentelemetry.trace import SpanKind, StatusCode
except ModuleNotFoundError as error:
    raise ModuleNotFoundError(
        "OpenTelemetry's API is not installed: pip install 'dagstack-resources[otel]'",
        name=error.name,
    ) from error

if TYPE_CHECKING:
    from opentelemetry.util.types import AttributeValue

__all__ = ["SpanKind", "StatusCode", "Telemetry", "inject"]

NAME: Final = "dagstack.resources"
# The buckets that the conventions advise for durations in seconds.
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.075, 0.1, 0.25, 0.5, 0.75, 1, 2.5, 5, 7.5, 10)


class Telemetry:
    """A tracer and a histogram of durations, for one kind of operation."""

    def __init__(
        self,
        metric: str,
        summary: str,
        tracers: trace.TracerProvider | None,
        meters: metrics.MeterProvider | None,
    ) -> None:
        self._tracer = trace.get_tracer(NAME, tracer_provider=tracers)
        self._duration = metrics.get_meter(NAME, meter_provider=meters).create_histogram(
            metric, unit="s", description=summary, explicit_bucket_boundaries_advisory=SECONDS
        )

    @contextmanager
    def operation(
        self,
        name: str,
        kind: SpanKind,
        shared: dict[str, AttributeValue],
        of_span: dict[str, AttributeValue],
    ) -> Generator[trace.Span]:
        """Trace and time what happens inside; add to ``shared`` what both should also know."""
        begun = time.perf_counter()
        with self._tracer.start_as_current_span(name, kind=kind, attributes=of_span) as span:
            try:
                yield span
            except BaseException as error:
                shared["error.type"] = type(error).__qualname__
                raise
            finally:
                span.set_attributes(shared)
                self._duration.record(time.perf_counter() - begun, shared)

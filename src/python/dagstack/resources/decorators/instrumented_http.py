"""Traces and metrics of requests, as OpenTelemetry's conventions for HTTP clients have them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dagstack.resources.decorators.around import AroundHttpClient
from dagstack.resources.decorators.telemetry import SpanKind, StatusCode, Telemetry, inject
from dagstack.resources.http.validation import parse_url

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Mapping

    from opentelemetry.metrics import MeterProvider
    from opentelemetry.trace import TracerProvider
    from opentelemetry.util.types import AttributeValue

    from dagstack.contracts import HttpClient, HttpResponse

CLIENT_ERROR = 400


class InstrumentedHttpClient(AroundHttpClient):
    """An ``HttpClient`` with a client span and a measured duration for each call.

    Span and metric (``http.client.request.duration``, in seconds) follow the stable conventions. A
    call that is retried is one span. ``url.full`` is without user, password and query, which may be
    secret. The context goes to the server in headers, unless the caller sends those himself. As
    safe as what it wraps; a disabled OpenTelemetry costs some microseconds.

    Args:
        inner: The client that sends.
        tracer_provider: OpenTelemetry's global one if not given.
        meter_provider: OpenTelemetry's global one if not given.
    """

    def __init__(
        self,
        inner: HttpClient,
        *,
        tracer_provider: TracerProvider | None = None,
        meter_provider: MeterProvider | None = None,
    ) -> None:
        super().__init__(inner)
        summary = "Duration of HTTP client requests."
        self._telemetry = Telemetry(
            "http.client.request.duration", summary, tracer_provider, meter_provider
        )

    async def _around(
        self,
        method: str,
        url: str,
        headers: Mapping[str, str] | None,
        call: Callable[[Mapping[str, str] | None], Awaitable[HttpResponse]],
    ) -> HttpResponse:
        target = parse_url(url)
        shared: dict[str, AttributeValue] = {
            "http.request.method": method,
            "server.address": target.host,
            "server.port": target.port,
        }
        of_span: dict[str, AttributeValue] = {**shared, "url.full": target.shown}
        with self._telemetry.operation(method, SpanKind.CLIENT, shared, of_span) as span:
            response = await call(_with_context(headers))
            shared["http.response.status_code"] = response.status_code
            if response.status_code >= CLIENT_ERROR:
                shared["error.type"] = str(response.status_code)
                span.set_status(StatusCode.ERROR)
            return response


def _with_context(headers: Mapping[str, str] | None) -> Mapping[str, str] | None:
    """The headers and those of the propagator, where the caller has none of that name."""
    context: dict[str, str] = {}
    inject(context)
    given = {name.lower() for name in headers or ()}
    added = {name: value for name, value in context.items() if name.lower() not in given}
    return {**(headers or {}), **added} if added else headers

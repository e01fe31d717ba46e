"""Traces and metrics, read back from OpenTelemetry's SDK."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from typing import Any

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import TracerProvider
from opentelemetry.sdk.trace.export import SimpleSpanProcessor
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter
from opentelemetry.trace import SpanKind, StatusCode

from dagstack.contracts import BlobNotFound, HttpConnectionFailed
from dagstack.resources import MemoryBlobStore, StubHttpClient
from dagstack.resources.decorators import InstrumentedBlobStore, InstrumentedHttpClient
from dagstack.resources.decorators.telemetry import SECONDS

URL = "https://api.example/orders"


class Backend:
    """An OpenTelemetry that keeps what it gets in memory."""

    def __init__(self) -> None:
        self.spans = InMemorySpanExporter()
        self.tracers = TracerProvider()
        self.tracers.add_span_processor(SimpleSpanProcessor(self.spans))
        self.reader = InMemoryMetricReader()
        self.meters = MeterProvider(metric_readers=[self.reader])

    def points(self) -> tuple[str, str, list[Any]]:
        """The name and unit of the one metric, and its points."""
        data: Any = self.reader.get_metrics_data()
        ((metric,),) = [scope.metrics for scope in data.resource_metrics[0].scope_metrics]
        return metric.name, metric.unit, list(metric.data.data_points)


@pytest.fixture
def backend() -> Backend:
    """A fresh one for each test."""
    return Backend()


def _client(backend: Backend, stub: StubHttpClient) -> InstrumentedHttpClient:
    return InstrumentedHttpClient(
        stub, tracer_provider=backend.tracers, meter_provider=backend.meters
    )


def test_a_request_is_a_client_span(backend: Backend) -> None:
    """With the attributes of the stable conventions, and a URL without what may be secret."""
    stub = StubHttpClient()
    stub.on("GET", f"{URL}?token=s3cret")
    asyncio.run(_client(backend, stub).get("https://user:pw@api.example/orders?token=s3cret"))
    (span,) = backend.spans.get_finished_spans()
    assert (
        span.name,
        span.kind,
        span.status.status_code,
    ) == ("GET", SpanKind.CLIENT, StatusCode.UNSET)
    assert dict(span.attributes or {}) == {
        "http.request.method": "GET",
        "http.response.status_code": 200,
        "server.address": "api.example",
        "server.port": 443,
        "url.full": URL,
    }


def test_the_context_goes_to_the_server(backend: Backend) -> None:
    """Beside the caller's headers, and not in place of them."""
    stub = StubHttpClient()
    stub.on("*", URL)
    client = _client(backend, stub)
    asyncio.run(client.get(URL, headers={"Accept": "text/plain"}))
    asyncio.run(client.post(URL, json={"a": 1}, headers={"TraceParent": "mine"}))
    asyncio.run(client.put(URL))
    asyncio.run(client.delete(URL))
    spans = backend.spans.get_finished_spans()
    sent = [dict(call.headers or {}) for call in stub.calls]
    contexts = [
        f"00-{span.context.trace_id:032x}-{span.context.span_id:016x}-{int(span.context.trace_flags):02x}"
        for span in spans
        if span.context
    ]
    assert sent == [
        {"Accept": "text/plain", "traceparent": contexts[0]},
        {"TraceParent": "mine"},
        {"traceparent": contexts[2]},
        {"traceparent": contexts[3]},
    ]
    assert [span.name for span in spans] == ["GET", "POST", "PUT", "DELETE"]


def test_a_bad_status_and_an_error_are_errors_of_the_span(backend: Backend) -> None:
    """A status is its own ``error.type``; else it is the class."""
    stub = StubHttpClient()
    stub.on("GET", URL, status=503)
    stub.on("DELETE", URL, error=HttpConnectionFailed)
    client = _client(backend, stub)
    asyncio.run(client.get(URL))
    with pytest.raises(HttpConnectionFailed):
        asyncio.run(client.delete(URL))
    assert [
        (span.status.status_code, (span.attributes or {})["error.type"])
        for span in backend.spans.get_finished_spans()
    ] == [(StatusCode.ERROR, "503"), (StatusCode.ERROR, "HttpConnectionFailed")]


def test_durations_are_measured_in_seconds(backend: Backend) -> None:
    """By method, server, status and error, and never by URL."""
    stub = StubHttpClient()
    stub.on("GET", URL)
    stub.on("POST", URL, status=500)
    client = _client(backend, stub)
    for _ in range(3):
        asyncio.run(client.get(URL))
    asyncio.run(client.post(URL))
    name, unit, points = backend.points()
    assert (name, unit) == ("http.client.request.duration", "s")
    where = {"server.address": "api.example", "server.port": 443}
    assert [(dict(point.attributes), point.count) for point in points] == [
        ({"http.request.method": "GET", **where, "http.response.status_code": 200}, 3),
        (
            {
                "http.request.method": "POST",
                **where,
                "http.response.status_code": 500,
                "error.type": "500",
            },
            1,
        ),
    ]
    assert points[0].explicit_bounds == SECONDS


def test_a_blob_store_is_observed_as_well(backend: Backend) -> None:
    """Keys are on spans only: a metric with each key would never end."""

    async def use() -> None:
        store = InstrumentedBlobStore(
            MemoryBlobStore(), tracer_provider=backend.tracers, meter_provider=backend.meters
        )
        await store.put("a", b"1", content_type="text/plain")
        assert await store.get("a") == b"1"
        assert await store.list("a") == ["a"]
        assert await store.exists("a")
        await store.delete("a")
        with pytest.raises(BlobNotFound):
            await store.get("a")

    asyncio.run(use())
    spans = backend.spans.get_finished_spans()
    assert [span.name.removeprefix("blob_store.") for span in spans] == [
        *("put", "get", "list", "exists", "delete", "get")
    ]
    assert dict(spans[-1].attributes or {}) == {
        "blob_store.operation": "get",
        "blob_store.key": "a",
        "error.type": "BlobNotFound",
    }
    assert (spans[2].attributes or {})["blob_store.prefix"] == "a"
    name, unit, points = backend.points()
    assert (name, unit) == ("blob_store.operation.duration", "s")
    assert {"blob_store.key", "blob_store.prefix"}.isdisjoint(
        key for point in points for key in point.attributes
    )
    assert sum(point.count for point in points) == 6


def test_without_the_api_the_error_names_the_extra() -> None:
    """And the other decorators work as ever."""
    code = (
        "import sys; sys.modules['opentelemetry'] = None\n"
        "from dagstack.resources.decorators import ReadOnlyBlobStore\n"
        "try:\n"
        "    from dagstack.resources.decorators import InstrumentedHttpClient\n"
        "except ModuleNotFoundError as error:\n"
        "    print(error)\n"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    expected = "OpenTelemetry's API is not installed: pip install 'dagstack-resources[otel]'\n"
    assert expected == done.stdout

import threading
from collections.abc import Sequence

import pytest
from opentelemetry.sdk.metrics import MeterProvider
from opentelemetry.sdk.metrics.export import InMemoryMetricReader
from opentelemetry.sdk.trace import ReadableSpan, TracerProvider
from opentelemetry.sdk.trace.export import (
    BatchSpanProcessor,
    SimpleSpanProcessor,
    SpanExporter,
    SpanExportResult,
)
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from vivamarket.adapters.local.telemetry import OpenTelemetry, create_telemetry


def test_without_an_endpoint_nobody_listens() -> None:
    telemetry = create_telemetry(None, service_name="web", service_version="1")

    with telemetry.span("step", kind="any"):
        telemetry.count("things")
        telemetry.observe("took", 0.1)

    assert telemetry.enabled is False


def test_a_span_inside_a_span_is_its_child() -> None:
    exporter = InMemorySpanExporter()
    traces = TracerProvider()
    traces.add_span_processor(SimpleSpanProcessor(exporter))
    telemetry = OpenTelemetry(traces, MeterProvider())

    with telemetry.span("outer"), telemetry.span("inner", route="/api/v1/shop"):
        pass

    inner, outer = exporter.get_finished_spans()
    assert inner.parent is not None
    assert inner.parent.span_id == outer.context.span_id
    assert dict(inner.attributes or {}) == {"route": "/api/v1/shop"}


def test_counts_and_durations_reach_the_reader() -> None:
    reader = InMemoryMetricReader()
    telemetry = OpenTelemetry(TracerProvider(), MeterProvider(metric_readers=[reader]))

    telemetry.count("orders.placed", 2)
    telemetry.count("orders.placed")
    telemetry.observe("http.server.request.duration", 0.25, status=200)

    data = reader.get_metrics_data()
    assert data is not None
    found = {
        metric.name: metric.data.data_points[0]
        for resource in data.resource_metrics
        for scope in resource.scope_metrics
        for metric in scope.metrics
    }
    assert found["orders.placed"].value == 3  # type: ignore[union-attr] # a counter's point has a value
    assert found["http.server.request.duration"].sum == pytest.approx(0.25)  # type: ignore[union-attr] # a histogram's has a sum


def test_a_collector_that_does_not_answer_does_not_hold_up_the_end() -> None:
    answers, asked = threading.Event(), threading.Event()

    class Stuck(SpanExporter):
        def export(self, spans: Sequence[ReadableSpan]) -> SpanExportResult:
            asked.set()
            answers.wait()
            return SpanExportResult.FAILURE

    traces = TracerProvider(shutdown_on_exit=False)
    traces.add_span_processor(BatchSpanProcessor(Stuck()))
    telemetry = OpenTelemetry(traces, MeterProvider(), close_timeout_seconds=0.05)
    with telemetry.span("step"):
        pass

    telemetry.close()

    assert asked.wait(5.0)
    assert not answers.is_set()
    answers.set()


def test_closing_sends_what_is_left() -> None:
    exporter = InMemorySpanExporter()
    traces = TracerProvider(shutdown_on_exit=False)
    traces.add_span_processor(BatchSpanProcessor(exporter))
    telemetry = OpenTelemetry(traces, MeterProvider())
    with telemetry.span("last"):
        pass

    telemetry.close()

    assert [span.name for span in exporter.get_finished_spans()] == ["last"]

"""OpenTelemetry behind the kernel's ``Telemetry``: off and free until an endpoint is configured.

The SDK and its exporter are an extra (``vivamarket[telemetry]``), imported only when they are wanted.
"""

from __future__ import annotations

import threading
from contextlib import AbstractContextManager
from typing import TYPE_CHECKING

from vivamarket.kernel.errors import Invalid
from vivamarket.kernel.telemetry import NoTelemetry

if TYPE_CHECKING:
    from opentelemetry.metrics import Counter, Histogram, Meter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Tracer

EXPORT_INTERVAL_MILLISECONDS = 15_000
EXPORT_TIMEOUT_MILLISECONDS = 5_000
CLOSE_TIMEOUT_SECONDS = 3.0
SPAN_QUEUE_MAX = 2_048
INSTRUMENTS_MAX = 200

Attribute = str | int | float | bool


class TelemetryNotInstalled(Invalid):
    """An endpoint is configured and the packages that would talk to it are missing."""

    code = "telemetry_not_installed"


class OpenTelemetry:
    """Sends spans and metrics to an OTLP collector from background threads of the SDK.

    A collector that is away costs nothing but its data: queues are bounded and drop.
    """

    enabled = True

    def __init__(
        self,
        traces: TracerProvider,
        metrics: MeterProvider,
        *,
        close_timeout_seconds: float = CLOSE_TIMEOUT_SECONDS,
    ) -> None:
        self._traces = traces
        self._metrics = metrics
        self._close_timeout_seconds = close_timeout_seconds
        self._tracer: Tracer = traces.get_tracer("vivamarket")
        self._meter: Meter = metrics.get_meter("vivamarket")
        self._counters: dict[str, Counter] = {}
        self._histograms: dict[str, Histogram] = {}

    def span(self, name: str, **attributes: Attribute) -> AbstractContextManager[object]:
        """Measure a block as a span under the current one."""
        return self._tracer.start_as_current_span(name, attributes=attributes)

    def count(self, name: str, value: int = 1, **attributes: Attribute) -> None:
        """Add to the counter of that name."""
        counter = self._counters.get(name)
        if counter is None:
            if len(self._counters) >= INSTRUMENTS_MAX:
                return
            counter = self._counters[name] = self._meter.create_counter(name)
        counter.add(value, attributes)

    def observe(self, name: str, seconds: float, **attributes: Attribute) -> None:
        """Record a duration in the histogram of that name."""
        histogram = self._histograms.get(name)
        if histogram is None:
            if len(self._histograms) >= INSTRUMENTS_MAX:
                return
            histogram = self._histograms[name] = self._meter.create_histogram(name, unit="s")
        histogram.record(seconds, attributes)

    def close(self) -> None:
        """Send what is left, for at most ``CLOSE_TIMEOUT_SECONDS``; blocks meanwhile.

        The SDK would wait for a collector that is away until the supervisor kills the process.
        """
        sending = threading.Thread(target=self._send_rest, name="telemetry-close", daemon=True)
        sending.start()
        sending.join(self._close_timeout_seconds)

    def _send_rest(self) -> None:
        self._traces.shutdown()
        self._metrics.shutdown(EXPORT_TIMEOUT_MILLISECONDS)


def create_telemetry(
    endpoint: str | None, *, service_name: str, service_version: str
) -> NoTelemetry | OpenTelemetry:
    """Return telemetry to that OTLP/HTTP collector, or one that does nothing when there is no endpoint.

    Raise ``TelemetryNotInstalled`` when the extra is missing.
    """
    if endpoint is None:
        return NoTelemetry()
    try:
        return _connected(endpoint, service_name, service_version)
    except ImportError as missing:
        raise TelemetryNotInstalled(
            "VIVA_OTLP_ENDPOINT is set, but the OpenTelemetry SDK is not installed: "
            "install vivamarket[telemetry].",
            missing=missing.name,
        ) from missing


def _connected(endpoint: str, service_name: str, service_version: str) -> OpenTelemetry:
    from opentelemetry.exporter.otlp.proto.http.metric_exporter import OTLPMetricExporter
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.metrics import MeterProvider
    from opentelemetry.sdk.metrics.export import PeriodicExportingMetricReader
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor

    resource = Resource.create({"service.name": service_name, "service.version": service_version})
    base = endpoint.rstrip("/")
    traces = TracerProvider(resource=resource, shutdown_on_exit=False)  # ``close`` does it, in bounded time
    traces.add_span_processor(
        BatchSpanProcessor(OTLPSpanExporter(f"{base}/v1/traces"), max_queue_size=SPAN_QUEUE_MAX)
    )
    reader = PeriodicExportingMetricReader(
        OTLPMetricExporter(f"{base}/v1/metrics"),
        export_interval_millis=EXPORT_INTERVAL_MILLISECONDS,
        export_timeout_millis=EXPORT_TIMEOUT_MILLISECONDS,
    )
    metrics = MeterProvider(resource=resource, metric_readers=[reader], shutdown_on_exit=False)
    return OpenTelemetry(traces, metrics)

"""Traces of requests, sent where OpenTelemetry collects them; off unless asked for."""

from collections.abc import Mapping
from threading import Thread
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.trace import Span as OpenTelemetrySpan
    from opentelemetry.trace import StatusCode

_PATH = "/v1/traces"
_SEND_SECONDS = 5.0


def start(
    endpoint: str,
    service: str,
    attributes: Mapping[str, str],
    *,
    share: float = 1.0,
) -> "Traces | None":
    """
    Traces for the collector at this address, or None where there is none.

    What a caller did not decide is traced in this share of all requests. Certificates
    and headers for the collector are taken from OpenTelemetry's own variables.
    """
    if not endpoint:
        return None
    # Half a second and 13 MB, which only those pay who asked for traces.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    url = endpoint.rstrip("/").removesuffix(_PATH) + _PATH
    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(share)),
        resource=Resource({"service.name": service}),
        shutdown_on_exit=False,
    )
    exporter = OTLPSpanExporter(url, timeout=_SEND_SECONDS)
    provider.add_span_processor(BatchSpanProcessor(exporter))
    return Traces(provider, attributes)


class Traces:
    """Spans of requests, sent from a thread of their own; a full queue drops some."""

    def __init__(
        self, provider: "TracerProvider", attributes: Mapping[str, str]
    ) -> None:
        from opentelemetry.trace import SpanKind, StatusCode
        from opentelemetry.trace.propagation.tracecontext import (
            TraceContextTextMapPropagator,
        )

        self._provider = provider
        self._tracer = provider.get_tracer("slipway")
        self._attributes = dict(attributes)
        self._kind = SpanKind.SERVER
        self._error = StatusCode.ERROR
        self._extract = TraceContextTextMapPropagator().extract

    def span(self, headers: Mapping[bytes, bytes], name: str) -> "Span":
        """Begin a span, as part of the caller's trace where the headers name one."""
        context = None
        if b"traceparent" in headers:
            given = {
                key: headers.get(key.encode(), b"").decode("latin-1")
                for key in ("traceparent", "tracestate")
            }
            context = self._extract(given)
        span = self._tracer.start_span(
            name, context, kind=self._kind, attributes=self._attributes
        )
        return Span(span, self._error)

    def end(self, seconds: float = 2.0) -> None:
        """Send what is left, but do not wait longer than this."""
        sender = Thread(target=self._provider.shutdown, daemon=True)
        sender.start()
        sender.join(seconds)


class Span:
    """One request being answered."""

    __slots__ = ("_error", "_span")

    def __init__(self, span: "OpenTelemetrySpan", error: "StatusCode") -> None:
        self._span = span
        self._error = error

    def end(self, status: int, rows: int | None = None) -> None:
        """It was answered with this status; an answer in the 500s is an error."""
        self._span.set_attribute("http.response.status_code", status)
        if rows is not None:
            self._span.set_attribute("slipway.rows", rows)
        if status >= 500:
            self._span.set_status(self._error)
        self._span.end()

"""What Prometheus sees of the server; every label has a bounded set of values."""

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    ProcessCollector,
    disable_created_metrics,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from .manifest import Manifest

_SECONDS = (
    0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
)  # fmt: skip


class Metrics:
    """The server's own registry, with nothing shared between two servers."""

    def __init__(self, manifest: Manifest) -> None:
        disable_created_metrics()
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        self._requests = Counter(
            "slipway_requests",
            "Answers given, by route and status code.",
            ("route", "code"),
            registry=self._registry,
        )
        self._durations = Histogram(
            "slipway_request_duration_seconds",
            "From the request's headers to its whole answer.",
            ("route",),
            buckets=_SECONDS,
            registry=self._registry,
        )
        self._inferences = Histogram(
            "slipway_inference_duration_seconds",
            "Time in the model alone.",
            buckets=_SECONDS,
            registry=self._registry,
        )
        self.in_flight = Gauge(
            "slipway_requests_in_flight",
            "Predictions being answered.",
            registry=self._registry,
        )
        self.ready = Gauge(
            "slipway_ready",
            "1 while the server takes predictions.",
            registry=self._registry,
        )
        Gauge(
            "slipway_model_info",
            "The model that is served; always 1.",
            ("name", "version", "identity"),
            registry=self._registry,
        ).labels(manifest.name, manifest.version, manifest.identity).set(1)
        # Looking a label up costs more than counting, so each is looked up once.
        self._counters: dict[tuple[str, int], Counter] = {}
        self._timers: dict[str, Histogram] = {}

    def answered(self, route: str, code: int, seconds: float) -> None:
        """Count one answer; `route` is a name of ours, never a path."""
        counter = self._counters.get((route, code))
        if counter is None:
            counter = self._requests.labels(route, str(code))
            self._counters[route, code] = counter
            self._timers[route] = self._durations.labels(route)
        counter.inc()
        self._timers[route].observe(seconds)

    def inferred(self, seconds: float) -> None:
        """Count one run of the model."""
        self._inferences.observe(seconds)

    def page(self) -> tuple[bytes, bytes]:
        """The text that Prometheus scrapes, and its content type."""
        return generate_latest(self._registry), CONTENT_TYPE_LATEST.encode()

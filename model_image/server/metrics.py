"""What Prometheus sees of the server; every label has a bounded set of values."""

from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from time import monotonic

from prometheus_client import (
    CollectorRegistry,
    Gauge,
    Metric,
    ProcessCollector,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from .manifest import Manifest
from .profile import Profile
from .refusal import Mistake
from .telemetry import families
from .telemetry.bins import OTHER
from .telemetry.container import Container
from .telemetry.histogram import ROWS, SECONDS, SHOWN_SECONDS, Histogram
from .telemetry.text import Text
from .telemetry.traffic import Traffic


class Metrics:
    """
    The server's own counts, with nothing shared between two servers.

    What is called for every request only adds to plain numbers, which become metrics
    when Prometheus asks. All of it is for the thread of the event loop.
    """

    def __init__(
        self,
        manifest: Manifest,
        profile: Profile,
        *,
        drift_rows: int = 500,
        drift_window_seconds: float = 3600,
        release: str = "",
        clock: Callable[[], float] = monotonic,
    ) -> None:
        self.in_flight = 0
        self.row_seconds: float | None = None
        self.waiting: Callable[[], int] = lambda: 0
        self.answers: Counter[tuple[str, int]] = Counter()
        self.durations = defaultdict[str, Histogram](partial(Histogram, SECONDS))
        self.inferences = Histogram(SECONDS)
        self.waits = Histogram(SECONDS)
        self.batches = Histogram(ROWS)
        self.rejects: Counter[tuple[str, str]] = Counter()
        self.traffic = Traffic(
            manifest,
            profile,
            drift_rows=drift_rows,
            drift_window_seconds=drift_window_seconds,
            clock=clock,
        )
        self.seen = self.traffic.seen
        self.flush = self.traffic.flush
        self.waited = self.waits.observe
        self._features = {name for one in manifest.inputs for name in one.names}
        self._features |= {one.name for one in manifest.inputs}
        self._model = manifest.name, manifest.version, manifest.identity
        self._release = tuple(release.split())
        self.is_stray = len(self._release) == 2 and self._release != (
            manifest.name,
            manifest.version,
        )
        """Whether this is another release than it was started to be."""
        self.container = Container()
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        text = "1 while the server takes predictions."
        self.ready = Gauge("slipway_ready", text, registry=self._registry)
        self._registry.register(self)
        self._text = Text()

    def answered(self, route: str, code: int, seconds: float) -> None:
        """Count one answer; `route` is a name of ours, never a path."""
        self.answers[route, code] += 1
        self.durations[route].observe(seconds)

    def inferred(self, seconds: float, rows: int) -> None:
        """Count one run of the model."""
        self.inferences.observe(seconds)
        self.batches.observe(rows)

    def rejected(self, mistakes: Sequence[Mistake]) -> None:
        """Count what was wrong with a refused request; callers make up no label."""
        for mistake in mistakes:
            known = mistake.feature in self._features
            feature = mistake.feature if known else OTHER
            self.rejects[feature, mistake.reason] += 1

    def page(self) -> tuple[bytes, bytes]:
        """The text that Prometheus scrapes, and its content type."""
        return self._text.of(self._registry.collect()), CONTENT_TYPE_LATEST.encode()

    def collect(self) -> Iterator[Metric]:
        """Everything as metrics of the library."""
        yield from self._requests()
        yield from self._state()
        yield from self.traffic.collect()
        yield from self.container.collect()

    def _requests(self) -> Iterator[Metric]:
        labels = "route", "code"
        answers = {(route, str(code)): n for (route, code), n in self.answers.items()}
        text = "Answers given, by route and status code."
        yield families.counter("slipway_requests", text, labels, answers)
        text = "From the request's headers to its whole answer."
        times = {(route,): one for route, one in self.durations.items()}
        yield _times("slipway_request_duration_seconds", text, ("route",), times)
        text = "Time in one run of the model alone."
        own = {(): self.inferences}
        yield _times("slipway_inference_duration_seconds", text, (), own)
        text = "Time that requests waited until the model began with them."
        yield _times("slipway_queue_wait_seconds", text, (), {(): self.waits})
        text = "Rows in one run of the model; several requests may share it."
        own = [((), ROWS, self.batches.below(ROWS), self.batches.sum)]
        yield families.histogram("slipway_batch_rows", text, (), own)
        text = "Mistakes in refused requests, by feature and reason."
        labels = "feature", "reason"
        yield families.counter("slipway_rejects", text, labels, self.rejects)

    def _state(self) -> Iterator[Metric]:
        value = families.value
        text = "Predictions being answered."
        yield value("slipway_requests_in_flight", text, self.in_flight)
        text = "Requests that the model has not begun with."
        yield value("slipway_requests_waiting", text, self.waiting())
        text = "The model that is served; always 1."
        labels = "name", "version", "identity"
        yield families.gauge("slipway_model_info", text, labels, {self._model: 1})
        if len(self._release) == 2:
            text = "The release that this server was started to be; always 1."
            labels = "name", "version"
            yield families.gauge(
                "slipway_release_info", text, labels, {self._release: 1}
            )
        if self.row_seconds is not None:
            text = "What the model alone took for one row at warm-up."
            yield value("slipway_model_row_seconds", text, self.row_seconds)


def _times(
    name: str,
    text: str,
    labels: families.Labels,
    times: Mapping[families.Labels, Histogram],
) -> Metric:
    parts = [
        (values, SHOWN_SECONDS, one.below(SHOWN_SECONDS), one.sum)
        for values, one in times.items()
    ]
    return families.histogram(name, text, labels, parts)

"""What replicas counted between two looks: requests, errors, how long they took."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from math import inf

from prometheus_client.parser import text_string_to_metric_families

_WORK = ("predict", "infer")


@dataclass(frozen=True)
class Traffic:
    """Predictions of some replicas, since their start or between two looks."""

    requests: float = 0
    errors: float = 0
    """Answers that are our fault: 5xx, without the 503 of one that is too busy."""
    within: dict[float, float] = field(default_factory=dict)
    """How many took at most so many seconds."""

    @classmethod
    def read(cls, pages: Iterable[str]) -> "Traffic":
        """What the metrics pages of some replicas say together."""
        requests = errors = 0.0
        within: dict[float, float] = {}
        for page in pages:
            for family in text_string_to_metric_families(page):
                for sample in family.samples:
                    labels, value = sample.labels, sample.value
                    if labels.get("route") not in _WORK:
                        continue
                    if sample.name == "slipway_requests_total":
                        requests += value
                        fault = labels["code"].startswith("5")
                        errors += value if fault and labels["code"] != "503" else 0
                    if sample.name == "slipway_request_duration_seconds_bucket":
                        bound = float(labels["le"])
                        within[bound] = within.get(bound, 0) + value
        return cls(requests, errors, within)

    def since(self, before: "Traffic") -> "Traffic":
        """What came after `before`; a replica that began anew counts from its start."""
        if self.requests < before.requests:
            return self
        return Traffic(
            self.requests - before.requests,
            max(0, self.errors - before.errors),
            {le: n - before.within.get(le, 0) for le, n in self.within.items()},
        )

    @property
    def error_rate(self) -> float:
        """Errors as a share of all; 0 without requests."""
        return self.errors / self.requests if self.requests else 0

    @property
    def answers(self) -> float:
        """Those whose time was taken."""
        return self.within.get(inf, 0)

    def quantile_s(self, share: float) -> float | None:
        """
        The time, in seconds, that this share of the answers took at most.

        Straight within a bucket, as Prometheus has it; None without answers.
        """
        if self.answers <= 0:
            return None
        wanted = share * self.answers
        for lower, below, bound, count in self._buckets():
            if count >= wanted:
                if bound == inf:
                    return lower
                inside = (wanted - below) / (count - below) if count > below else 1
                return lower + (bound - lower) * inside
        return max(self.within)

    def longer_than(self, limit_s: float) -> float:
        """
        How many answers took longer than this, straight within a bucket.

        Beyond the longest time that is told apart none is known to have.
        """
        for lower, below, bound, count in self._buckets():
            if limit_s < bound < inf:
                inside = (limit_s - lower) / (bound - lower)
                return self.answers - below - (count - below) * inside
        return 0.0

    def _buckets(self) -> Iterator[tuple[float, float, float, float]]:
        """Bounds of each bucket, and counts up to them: lower, below, upper, in all."""
        lower, below = 0.0, 0.0
        for bound, count in sorted(self.within.items()):
            yield lower, below, bound, count
            lower, below = bound, count

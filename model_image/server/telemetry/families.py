"""What Prometheus reads, made of plain counts."""

from collections.abc import Iterable, Mapping, Sequence

from prometheus_client import Metric
from prometheus_client.utils import floatToGoString

Labels = tuple[str, ...]


def counter(
    name: str, text: str, labels: Labels, counts: Mapping[Labels, float]
) -> Metric:
    """A counter, whose samples are called `name`_total."""
    return _plain("counter", name, text, labels, counts, "_total")


def gauge(
    name: str, text: str, labels: Labels, values: Mapping[Labels, float]
) -> Metric:
    """A gauge; without values it is only announced."""
    return _plain("gauge", name, text, labels, values)


def value(name: str, text: str, number: float) -> Metric:
    """A gauge without labels."""
    return gauge(name, text, (), {(): number})


def histogram(
    name: str,
    text: str,
    labels: Labels,
    parts: Iterable[tuple[Labels, Sequence[float], Sequence[int], float]],
) -> Metric:
    """
    A histogram of parts: labels, bounds, how many lie below each and in all, the sum.

    The library's own family leaves out sum and count where a bound is negative.
    """
    metric = Metric(name, text, "histogram")
    for values, bounds, below, total in parts:
        own = dict(zip(labels, values, strict=True))
        for bound, count in zip((*bounds, float("inf")), below, strict=True):
            le = {"le": floatToGoString(bound)}
            metric.add_sample(f"{name}_bucket", own | le, count)
        metric.add_sample(f"{name}_count", own, below[-1])
        metric.add_sample(f"{name}_sum", own, total)
    return metric


def _plain(
    kind: str,
    name: str,
    text: str,
    labels: Labels,
    samples: Mapping[Labels, float],
    ending: str = "",
) -> Metric:
    metric = Metric(name, text, kind)
    for values, value in samples.items():
        own = dict(zip(labels, values, strict=True))
        metric.add_sample(name + ending, own, value)
    return metric

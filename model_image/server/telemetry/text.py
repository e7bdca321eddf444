"""The text that Prometheus scrapes."""

from collections.abc import Iterable
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.registry import Collector


class Text:
    """
    What the library writes, with only the numbers written anew each time.

    It takes ten microseconds a sample to write names and labels, during which a wide
    model would answer nobody; they stay the same from one scrape to the next.
    """

    def __init__(self) -> None:
        self._written: dict[str, tuple[list[tuple[str, ...]], str, list[str]]] = {}

    def of(self, metrics: Iterable[Metric]) -> bytes:
        """These metrics as text."""
        return "".join(map(self._family, metrics)).encode()

    def _family(self, metric: Metric) -> str:
        keys = [(one.name, *one.labels.values()) for one in metric.samples]
        written = self._written.get(metric.name)
        if written is None or written[0] != keys:
            written = keys, *_parts(metric)
            self._written[metric.name] = written
        _, head, names = written
        values = [one.value for one in metric.samples]
        lines = map("{} {}\n".format, names, values)
        return head + "".join(lines)


def _parts(metric: Metric) -> tuple[str, list[str]]:
    """What the library writes above the samples, and each sample but for its value."""
    registry = CollectorRegistry()
    registry.register(_Only(metric))
    lines = generate_latest(registry).decode().removesuffix("\n").split("\n")
    head = "".join(f"{line}\n" for line in lines if line.startswith("#"))
    samples = [line for line in lines if not line.startswith("#")]
    return head, [line.rpartition(" ")[0] for line in samples]


@dataclass(eq=False)
class _Only(Collector):
    metric: Metric

    def collect(self) -> Iterable[Metric]:
        return [self.metric]

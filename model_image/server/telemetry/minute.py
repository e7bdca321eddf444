"""A line a minute with the model's own gauges, for whoever has the log and no more."""

from collections.abc import Mapping
from time import time
from typing import Any

import numpy as np

from ..log import Log
from ..metrics import Metrics
from ..values import Array
from .histogram import SECONDS, quantile
from .shares import Shares

WORK = ("predict", "infer")
"""The routes whose requests are counted; probes would hide them."""
_MOST_METRICS = 100
_LONGEST_NAME = 255
_HEAD = 5
"""Of all that is counted, what comes before the times."""

_UNITS = {
    "requests": "Count",
    "errors": "Count",
    "overloads": "Count",
    "starts": "Count",
    "rejects": "Count",
    "rows": "Count",
    "p50_ms": "Milliseconds",
    "p99_ms": "Milliseconds",
    "in_flight": "Count",
    "waiting": "Count",
    "ready": "Count",
    "stray": "Count",
    "data_drift_rows": "Count",
    "data_drift_psi_max": "None",
}


class Minute:
    """
    Tells how the last minute went: plain fields, which CloudWatch takes as metrics too.

    Some clouds stop what runs between two requests, so a request that comes after
    `due` writes the line; `seconds` of the line says what time it is about.
    """

    def __init__(
        self,
        log: Log,
        metrics: Metrics,
        dimensions: Mapping[str, str],
        moment: float,
        *,
        every: float = 60.0,
    ) -> None:
        """`dimensions` keep this service apart from others in CloudWatch."""
        self._log = log
        self._metrics = metrics
        self._dimensions = dict(dimensions)
        self._every = every
        self._begun = moment
        self.due = moment + every
        self._before = self._counts()
        self._shares = Shares(metrics.container)

    def write(self, moment: float) -> None:
        """Write the line about the time since the last one."""
        counts = self._counts()
        seconds = round(moment - self._begun, 1)
        grown = counts - self._before
        gauges = self._gauges(grown, seconds)
        # How many answers fell into each of the histogram's buckets, those with none
        # left out.
        took = {str(i): int(n) for i, n in enumerate(grown[_HEAD:]) if n}
        self._before, self._begun, self.due = counts, moment, moment + self._every
        told = {
            name: value
            for name, value in gauges.items()
            if name.isascii() and len(name) <= _LONGEST_NAME
        }
        self._log.info(
            "minute",
            **self._dimensions,
            seconds=seconds,
            **gauges,
            took=took,
            _aws=_embedded([*told], [*self._dimensions]),
        )

    def _counts(self) -> Array:
        """All that only grows: requests, errors, overloads, rejects, rows, times."""
        metrics = self._metrics
        codes = [(k[1], n) for k, n in metrics.answers.items() if k[0] in WORK]
        requests = sum(count for _, count in codes)
        overloads = sum(count for code, count in codes if code == 503)
        errors = sum(count for code, count in codes if code >= 500) - overloads
        rejects = sum(count for code, count in codes if 400 <= code < 500)
        times = [[0] * (len(SECONDS) + 1)]
        times += [metrics.durations[k].counts for k in WORK if k in metrics.durations]
        head = [requests, errors, overloads, rejects, int(metrics.batches.sum)]
        return np.array([*head, *np.sum(times, axis=0)])

    def _gauges(self, grown: Array, seconds: float) -> dict[str, float]:
        """The line's numbers by name; what is not known is left out."""
        metrics = self._metrics
        metrics.flush()
        requests, errors, overloads, rejects, rows, *times = grown.tolist()
        gauges: dict[str, float] = {
            "requests": requests,
            "errors": errors,
            "overloads": overloads,
            "rejects": rejects,
            "rows": rows,
        }
        for name, share in (("p50_ms", 0.5), ("p99_ms", 0.99)):
            took = quantile(SECONDS, times, share)
            if took is not None:
                gauges[name] = round(took * 1000, 3)
        gauges["in_flight"] = metrics.in_flight
        gauges["waiting"] = metrics.waiting()
        (ready,) = metrics.ready.collect()
        gauges["ready"] = int(ready.samples[0].value)
        gauges["stray"] = int(metrics.is_stray)
        return gauges | self._shares.since_last(seconds) | self._drift()

    def _drift(self) -> dict[str, float]:
        psi, rows = self._metrics.traffic.drift()
        if not psi:
            return {"data_drift_rows": rows}
        worst = round(max(psi.values()), 4)
        gauges = {"data_drift_rows": rows, "data_drift_psi_max": worst}
        for (kind, feature), value in psi.items():
            gauges[f"data_drift_psi.{kind}.{feature}"] = round(value, 4)
        return gauges


def _embedded(names: list[str], dimensions: list[str]) -> dict[str, Any]:
    """What makes metrics of these fields in CloudWatch, a hundred at most."""
    metrics = [{"Name": name, "Unit": _UNITS.get(name, "None")} for name in names]
    directive = {
        "Namespace": "Slipway",
        "Dimensions": [dimensions],
        "Metrics": metrics[:_MOST_METRICS],
    }
    return {"Timestamp": int(time() * 1000), "CloudWatchMetrics": [directive]}

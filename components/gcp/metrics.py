"""Metrics of Cloud Run itself, and those that are made of the server's log."""

import re
from dataclasses import dataclass

from pulumi_gcp import logging

from .place import Place

RUN = "run.googleapis.com"
_USER = "logging.googleapis.com/user"
_CRASHES = (
    'log_id("run.googleapis.com/varlog/system") AND '
    '(textPayload:"Container called exit" OR '
    'textPayload:"Container terminated on signal" OR textPayload:"Memory limit of") '
    'AND NOT textPayload:"Container called exit(0)"'
)
"""What Cloud Run writes of an instance that ended by itself."""


@dataclass(frozen=True)
class Series:
    """One metric of the service, aligned and brought to one line."""

    type: str
    """With the domain before it, as `run.googleapis.com/request_count`."""
    aligner: str
    reducer: str
    where: tuple[str, ...] = ()
    period_s: int = 60

    def filter(self, place: Place) -> str:
        """Which time series it is of."""
        parts = [place.revisions, f'metric.type="{self.type}"', *self.where]
        return " AND ".join(parts)


def requests(period_s: int = 60, *where: str) -> Series:
    """How many answers there were, of those that are `where`."""
    type = f"{RUN}/request_count"
    return Series(type, "ALIGN_DELTA", "REDUCE_SUM", where, period_s)


ERRORS = (
    'metric.labels.response_code_class="5xx"',
    'metric.labels.response_code!="503"',
)
OVERLOADS = ('metric.labels.response_code=one_of("429","503")',)
"""429 is Cloud Run's own, where there are as many instances as there may be."""
REJECTS = ('metric.labels.response_code=one_of("400","413","415","422")',)


def latency(period_s: int = 60) -> Series:
    """The 99th percentile of all answers, in milliseconds."""
    type = f"{RUN}/request_latencies"
    return Series(type, "ALIGN_DELTA", "REDUCE_PERCENTILE_99", (), period_s)


def instances() -> Series:
    """How many there are, at work or not."""
    return Series(f"{RUN}/container/instance_count", "ALIGN_MAX", "REDUCE_SUM")


def memory() -> Series:
    """Of the instance that has most of its limit, as a share."""
    type = f"{RUN}/container/memory/utilizations"
    return Series(type, "ALIGN_PERCENTILE_99", "REDUCE_MAX")


def told(place: Place, metric: str) -> Series:
    """A field of the server's line a minute, of the instance that has most of it."""
    type = f"{_USER}/{metric_name(place, metric)}"
    return Series(type, "ALIGN_PERCENTILE_99", "REDUCE_MAX")


def metric_name(place: Place, metric: str) -> str:
    """What a metric that is made of the log is called."""
    return f"slipway/{place.name}/{metric}"


def in_promql(type: str) -> str:
    """The same as PromQL has it: the first `/` is a colon, and the rest underscores."""
    domain, _, path = type.partition("/")
    return f"{_plain(domain)}:{_plain(path)}"


def bounds(edge: float) -> list[float]:
    """
    Of buckets, so that `edge` is between two of them.

    What is read back of a distribution is a bucket's bound: so it is known exactly
    whether a value is beyond the edge, and about where it is.
    """
    shares = (0.25, 0.5, 0.75, 1, 1.25, 1.5, 2, 4, 8)
    return [round(edge * share, 6) for share in shares]


def gauge(name: str, metric: str, edge: float, place: Place) -> logging.Metric:
    """The values of a field of the server's line a minute."""
    return logging.Metric(
        name,
        name=metric_name(place, metric),
        project=place.platform.project,
        description=f"{metric} of {place.name}",
        filter=(
            f'{place.revisions} AND jsonPayload.event="minute" AND '
            f"jsonPayload.{metric}:*"
        ),
        value_extractor=f"EXTRACT(jsonPayload.{metric})",
        metric_descriptor={
            "metric_kind": "DELTA",
            "value_type": "DISTRIBUTION",
            "unit": "1",
        },
        bucket_options={"explicit_buckets": {"bounds": bounds(edge)}},
        opts=place.opts,
    )


def crashes(name: str, metric: str, place: Place) -> logging.Metric:
    """How often an instance ended by itself, which is no start of an autoscaler's."""
    return logging.Metric(
        name,
        name=metric_name(place, metric),
        project=place.platform.project,
        description=f"instances of {place.name} that ended by themselves",
        filter=f"{place.revisions} AND {_CRASHES}",
        metric_descriptor={
            "metric_kind": "DELTA",
            "value_type": "INT64",
            "unit": "1",
        },
        opts=place.opts,
    )


def _plain(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9_]", "_", text)

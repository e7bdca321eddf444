"""Metrics that Cloud Monitoring has, as those who wrote them list them."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from .judge import schemas


@dataclass(frozen=True)
class Known:
    """What a metric is, and what its time series are told apart by."""

    kind: str
    value: str
    labels: frozenset[str]


def _known(kind: str, value: str, *labels: str) -> Known:
    return Known(kind, value, frozenset(labels))


# cloud.google.com/monitoring/api/metrics_gcp_p_z, of the resource cloud_run_revision;
# the integrations of Datadog, Elastic and Dynatrace name the same.
METRICS: dict[str, Known] = {
    "run.googleapis.com/request_count": _known(
        "DELTA", "INT64", "response_code", "response_code_class", "route"
    ),
    "run.googleapis.com/request_latencies": _known(
        "DELTA", "DISTRIBUTION", "response_code", "response_code_class", "route"
    ),
    "run.googleapis.com/container/instance_count": _known("GAUGE", "INT64", "state"),
    "run.googleapis.com/container/memory/utilizations": _known(
        "DELTA", "DISTRIBUTION", "container_name"
    ),
    "run.googleapis.com/container/cpu/utilizations": _known(
        "DELTA", "DISTRIBUTION", "container_name"
    ),
    "run.googleapis.com/container/startup_latencies": _known("DELTA", "DISTRIBUTION"),
    "run.googleapis.com/container/max_request_concurrencies": _known(
        "DELTA", "DISTRIBUTION", "state"
    ),
    "monitoring.googleapis.com/uptime_check/check_passed": _known(
        "GAUGE", "BOOL", "check_id", "checker_location", "checked_resource_id"
    ),
}
# cloud.google.com/monitoring/api/resources
RESOURCES: dict[str, frozenset[str]] = {
    "cloud_run_revision": frozenset(
        {
            "project_id",
            "service_name",
            "revision_name",
            "location",
            "configuration_name",
        }
    ),
    "uptime_url": frozenset({"project_id", "host"}),
}
_USER = "logging.googleapis.com/user/"
_VALUES = {"INT64": "numeric", "DOUBLE": "numeric", "BOOL": "boolean"}


def wrong(
    filter: str, aggregation: Mapping[str, Any], made: Mapping[str, Known]
) -> Iterator[str]:
    """What is asked for that is not there, or that no such metric can be asked for."""
    metrics = {**METRICS, **{f"{_USER}{name}": one for name, one in made.items()}}
    type = _said(filter, "metric.type")
    resource = _said(filter, "resource.type")
    if type not in metrics:
        yield f"no metric is called {type}"
        return
    if resource not in RESOURCES:
        yield f"no resource is a {resource}"
        return
    for label in re.findall(r"resource\.labels\.(\w+)", filter):
        if label not in RESOURCES[resource]:
            yield f"a {resource} has no label {label}"
    for label in re.findall(r"metric\.labels\.(\w+)", filter):
        if label not in metrics[type].labels:
            yield f"{type} has no label {label}"
    yield from _aligned(type, metrics[type], aggregation)


def _aligned(type: str, known: Known, how: Mapping[str, Any]) -> Iterator[str]:
    """By what the description says that aligners are for: values, and kinds."""
    said = _described("perSeriesAligner")[how["perSeriesAligner"]]
    if found := re.search(r"valid (?:only )?for ([^.]*)\.", said):
        kinds, values = found[1], found[1].lower()
        if known.kind not in kinds:
            yield f"{type} is {known.kind}; {how['perSeriesAligner']}: {found[1]}"
        about = _VALUES.get(known.value, known.value.lower())
        if "values" in values and about not in values:
            yield f"{type} is {known.value}; {how['perSeriesAligner']}: {found[1]}"


def _described(field: str) -> dict[str, str]:
    schema = schemas("monitoring.v3")["Aggregation"]["properties"][field]
    return dict(zip(schema["enum"], schema["enumDescriptions"], strict=True))


def _said(filter: str, key: str) -> str:
    found = re.search(rf'{re.escape(key)}\s*=\s*"([^"]*)"', filter)
    return found[1] if found else ""

"""An alert as CloudWatch has it: of the balancer, of ECS, or of the model's line."""

from dataclasses import dataclass
from math import ceil
from typing import Any, Literal

import pulumi

from components.alerts import Alert, Reading, Scope

from .place import Place

MODEL = "Slipway"
"""The namespace of what the server's line a minute tells."""
_MINUTE_S = 60
_ELSEWHERE = ("restarts", "stale")
"""`restarts` are events of ECS; no alarm compares two stacks' versions."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """What of a service has metrics."""

    cluster: pulumi.Input[str]
    service: pulumi.Input[str]
    balancer: pulumi.Input[str]
    targets: pulumi.Input[str]
    replicas: int


@dataclass(frozen=True)
class Metric:
    """A metric of CloudWatch over so many seconds."""

    namespace: str
    name: str
    dimensions: dict[str, pulumi.Input[str]]
    stat: Literal["Sum", "Minimum", "Maximum", "Average"]
    period_s: int = _MINUTE_S

    def query(self, id: str) -> dict[str, Any]:
        """The metric as one part of an expression."""
        return {
            "id": id,
            "return_data": False,
            "metric": {
                "namespace": self.namespace,
                "metric_name": self.name,
                "dimensions": self.dimensions,
                "stat": self.stat,
                "period": self.period_s,
            },
        }


def alarm_of(
    alert: Alert, scope: Scope, watched: Watched, place: Place
) -> dict[str, Any] | None:
    """What the alarm is of, and when it is raised; None where events tell it."""
    if alert.name in _ELSEWHERE:
        return None
    limits = scope.thresholds
    native = {
        "down": (healthy(watched), "<", 1, "breaching"),
        "replicas": (healthy(watched), "<", scope.replicas, "breaching"),
        "memory": (memory(watched), ">", 100 * limits.memory_share, "notBreaching"),
    }
    if alert.name in native:
        metric, sign, limit, missing = native[alert.name]
        query = [{**metric.query("value"), "return_data": True}]
        return _alarm(query, sign, limit, alert.sustained_s, _MINUTE_S, missing)
    if alert.reading is None:
        raise LookupError(f"{alert.name} has no reading")
    reading = alert.reading
    window = _MINUTE_S if reading.per is None else _whole_minutes(limits.window_s)
    queries = _queries(alert, reading, scope, watched, place, window)
    sign = "<" if reading.below else ">"
    return _alarm(
        queries, sign, reading.limit, alert.sustained_s, window, "notBreaching"
    )


def _queries(
    alert: Alert,
    reading: Reading,
    scope: Scope,
    watched: Watched,
    place: Place,
    window_s: int,
) -> list[dict[str, Any]]:
    stat = "Sum" if reading.statistic == "sum" else "Maximum"
    value = told(reading.field, stat, place, window_s)
    if reading.per is None:
        return [{**value.query("value"), "return_data": True}]
    queries = [
        value.query("some"),
        told(reading.per, "Sum", place, window_s).query("every"),
    ]
    some = "FILL(some, 0)"
    if alert.name == "errors":
        # What the balancer answers itself never reached the model's own count.
        count = "HTTPCode_ELB_5XX_Count"
        queries.append(balanced(count, "Sum", watched, window_s).query("lost"))
        some = "(FILL(some, 0) + FILL(lost, 0))"
    enough = f"every >= {scope.thresholds.requests}"
    expression = f"IF({enough}, {some} / every, 0)"
    share = {"id": "share", "expression": expression, "return_data": True}
    return [*queries, {**share, "label": alert.name}]


def told(
    field: str, stat: Literal["Sum", "Maximum"], place: Place, period_s: int = _MINUTE_S
) -> Metric:
    """A field of the server's line a minute, of all tasks together."""
    return Metric(MODEL, field, {"service": place.name}, stat, period_s)


def balanced(
    name: str,
    stat: Literal["Sum", "Minimum", "Maximum", "Average"],
    watched: Watched,
    period_s: int = _MINUTE_S,
) -> Metric:
    """A metric of the balancer."""
    of = {"LoadBalancer": watched.balancer}
    return Metric("AWS/ApplicationELB", name, of, stat, period_s)


def healthy(watched: Watched) -> Metric:
    """How many tasks take requests, in the zone that has the most of them."""
    of = {"LoadBalancer": watched.balancer, "TargetGroup": watched.targets}
    return Metric("AWS/ApplicationELB", "HealthyHostCount", of, "Minimum")


def memory(watched: Watched) -> Metric:
    """The memory of the task that has the most of it, in per cent of its limit."""
    of = {"ClusterName": watched.cluster, "ServiceName": watched.service}
    return Metric("AWS/ECS", "MemoryUtilization", of, "Maximum")


def _alarm(
    queries: list[dict[str, Any]],
    sign: str,
    limit: float,
    sustained_s: float,
    period_s: int,
    missing: str,
) -> dict[str, Any]:
    periods = max(1, ceil(sustained_s / period_s))
    comparison = {"<": "LessThanThreshold", ">": "GreaterThanThreshold"}[sign]
    return {
        "metric_queries": queries,
        "comparison_operator": comparison,
        "threshold": limit,
        "evaluation_periods": periods,
        "datapoints_to_alarm": periods,
        "treat_missing_data": missing,
    }


def _whole_minutes(seconds: float) -> int:
    return _MINUTE_S * max(1, ceil(seconds / _MINUTE_S))

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
    if alert.name == "memory":
        query = [{**memory(watched).query("value"), "return_data": True}]
        limit = 100 * limits.memory_share
        return _alarm(query, ">", limit, alert.sustained_s, _MINUTE_S, "notBreaching")
    counted = {
        "down": (healthy(watched), 1),
        "replicas": (tasks("RunningTaskCount", watched), scope.replicas),
    }
    if alert.name in counted:
        metric, least = counted[alert.name]
        return _too_few(alert, metric, least, watched, place)
    if alert.reading is None:
        raise LookupError(f"{alert.name} has no reading")
    reading = alert.reading
    rate = reading.per is not None or reading.field == "p99_ms"
    window = _whole_minutes(limits.window_s) if rate else _MINUTE_S
    queries = _queries(alert, reading, scope, watched, place, window)
    sign = "<" if reading.below else ">"
    return _alarm(
        queries, sign, reading.limit, alert.sustained_s, window, "notBreaching"
    )


def _too_few(
    alert: Alert, metric: Metric, least: int, watched: Watched, place: Place
) -> dict[str, Any]:
    """Silence is too few; but where the service may sleep, only while it does not."""
    if not place.platform.sleep:
        query = [{**metric.query("value"), "return_data": True}]
        return _alarm(query, "<", least, alert.sustained_s, _MINUTE_S, "breaching")
    awake = f"IF(FILL(wanted, 0) > 0, FILL(value, 0), {least})"
    queries = [
        metric.query("value"),
        tasks("DesiredTaskCount", watched).query("wanted"),
        {"id": "awake", "expression": awake, "return_data": True, "label": alert.name},
    ]
    return _alarm(queries, "<", least, alert.sustained_s, _MINUTE_S, "notBreaching")


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
    if reading.field == "p99_ms":
        # One request that is slow is no hundredth of anything.
        requests = told("requests", "Sum", place, window_s)
        guarded = f"IF(FILL(every, 0) >= {scope.thresholds.requests}, value, 0)"
        told_p99 = {"id": "p99", "expression": guarded, "return_data": True}
        return [
            value.query("value"),
            requests.query("every"),
            {**told_p99, "label": alert.name},
        ]
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
    """How many tasks take requests, as the balancer has it that sees the most."""
    of = {"LoadBalancer": watched.balancer, "TargetGroup": watched.targets}
    return Metric("AWS/ApplicationELB", "HealthyHostCount", of, "Maximum")


def tasks(name: str, watched: Watched) -> Metric:
    """A count of the service's tasks, as Container Insights has it."""
    of = {"ClusterName": watched.cluster, "ServiceName": watched.service}
    return Metric("ECS/ContainerInsights", name, of, "Minimum")


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

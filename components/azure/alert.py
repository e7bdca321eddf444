"""An alert as Azure Monitor has it: of the app's metrics, or of the model's line."""

from dataclasses import dataclass
from math import ceil
from typing import Literal

from components.alerts import Alert, Reading, Scope
from stacks.settings.monitoring import Thresholds

from . import kql

NAMESPACE = "microsoft.app/containerapps"
_METRIC_MINUTES = (1, 5, 15, 30, 60, 360, 720, 1440)
_LOG_MINUTES = (5, 10, 15, 30, 45, 60, 120, 180, 240, 300, 360, 1440)
"""The windows that Azure has."""
_ELSEWHERE = ("stale",)
"""Two stacks' versions are in two workspaces, which no alert compares."""


@dataclass(frozen=True, kw_only=True)
class MetricRule:
    """A metric of the app on the wrong side of a limit."""

    metric: str
    aggregation: Literal["Maximum", "Minimum", "Average", "Total"]
    operator: Literal["LessThan", "GreaterThan"]
    limit: float
    window_minutes: int


@dataclass(frozen=True, kw_only=True)
class LogRule:
    """
    The `value` of a query on the wrong side of a limit.

    The query itself says for how long: Azure counts violations in a row of queries
    alone that have a time in each row, and has no row for silence.
    """

    query: str
    operator: Literal["LessThan", "GreaterThan", "GreaterThanOrEqual"]
    limit: float
    window_minutes: int
    every_minutes: int


def rule_of(
    alert: Alert, scope: Scope, app: str, replicas: int
) -> MetricRule | LogRule | None:
    """
    How the alert is raised; None where no rule of one app can.

    `replicas` is the least there may be: where that is none, an app that is asleep is
    not down, and only what its copies say of themselves is looked at.
    """
    if alert.name in _ELSEWHERE or (alert.name == "replicas" and not replicas):
        return None
    limits, sustained = scope.thresholds, alert.sustained_s
    if alert.name == "replicas":
        return _metric("Replicas", "LessThan", replicas, sustained)
    if alert.name == "memory":
        share = 100 * limits.memory_share
        return _metric("MemoryPercentage", "GreaterThan", share, sustained)
    if alert.reading is None:
        raise LookupError(f"{alert.name} has no reading")
    silence = alert.name == "down" and replicas > 0
    return _log(alert, alert.reading, limits, app, silence=silence)


def _log(
    alert: Alert, reading: Reading, limits: Thresholds, app: str, *, silence: bool
) -> LogRule:
    operator = "LessThan" if reading.below else "GreaterThan"
    if reading.per:
        span_s = limits.window_s + alert.sustained_s
        query = kql.rate(app, reading, limits.requests, span_s)
    elif reading.statistic == "sum":
        span_s = limits.restarts_window_s
        query, operator = kql.count(app, reading, span_s), "GreaterThanOrEqual"
    else:
        minutes = max(1, ceil(alert.sustained_s / 60))
        span_s = 60 * (kql.FRESH_MINUTES + minutes - 1)
        query = kql.level(app, reading, minutes, silence=silence)
    return LogRule(
        query=query,
        operator=operator,
        limit=reading.limit,
        # What the query looks at, and what may go by before it is asked.
        window_minutes=_window(span_s + 60, _LOG_MINUTES),
        every_minutes=1 if alert.severity == "page" else 5,
    )


def _metric(
    name: str,
    operator: Literal["LessThan", "GreaterThan"],
    limit: float,
    window_s: float,
) -> MetricRule:
    """By the most that it was: a copy that comes and goes is no reason to wake up."""
    return MetricRule(
        metric=name,
        aggregation="Maximum",
        operator=operator,
        limit=limit,
        window_minutes=_window(max(window_s, 60), _METRIC_MINUTES),
    )


def _window(seconds: float, known: tuple[int, ...]) -> int:
    return next((one for one in known if 60 * one >= seconds), known[-1])

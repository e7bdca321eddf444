"""An alert as Cloud Monitoring has it: of Cloud Run's metrics, or of the log's."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import pulumi

from components.alerts import Alert, Reading, Scope
from components.promql import duration

from . import metrics
from .conditions import MINUTE_S, promql, threshold, whole_minutes
from .place import Place

if TYPE_CHECKING:
    from .conditions import Condition

ELSEWHERE = ("stale",)
"""No policy looks back for days, or compares what two stacks answer with."""
CRASHES = "crashes"
_LINES_S = 180
"""In which there is a line of each instance, late as it may be."""


@dataclass(frozen=True)
class Policy:
    """Conditions, and whether one of them is enough."""

    conditions: list["Condition"]
    combiner: Literal["AND", "OR"] = "OR"


def policy_of(
    alert: Alert, scope: Scope, place: Place, check: pulumi.Input[str] | None
) -> Policy | None:
    """
    When the alert is raised; None where nothing here can tell.

    `check` is the id of what asks the service from outside, where it can be asked.
    """
    if alert.name in ELSEWHERE:
        return None
    asleep = place.platform.idle_to_zero
    if asleep and alert.name == "replicas":
        return None
    native: dict[str, Callable[[], Policy]] = {
        "replicas": lambda: _too_few(alert, place, scope.replicas),
        "errors": lambda: _share(alert, scope, place, metrics.ERRORS),
        "overload": lambda: _share(alert, scope, place, metrics.OVERLOADS),
        "rejects": lambda: _share(alert, scope, place, metrics.REJECTS),
        "latency": lambda: _slow(alert, scope, place),
        "memory": lambda: _over(alert, place, scope.thresholds.memory_share),
        "restarts": lambda: _crashed(alert, scope, place),
    }
    if not asleep:
        native["down"] = lambda: _too_few(alert, place, 1, check)
    if alert.name in native:
        return native[alert.name]()
    if alert.reading is None:
        raise LookupError(f"{alert.name} has no reading")
    return _told(alert, alert.reading, place)


def field_of(alert: Alert, place: Place) -> Reading | None:
    """What the alert needs of the server's line a minute, made a metric."""
    by_line = {"throttled", "drift", "version"}
    if place.platform.idle_to_zero:
        by_line.add("down")
    return alert.reading if alert.name in by_line else None


def edge(reading: Reading) -> float:
    """What is beyond the limit of a reading; of a flag, which is 0 or 1, a half."""
    return reading.limit or 0.5


def _too_few(
    alert: Alert, place: Place, least: int, check: pulumi.Input[str] | None = None
) -> Policy:
    """No instances at all are no data, which is as bad."""
    few = threshold(
        alert.name,
        metrics.instances(),
        place,
        "COMPARISON_LT",
        least,
        max(alert.sustained_s, MINUTE_S),
        missing="EVALUATION_MISSING_DATA_ACTIVE",
    )
    return Policy([few, *([_unreachable(check)] if check is not None else [])])


def _unreachable(check: pulumi.Input[str]) -> "Condition":
    """Two places of the world that get no answer are no fault of theirs."""
    filter = pulumi.Output.format(
        'metric.type="monitoring.googleapis.com/uptime_check/check_passed" AND '
        'resource.type="uptime_url" AND metric.labels.check_id="{0}"',
        check,
    )
    return {
        "display_name": "unreachable",
        "condition_threshold": {
            "filter": filter,
            "comparison": "COMPARISON_GT",
            "threshold_value": 1,
            "duration": "60s",
            "aggregations": [
                {
                    "alignment_period": "1200s",
                    "per_series_aligner": "ALIGN_NEXT_OLDER",
                    "cross_series_reducer": "REDUCE_COUNT_FALSE",
                    "group_by_fields": ["resource.label.host"],
                }
            ],
        },
    }


def _share(alert: Alert, scope: Scope, place: Place, where: tuple[str, ...]) -> Policy:
    """Of all answers, once there are enough of them to say anything."""
    assert alert.reading is not None
    window = whole_minutes(scope.thresholds.window_s)
    some = threshold(
        alert.name,
        metrics.requests(window, *where),
        place,
        "COMPARISON_GT",
        alert.reading.limit,
        alert.sustained_s,
        per=metrics.requests(window),
    )
    return Policy([some, _enough(scope, place)], "AND")


def _slow(alert: Alert, scope: Scope, place: Place) -> Policy:
    assert alert.reading is not None
    window = whole_minutes(scope.thresholds.window_s)
    slow = threshold(
        alert.name,
        metrics.latency(window),
        place,
        "COMPARISON_GT",
        alert.reading.limit,
        alert.sustained_s,
    )
    return Policy([slow, _enough(scope, place)], "AND")


def _over(alert: Alert, place: Place, limit: float) -> Policy:
    over = threshold(
        alert.name, metrics.memory(), place, "COMPARISON_GT", limit, alert.sustained_s
    )
    return Policy([over])


def _enough(scope: Scope, place: Place) -> "Condition":
    asked = metrics.requests(whole_minutes(scope.thresholds.window_s))
    least = scope.thresholds.requests - 1
    return threshold("enough requests", asked, place, "COMPARISON_GT", least, 0)


def _crashed(alert: Alert, scope: Scope, place: Place) -> Policy:
    limits = scope.thresholds
    series = metrics.in_promql(metrics.told(place, CRASHES).type)
    window = duration(whole_minutes(limits.restarts_window_s))
    counted = f"sum(increase({series}{_REVISIONS}[{window}]))"
    query = f"{counted} >= {limits.restarts}"
    return Policy([promql(alert.name, query, alert.sustained_s)])


def _told(alert: Alert, reading: Reading, place: Place) -> Policy:
    """
    By the bucket of the largest value: its upper bound is beyond the limit if the
    value is.
    """
    series = metrics.in_promql(metrics.told(place, reading.field).type)
    window = duration(_LINES_S)
    by_bucket = f"sum by (le) (increase({series}_bucket{_REVISIONS}[{window}]))"
    sign = "<" if reading.below else ">"
    largest = f"histogram_quantile(1, {by_bucket})"
    query = f"{largest} {sign} {edge(reading):g}"
    return Policy([promql(alert.name, query, alert.sustained_s)])


_REVISIONS = '{monitored_resource="cloud_run_revision"}'

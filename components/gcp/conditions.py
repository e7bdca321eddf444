"""Conditions as Cloud Monitoring has them: a threshold of a metric, or PromQL."""

from math import ceil
from typing import TYPE_CHECKING

from .metrics import Series
from .place import Place

if TYPE_CHECKING:
    # To import it at once takes a while, and warns of what nobody here uses.
    from pulumi_gcp.monitoring import AlertPolicyConditionArgsDict as Condition
    from pulumi_gcp.monitoring import (
        AlertPolicyConditionConditionThresholdAggregationArgsDict as Aggregation,
    )
    from pulumi_gcp.monitoring import (
        AlertPolicyConditionConditionThresholdArgsDict as Threshold,
    )

MINUTE_S = 60
_LONGEST_S = 84_600
"""The longest time that a condition may be asked to hold: 23 hours and a half."""


def threshold(
    title: str,
    series: Series,
    place: Place,
    comparison: str,
    limit: float,
    sustained_s: float,
    *,
    per: Series | None = None,
    missing: str | None = None,
) -> "Condition":
    """Raised while the series, or its share of `per`, is beyond `limit`."""
    condition: Threshold = {
        "filter": series.filter(place),
        "aggregations": [aggregation(series)],
        "comparison": comparison,
        "threshold_value": limit,
        "duration": f"{whole_minutes(sustained_s, least=0)}s",
    }
    if per:
        condition["denominator_filter"] = per.filter(place)
        condition["denominator_aggregations"] = [aggregation(per)]
    if missing:
        condition["evaluation_missing_data"] = missing
    return {"display_name": title, "condition_threshold": condition}


def aggregation(
    series: Series,
) -> "Aggregation":
    """How the series of all revisions become one."""
    return {
        "alignment_period": f"{series.period_s}s",
        "per_series_aligner": series.aligner,
        "cross_series_reducer": series.reducer,
    }


def promql(title: str, query: str, sustained_s: float) -> "Condition":
    """A metric of the log is not known before its first line, so nobody checks it."""
    return {
        "display_name": title,
        "condition_prometheus_query_language": {
            "query": query,
            "duration": f"{whole_minutes(sustained_s, least=0)}s",
            "evaluation_interval": "60s",
            "disable_metric_validation": True,
        },
    }


def whole_minutes(seconds: float, least: int = MINUTE_S) -> int:
    """As conditions take times: in minutes, and no less than `least`."""
    whole = MINUTE_S * ceil(seconds / MINUTE_S)
    return min(_LONGEST_S, max(least, whole))

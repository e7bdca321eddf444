"""How a service is doing, on one page of Azure: a workbook."""

import json
from dataclasses import dataclass
from typing import Any

from stacks.settings.monitoring import Thresholds

from . import kql
from .alert import NAMESPACE

_HOURS_4 = {"durationMs": 14_400_000}
_WIDTH = "33"
_AGGREGATIONS = {"Total": 1, "Maximum": 3, "Average": 4}
"""As workbooks count them."""


@dataclass(frozen=True)
class _Measured:
    """What Azure itself measures."""

    metric: str
    aggregation: str


@dataclass(frozen=True)
class _Told:
    """What the server says a minute."""

    field: str
    statistic: str


def dashboard(
    app: str, app_id: str, workspace: str, replicas: int, limits: Thresholds
) -> str:
    """The workbook: what callers see, then the model, then its limits."""
    p99 = f" (limit {limits.p99_ms:g})" if limits.p99_ms else ""
    panels: list[tuple[str, _Measured | _Told]] = [
        ("Requests", _Measured("Requests", "Total")),
        ("Answers that are errors", _Told("errors", "sum")),
        (f"99th percentile, ms{p99}", _Told("p99_ms", "max")),
        ("Refused: too busy", _Told("overloads", "sum")),
        ("Refused: wrong requests", _Told("rejects", "sum")),
        (
            f"Largest drift, PSI (limit {limits.data_drift_psi:g})",
            _Told("data_drift_psi_max", "max"),
        ),
        (f"Copies (at least {replicas})", _Measured("Replicas", "Maximum")),
        (
            f"Memory, % (limit {limits.memory_share:.0%})",
            _Measured("MemoryPercentage", "Maximum"),
        ),
        ("Held up by its limit", _Told("throttled_share", "max")),
    ]
    items = [
        _measured(number, title, panel, app_id)
        if isinstance(panel, _Measured)
        else _told(number, title, panel, app, workspace)
        for number, (title, panel) in enumerate(panels)
    ]
    book = {"version": "Notebook/1.0", "items": items, "isLocked": False}
    return json.dumps(book, sort_keys=True)


def _measured(number: int, title: str, panel: _Measured, app_id: str) -> dict[str, Any]:
    return {
        "type": 10,
        "name": f"panel-{number}",
        "customWidth": _WIDTH,
        "content": {
            "chartId": f"panel-{number}",
            "version": "MetricsItem/2.0",
            "size": 0,
            "chartType": 2,
            "resourceType": NAMESPACE,
            "metricScope": 0,
            "resourceIds": [app_id],
            "timeContext": _HOURS_4,
            "title": title,
            "metrics": [
                {
                    "namespace": NAMESPACE,
                    "metric": f"{NAMESPACE}--{panel.metric}",
                    "aggregation": _AGGREGATIONS[panel.aggregation],
                }
            ],
        },
    }


def _told(
    number: int, title: str, panel: _Told, app: str, workspace: str
) -> dict[str, Any]:
    return {
        "type": 3,
        "name": f"panel-{number}",
        "customWidth": _WIDTH,
        "content": {
            "version": "KqlItem/1.0",
            "query": kql.course(app, panel.field, panel.statistic),
            "size": 0,
            "title": title,
            "timeContext": _HOURS_4,
            "queryType": 0,
            "resourceType": "microsoft.operationalinsights/workspaces",
            "crossComponentResources": [workspace],
            "visualization": "timechart",
        },
    }

"""How a service is doing, on one page of Cloud Monitoring."""

from typing import Any

from stacks.settings.monitoring import Thresholds

from . import metrics
from .metrics import Series
from .place import Place

_COLUMNS, _WIDE, _HIGH = 12, 4, 4


def dashboard(place: Place, limits: Thresholds, replicas: int) -> dict[str, Any]:
    """The page: what callers see, then the model, then its limits."""
    p99 = [limits.p99_ms] if limits.p99_ms else []
    panels: list[tuple[str, Series, list[float]]] = [
        ("Requests", metrics.requests(), []),
        ("Answers that are errors", metrics.requests(60, *metrics.ERRORS), []),
        ("99th percentile, ms", metrics.latency(), p99),
        ("Refused: too busy", metrics.requests(60, *metrics.OVERLOADS), []),
        ("Refused: wrong requests", metrics.requests(60, *metrics.REJECTS), []),
        (
            "Largest drift, PSI",
            metrics.told(place, "data_drift_psi_max"),
            [limits.data_drift_psi],
        ),
        ("Instances", metrics.instances(), [replicas]),
        ("Memory, share of its limit", metrics.memory(), [limits.memory_share]),
        ("Held up by its limit", metrics.told(place, "throttled_share"), []),
    ]
    per_row = _COLUMNS // _WIDE
    return {
        "displayName": place.name,
        "labels": {key: value for key, value in place.labels.items() if value},
        "mosaicLayout": {
            "columns": _COLUMNS,
            "tiles": [
                {
                    "xPos": _WIDE * (number % per_row),
                    "yPos": _HIGH * (number // per_row),
                    "width": _WIDE,
                    "height": _HIGH,
                    "widget": _graph(title, series, lines, place),
                }
                for number, (title, series, lines) in enumerate(panels)
            ],
        },
    }


def _graph(
    title: str, series: Series, lines: list[float], place: Place
) -> dict[str, Any]:
    line = {
        "plotType": "LINE",
        "timeSeriesQuery": {
            "timeSeriesFilter": {
                "filter": series.filter(place),
                "aggregation": {
                    "alignmentPeriod": f"{series.period_s}s",
                    "perSeriesAligner": series.aligner,
                    "crossSeriesReducer": series.reducer,
                },
            }
        },
    }
    marks = [{"label": "limit", "value": one} for one in lines]
    return {
        "title": title,
        "xyChart": {"dataSets": [line], **({"thresholds": marks} if marks else {})},
    }

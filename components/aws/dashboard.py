"""How a service is doing, on one page of CloudWatch."""

from typing import Any

from stacks.settings.monitoring import Thresholds

from .alarm import Metric, Watched, balanced, healthy, memory, told
from .place import Place

_WIDE, _HIGH, _PER_ROW = 8, 6, 3


def dashboard(place: Place, watched: Watched, limits: Thresholds) -> dict[str, Any]:
    """The body of the dashboard: what callers see, then the model, then its limits."""
    p99 = [limits.p99_ms] if limits.p99_ms else []
    panels: list[tuple[str, list[Metric], list[float]]] = [
        ("Requests", [balanced("RequestCount", "Sum", watched)], []),
        (
            "Answers that are errors",
            [
                told("errors", "Sum", place),
                balanced("HTTPCode_ELB_5XX_Count", "Sum", watched),
            ],
            [],
        ),
        ("99th percentile, ms", [told("p99_ms", "Maximum", place)], p99),
        ("Refused: too busy", [told("overloads", "Sum", place)], []),
        ("Refused: wrong requests", [told("rejects", "Sum", place)], []),
        (
            "Largest drift, PSI",
            [told("data_drift_psi_max", "Maximum", place)],
            [limits.data_drift_psi],
        ),
        ("Tasks that take requests", [healthy(watched)], [watched.replicas]),
        ("Memory, %", [memory(watched)], [100 * limits.memory_share]),
        ("Held up by its limit", [told("throttled_share", "Maximum", place)], []),
    ]
    return {
        "widgets": [
            {
                "type": "metric",
                "x": _WIDE * (number % _PER_ROW),
                "y": _HIGH * (number // _PER_ROW),
                "width": _WIDE,
                "height": _HIGH,
                "properties": _graph(title, metrics, lines, place),
            }
            for number, (title, metrics, lines) in enumerate(panels)
        ]
    }


def _graph(
    title: str, metrics: list[Metric], lines: list[float], place: Place
) -> dict[str, Any]:
    graph: dict[str, Any] = {
        "title": title,
        "region": place.platform.region,
        "view": "timeSeries",
        "period": 60,
        "metrics": [
            [
                one.namespace,
                one.name,
                *(word for pair in one.dimensions.items() for word in pair),
                {"stat": one.stat},
            ]
            for one in metrics
        ],
    }
    if lines:
        marks = [{"label": "limit", "value": one} for one in lines]
        graph["annotations"] = {"horizontal": marks}
    return graph

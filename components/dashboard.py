"""A Grafana dashboard of one model, made of its manifest."""

from collections.abc import Iterator
from typing import Any

from model_image.server.manifest import Manifest

_WIDTH, _HEIGHT = 24, 8
_MOST_ROWS = 24
# The first Prometheus that Grafana knows, or another that is chosen on the page.
_SOURCE = {"type": "prometheus", "uid": "${datasource}"}
_SOURCES = {"name": "datasource", "type": "datasource", "query": "prometheus"}
_OWN = 'stack="$stack"'
_WORK = f'{_OWN},route=~"predict|infer"'
_PSI_COLOURS = [(None, "green"), (0.1, "yellow"), (0.2, "red")]

Panel = dict[str, Any]


def dashboard(manifest: Manifest) -> dict[str, Any]:
    """
    How the model answers, what it uses, and each feature against its training.

    The stack is chosen on the page, which marks every change of version. A model of
    many features gets a row for the first of them, and the worst of all in one panel.
    """
    panels: list[Panel] = []
    for title, row in _rows(manifest):
        top = max((_bottom(each) for each in panels), default=0)
        place = {"x": 0, "y": top, "w": _WIDTH, "h": 1}
        panels.append({"type": "row", "title": title, "gridPos": place, "panels": []})
        width = _WIDTH // len(row)
        for at, panel in enumerate(row):
            place = {"x": at * width, "y": top + 1, "w": width, "h": _HEIGHT}
            panels.append({**panel, "gridPos": place})
    for number, panel in enumerate(panels, 1):
        panel["id"] = number
    return {
        "uid": f"slipway-{manifest.name}"[:40],
        "title": f"{manifest.name} (Slipway)",
        "tags": ["slipway"],
        "schemaVersion": 39,
        "editable": False,
        "time": {"from": "now-1h", "to": "now"},
        "refresh": "15s",
        "annotations": {"list": [_versions(manifest)]},
        "templating": {"list": [_SOURCES, _stack(manifest)]},
        "panels": panels,
    }


def queries(panels: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """The title of each panel, and each thing that it asks Prometheus."""
    for panel in panels["panels"]:
        for target in panel.get("targets", []):
            yield panel["title"], target["expr"]


def _rows(manifest: Manifest) -> Iterator[tuple[str, list[Panel]]]:
    yield "Answers", [_rate(), _times(), _faults(), _waiting()]
    yield "What it uses", [_processor(), _memory(), _starts(), _version()]
    yield "All features", [_worst(), _refused()]
    names = [name for tensor in manifest.inputs for name in tensor.names]
    for name in names[:_MOST_ROWS]:
        yield (
            f"Feature {name}",
            [_values("input", "feature", name), _psi("input", name)],
        )
    outputs = [
        name
        for tensor in manifest.outputs
        for name in (tensor.columns or (tensor.name,))
    ]
    for name in outputs[:_MOST_ROWS]:
        yield (
            f"Output {name}",
            [_values("output", "output", name), _psi("output", name)],
        )


def _rate() -> Panel:
    asked = f"sum by (code) (rate(slipway_requests_total{{{_WORK}}}[$__rate_interval]))"
    return _lines("Requests a second", "reqps", (asked, "{{code}}"))


def _times() -> Panel:
    bucket = f"slipway_request_duration_seconds_bucket{{{_WORK}}}"
    of = f"sum by (le) (rate({bucket}[$__rate_interval]))"
    shares = ((0.5, "half"), (0.99, "99 of 100"))
    asked = [(f"histogram_quantile({share}, {of})", name) for share, name in shares]
    return _lines("Time to an answer", "s", *asked)


def _faults() -> Panel:
    total = f"sum(rate(slipway_requests_total{{{_WORK}}}[$__rate_interval]))"
    parts = {"errors": 'code=~"5..",code!="503"', "overload": 'code="503"'}
    parts["refused"] = 'code=~"4.."'
    asked = [
        (
            f"(sum(rate(slipway_requests_total{{{_WORK},{codes}}}[$__rate_interval])) "
            f"or vector(0)) / {total}",
            name,
        )
        for name, codes in parts.items()
    ]
    return _lines("Share that got no answer", "percentunit", *asked)


def _waiting() -> Panel:
    return _lines(
        "At work, waiting, in rotation",
        "short",
        (f"sum(slipway_requests_in_flight{{{_OWN}}})", "in flight"),
        (f"sum(slipway_requests_waiting{{{_OWN}}})", "waiting"),
        (
            f"max(haproxy_backend_active_servers{{{_OWN}}}) "
            f"or sum(slipway_ready{{{_OWN}}})",
            "replicas in rotation",
        ),
    )


def _processor() -> Panel:
    used = "rate(slipway_container_cpu_seconds_total"
    held = "rate(slipway_container_cpu_throttled_seconds_total"
    return _lines(
        "Processors",
        "short",
        (f"{used}{{{_OWN}}}[$__rate_interval])", "{{instance}}"),
        (f"{held}{{{_OWN}}}[$__rate_interval])", "{{instance}} held up"),
        (f"max(slipway_container_cpu_limit_cores{{{_OWN}}})", "limit"),
    )


def _memory() -> Panel:
    used = f"slipway_container_memory_working_set_bytes{{{_OWN}}}"
    limit = f"max(slipway_container_memory_limit_bytes{{{_OWN}}})"
    return _lines("Memory", "bytes", (used, "{{instance}}"), (limit, "limit"))


def _starts() -> Panel:
    up = f'time() - process_start_time_seconds{{{_OWN},role="replica"}}'
    return _lines("Time since the start", "s", (up, "{{instance}}"))


def _version() -> Panel:
    info = f"sum by (version) (slipway_model_info{{{_OWN}}})"
    return _lines("Replicas by version", "short", (info, "{{version}}"))


def _worst() -> Panel:
    psi = f"topk(10, max by (kind, feature) (slipway_data_drift_psi{{{_OWN}}}))"
    return _drift("Furthest from training (PSI)", (psi, "{{kind}} {{feature}}"))


def _refused() -> Panel:
    rejects = f"slipway_rejects_total{{{_OWN}}}"
    of = f"sum by (feature, reason) (rate({rejects}[$__rate_interval]))"
    asked = f"{of} or label_replace(vector(0), 'reason', 'none', '', '')"
    return _lines("Mistakes a second", "short", (asked, "{{feature}} {{reason}}"))


def _values(kind: str, label: str, name: str) -> Panel:
    """How often each bin of the training data is met; one of the two has it."""
    own = f'{_OWN},{label}="{_quoted(name)}"'
    bins = f"sum by (le) (increase(slipway_{kind}_value_bucket{{{own}}}[$__range]))"
    each = f"slipway_{kind}_category_total{{{own}}}"
    categories = f"sum by (category) (increase({each}[$__range]))"
    panel = _lines(
        "Values met", "short", (f"{bins} or {categories}", "{{le}}{{category}}")
    )
    return panel | {"type": "bargauge", "options": {"displayMode": "basic"}}


def _psi(kind: str, name: str) -> Panel:
    own = f'{_OWN},kind="{kind}",feature="{_quoted(name)}"'
    return _drift(
        "Distance from training (PSI)", (f"max(slipway_data_drift_psi{{{own}}})", "PSI")
    )


def _drift(title: str, *asked: tuple[str, str]) -> Panel:
    panel = _lines(title, "none", *asked)
    steps = [{"value": value, "color": colour} for value, colour in _PSI_COLOURS]
    shown = panel["fieldConfig"]["defaults"]
    shown["thresholds"] = {"mode": "absolute", "steps": steps}
    shown["custom"] = {"thresholdsStyle": {"mode": "line"}}
    return panel


def _lines(title: str, unit: str, *asked: tuple[str, str]) -> Panel:
    return {
        "type": "timeseries",
        "title": title,
        "datasource": _SOURCE,
        "fieldConfig": {"defaults": {"unit": unit, "min": 0}, "overrides": []},
        "targets": [
            {
                "refId": chr(ord("A") + at),
                "datasource": _SOURCE,
                "expr": expression,
                "legendFormat": legend,
            }
            for at, (expression, legend) in enumerate(asked)
        ],
    }


def _versions(manifest: Manifest) -> dict[str, Any]:
    """A mark where a version answers that did not a minute before."""
    info = f'slipway_model_info{{{_OWN},name="{manifest.name}"}}'
    now = f"group by (version) ({info})"
    return {
        "name": "Versions",
        "datasource": _SOURCE,
        "enable": True,
        "iconColor": "blue",
        "expr": f"{now} unless on (version) group by (version) ({info} offset 1m)",
        "titleFormat": "version {{version}}",
    }


def _stack(manifest: Manifest) -> dict[str, Any]:
    return {
        "name": "stack",
        "type": "query",
        "datasource": _SOURCE,
        "refresh": 2,
        "query": f'label_values(slipway_model_info{{name="{manifest.name}"}}, stack)',
    }


def _quoted(name: str) -> str:
    return name.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")


def _bottom(panel: Panel) -> int:
    place = panel["gridPos"]
    return place["y"] + place["h"]

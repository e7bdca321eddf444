"""The picture of the benchmark: the same figures give the same bytes."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import jinja2

from .figures import Figures
from .servers import CEILING, SERVERS, Server
from .speed_tables import TITLES, titled
from .visit import CAPACITY_AT

_WIDTH = 900
_LEFT = 200
_LONGEST = 560
_ROW = 20
_LEGEND = (
    ("Slipway", "ours"),
    ("around onnxruntime", "onnx"),
    ("stock, scikit-learn", "stock"),
    ("nothing checked", "ceiling"),
)


@dataclass(frozen=True)
class _Bar:
    title: str
    kind: str
    top: int
    length: float
    low: float
    high: float
    after: float
    figure: str


@dataclass(frozen=True)
class _Panel:
    title: str
    top: int
    bars: Sequence[_Bar]


def plot(figures: Figures, models: Sequence[str]) -> str:
    """An SVG for light and dark pages, a panel for each model."""
    panels: list[_Panel] = []
    top = 66
    for model in models:
        panel = _panel(figures, model, top)
        panels.append(panel)
        top += _ROW * len(panel.bars) + 50
    template = Path(__file__).with_name("plot.svg.j2").read_text()
    environment = jinja2.Environment(autoescape=True, undefined=jinja2.StrictUndefined)
    return environment.from_string(template).render(
        connections=CAPACITY_AT,
        height=top - 30,
        left=_LEFT,
        legend=_LEGEND,
        panels=panels,
        width=_WIDTH,
    )


def _panel(figures: Figures, model: str, top: int) -> _Panel:
    servers = [one for one in SERVERS.values() if figures.has(one.name, model)]
    servers.sort(key=lambda one: -figures.rate(one.name, model).median)
    most = max(figures.rate(one.name, model).high for one in servers)
    scale = _LONGEST / most
    bars = [
        _bar(figures, model, server, top + 10 + _ROW * index, scale)
        for index, server in enumerate(servers)
    ]
    return _Panel(TITLES[model], top, bars)


def _bar(figures: Figures, model: str, server: Server, top: int, scale: float) -> _Bar:
    rate = figures.rate(server.name, model)
    high = round(_LEFT + rate.high * scale, 1)
    return _Bar(
        titled(server).replace("`", ""),
        _kind(server),
        top,
        round(rate.median * scale, 1),
        round(_LEFT + rate.low * scale, 1),
        high,
        high + 8,
        f"{rate.median:,.{0 if rate.median >= 100 else 1}f}",
    )


def _kind(server: Server) -> str:
    if server.name == CEILING:
        return "ceiling"
    if not server.peer:
        return "ours"
    return "stock" if server.is_stock else "onnx"

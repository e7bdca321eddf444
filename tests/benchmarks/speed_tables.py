"""The benchmark's tables: what is behind each model, and all servers side by side."""

from collections.abc import Iterator, Sequence

from .figures import Figures, Spread
from .markdown import table
from .servers import CEILING, OURS, SERVERS, Server
from .visit import CAPACITY_AT, CONNECTIONS, Visit

TITLES = {
    "linear": "Logistic regression, 4 columns",
    "boosting": "Boosted trees, 30 columns",
    "net": "Convolutional net, about 20 ms a row",
}
_NONE = "-"


def summary(figures: Figures, models: Sequence[str]) -> str:
    """Requests a second at 16 connections: peers' stock runtime beside ONNX."""
    heads = ["server"]
    for model in models:
        heads += [f"{model}, stock", f"{model}, ONNX"]
    titles = dict.fromkeys(server.title for server in SERVERS.values())
    rows = [
        [title, *cells]
        for title in titles
        if any(cells := [*_pairs(figures, title, models)])
    ]
    return table(heads, [[cell or _NONE for cell in row] for row in rows])


def detail(figures: Figures, model: str) -> str:
    """Everything about one model, the fastest server first."""
    servers = [one for one in SERVERS.values() if figures.has(one.name, model)]
    servers.sort(key=lambda one: -figures.rate(one.name, model).median)
    heads = [
        "server",
        *(f"req/s, {count} conn." for count in CONNECTIONS),
        "p50 / p99 ms, 16 conn.",
        "µs over `session.run`",
        "share of ceiling",
        "ready after",
        "PSS (RSS) MB",
        "at 70 %: req/s",
        "p50 / p99 ms",
    ]
    return table(heads, [_row(figures, one, model) for one in servers])


def claims(figures: Figures, models: Sequence[str]) -> list[str]:
    """What the figures say about Slipway, each with the noise it stands in."""
    made = []
    for model in models:
        peers = [
            one.name
            for one in SERVERS.values()
            if one.peer not in ("", CEILING, "fastapi")
            and not one.is_stock
            and figures.has(one.name, model)
        ]
        share = figures.share_of_ceiling(OURS, model)
        parts = [
            f"{share.median:.2f} of the ceiling ({share.low:.2f} to {share.high:.2f})"
        ]
        if figures.has("fastapi-onnx", model):
            parts.append(_times(figures, model, "fastapi-onnx"))
        if peers:
            best = max(peers, key=lambda name: figures.rate(name, model).median)
            parts.append(_times(figures, model, best) + ", the best peer with ONNX")
        made.append(f"- {TITLES[model]}: {'; '.join(parts)}.")
    return made


def titled(server: Server) -> str:
    """Its name with what is behind it."""
    if not server.peer or server.name == CEILING:
        return server.title
    return f"{server.title}, {'stock' if server.is_stock else 'ONNX'}"


def _pairs(figures: Figures, title: str, models: Sequence[str]) -> Iterator[str]:
    for model in models:
        for is_stock in (True, False):
            found = [
                one.name
                for one in SERVERS.values()
                if (one.title, one.is_stock) == (title, is_stock)
                and figures.has(one.name, model)
            ]
            yield _spread(figures.rate(found[0], model)) if found else ""


def _row(figures: Figures, server: Server, model: str) -> list[str]:
    name = server.name
    visits = figures.visited(name, model)
    share = figures.share_of_ceiling(name, model)
    return [
        titled(server),
        *(_closed(figures, name, model, count) for count in CONNECTIONS),
        _latency(figures, name, model),
        f"{figures.added_microseconds(name, model):,.0f}",
        f"{share.median:.2f}" if share.values else _NONE,
        f"{figures.of(name, model, lambda v: v.cold_seconds).median:.2f} s",
        f"{figures.of(name, model, lambda v: v.pss_mb).median:.0f} "
        f"({figures.of(name, model, lambda v: v.rss_mb).median:.0f})",
        *_steady(visits),
    ]


def _closed(figures: Figures, name: str, model: str, connections: int) -> str:
    """The rate, and how many requests got no good answer."""
    loads = [visit.loads[connections] for visit in figures.visited(name, model)]
    failed = sum(load.refused + load.broken for load in loads)
    rate = _spread(figures.rate(name, model, connections))
    return rate + (f", {failed:,} failed" * (failed > 0))


def _latency(figures: Figures, name: str, model: str) -> str:
    halves = figures.of(name, model, lambda v: v.loads[CAPACITY_AT].p50_ms).median
    tails = figures.of(name, model, lambda v: v.loads[CAPACITY_AT].p99_ms).median
    return f"{halves:.1f} / {tails:.1f}"


def _steady(visits: Sequence[Visit]) -> tuple[str, str]:
    """At the steady rate; a round without one says why in the records."""
    found = [visit.steady for visit in visits if visit.steady]
    if len(found) < len(visits):
        return "not kept up", _NONE
    rate, half, tail = (
        Spread(tuple(values)).median
        for values in zip(*((s.rate, s.p50_ms, s.p99_ms) for s in found), strict=True)
    )
    lost = sum(one.lost + one.refused for one in found)
    return f"{rate:,.0f}", f"{half:.2f} / {tail:.2f}" + (f", {lost} lost" * (lost > 0))


def _spread(spread: Spread) -> str:
    digits = 0 if spread.median >= 100 else 1
    return f"{spread.median:,.{digits}f} ±{spread.noise / 2:.0%}"


def _times(figures: Figures, model: str, other: str) -> str:
    ours, theirs = figures.rate(OURS, model), figures.rate(other, model)
    times = ours.median / theirs.median
    least, most = ours.low / theirs.high, ours.high / theirs.low
    return f"{times:.1f} times {titled(SERVERS[other])} ({least:.1f} to {most:.1f})"

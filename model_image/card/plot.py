"""Distributions as pictures: inline SVG for the page, a line of blocks for Markdown."""

from collections.abc import Iterator
from itertools import pairwise

from markupsafe import Markup

from model_image.server.profile import Distribution

from .text import number

WIDTH, HEIGHT = 168.0, 36.0
_BLOCKS = "▁▂▃▄▅▆▇█"
_STEEPEST = 4.0
"""A bin this much denser than the median one is cut: it would flatten all others."""


def histogram(seen: Distribution) -> Markup:
    """Bars as wide as their bins and as high as their bins are dense."""
    bars = list(_bars(seen))
    if not bars:
        return Markup("")
    low, high = bars[0][0], bars[-1][1]
    highest = max(density for _, _, density in bars)
    scale = WIDTH / (high - low)
    drawn = Markup("").join(
        Markup('<rect x="{:.1f}" y="{:.1f}" width="{:.1f}" height="{:.1f}"/>').format(
            (left - low) * scale,
            HEIGHT * (1 - density / highest),
            max(0.6, (right - left) * scale - 1),
            HEIGHT * density / highest,
        )
        for left, right, density in bars
    )
    return Markup(
        '<svg class="histogram" role="img" viewBox="0 0 {:g} {:g}" '
        'aria-label="{}">{}<line x1="{:.1f}" x2="{:.1f}" y1="0" y2="{:g}"/></svg>'
    ).format(
        WIDTH,
        HEIGHT,
        summary(seen),
        drawn,
        *[(median(seen) - low) * scale] * 2,
        HEIGHT,
    )


def bar(share: float) -> Markup:
    """A bar of a share of the whole."""
    return Markup(
        '<svg class="bar" aria-hidden="true" viewBox="0 0 100 8" '
        'preserveAspectRatio="none"><rect width="{:.2f}" height="8"/></svg>'
    ).format(100 * min(1.0, max(0.0, share)))


def blocks(seen: Distribution) -> str:
    """The same histogram as characters, one for each bin of equal width."""
    bars = list(_bars(seen))
    if not bars:
        return ""
    low, high = bars[0][0], bars[-1][1]
    middles = [low + (high - low) * (at + 0.5) / 12 for at in range(12)]
    highest = max(density for _, _, density in bars)
    heights = [
        next(density for left, right, density in bars if middle <= right) / highest
        for middle in middles
    ]
    return "".join(_BLOCKS[round(height * (len(_BLOCKS) - 1))] for height in heights)


def median(seen: Distribution) -> float:
    """The edge nearest to half of what was seen."""
    half, below = sum(seen.counts) / 2, 0
    for edge, count in zip(seen.edges, seen.counts, strict=False):
        below += count
        if below >= half:
            return edge
    return seen.edges[-1]


def summary(seen: Distribution) -> str:
    """The median between the outermost edges: with deciles, where 80 % fall."""
    if not seen.edges:
        return ""
    low, high = number(seen.edges[0]), number(seen.edges[-1])
    return f"median {number(median(seen))}, mostly {low} to {high}"


def _bars(seen: Distribution) -> Iterator[tuple[float, float, float]]:
    """Left, right and density of each bin; the open ends are as wide as the next."""
    edges = seen.edges
    if not edges or not sum(seen.counts):
        return
    step = edges[1] - edges[0] if len(edges) > 1 else 1.0
    last = edges[-1] - edges[-2] if len(edges) > 1 else 1.0
    bounds = [edges[0] - step, *edges, edges[-1] + last]
    bins = list(pairwise(bounds))
    densities = [
        count / (right - left)
        for (left, right), count in zip(bins, seen.counts, strict=True)
    ]
    filled = sorted(density for density in densities if density)
    most = filled[len(filled) // 2] * _STEEPEST
    for (left, right), density in zip(bins, densities, strict=True):
        yield left, right, min(density, most)

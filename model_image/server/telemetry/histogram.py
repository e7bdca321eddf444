"""Counts of values by size, cheap enough for every request."""

from bisect import bisect_left
from collections.abc import Sequence
from itertools import accumulate, pairwise

_STEPS = (1, 1.25, 1.5, 1.75, 2, 2.5, 3, 3.5, 4, 5, 6, 7, 8, 9)
SECONDS = (*(step * 10**at / 10**5 for at in range(6) for step in _STEPS), 10.0)
"""From 10 microseconds to 10 seconds, so fine that a quantile is off by a tenth."""
SHOWN_SECONDS = (
    0.00005, 0.0001, 0.00025, 0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025,
    0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
)  # fmt: skip
"""What Prometheus keeps of them, as each bucket costs it a series."""
ROWS = tuple(2.0**at for at in range(13))


class Histogram:
    """
    How many values lie at or below each bound, and their sum.

    It belongs to one thread. The library's locks for many, and takes four times as
    long, which shows in a server that needs a tenth of a millisecond for an answer.
    """

    __slots__ = ("bounds", "counts", "sum")

    def __init__(self, bounds: Sequence[float]) -> None:
        self.bounds = bounds
        self.counts = [0] * (len(bounds) + 1)
        self.sum = 0.0

    def observe(self, value: float) -> None:
        """Count one value."""
        self.counts[bisect_left(self.bounds, value)] += 1
        self.sum += value

    def below(self, bounds: Sequence[float]) -> list[int]:
        """How many values lie at or below each of these bounds of ours, then all."""
        upto = list(accumulate(self.counts))
        return [*(upto[bisect_left(self.bounds, one)] for one in bounds), upto[-1]]


def quantile(
    bounds: Sequence[float], counts: Sequence[int], share: float
) -> float | None:
    """
    The value that this share of the counted values does not exceed, if there are any.

    Values are taken to be spread evenly in their bin, as Prometheus does; what lies
    beyond the last bound is taken to lie at it.
    """
    wanted, seen = share * sum(counts), 0
    for (low, high), count in zip(pairwise((0.0, *bounds)), counts, strict=False):
        seen += count
        if count and seen >= wanted:
            return high - (high - low) * (seen - wanted) / count
    return bounds[-1] if sum(counts) else None

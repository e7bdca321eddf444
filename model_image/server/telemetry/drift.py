"""
How far traffic moved away from training: the population stability index (PSI).

PSI compares the shares p of the training rows and q of the traffic in each bin, and is
the sum of (q - p) ln(q / p). By custom, 0.1 is worth a look and 0.2 is a shift.

Samples differ by chance too. Without any drift PSI is about chi-squared with one degree
of freedom less than there are bins, times 1/N + 1/M for N rows of traffic and M of
training. Here chance alone reaches `CHANCE` once in a thousand times at most: a feature
gets as many bins, of about the same training mass each, as that allows (2 to 10), and
is silent until there are rows enough for two. Trained on 10,000 rows and judged by 500
it has 10 bins, which chance brings to 0.06; trained on 133, it has 3. Trained on fewer
than 75 it stays silent, as no traffic could tell.
"""

from collections.abc import Iterable
from math import ceil, inf
from statistics import NormalDist

import numpy as np

from ..values import Array
from .bins import Bins

CHANCE = 0.15
"""What PSI reaches by chance once in a thousand times, at most."""
_MOST_BINS = 10
_HALF_A_ROW = 0.5
"""Added to every bin, so that an empty one does not make PSI infinite."""


class Drift:
    """Judges counts of traffic, all features in one array, against the training's."""

    def __init__(self, bins: Iterable[Bins], rows: int) -> None:
        """`rows` are wanted at least, however well the training data is known."""
        each = [(row, one.single) for one in bins for row in one.training]
        needed = [rows_needed(int(row.sum()), rows) for row, _ in each]
        groups: list[Array] = []
        owners: list[int] = []
        for at, (row, single) in enumerate(each):
            most = bins_allowed(int(row.sum()), needed[at])
            groups.append(_merged(row, single, most) + len(owners))
            owners += [at] * (int(groups[-1].max()) + 1 - len(owners))
        self._groups = np.concatenate(groups)
        self._owners = np.array(owners)
        self._needed = np.array(needed)
        self._training = self._grouped(np.concatenate([row for row, _ in each]))

    def psi(self, counts: Array) -> tuple[Array, Array]:
        """Of each feature the PSI, NaN where rows are too few, and the rows."""
        traffic, training = self._grouped(counts), self._training
        p, q = self._shares(training), self._shares(traffic)
        # A bin that is empty on both sides says nothing.
        parts = np.where(training + traffic > 0, (q - p) * np.log(q / p), 0)
        rows = np.bincount(self._owners, traffic)
        psi = np.bincount(self._owners, parts)
        return np.where(rows >= self._needed, psi, np.nan), rows.astype(np.int64)

    def _grouped(self, counts: Array) -> Array:
        return np.bincount(self._groups, counts, len(self._owners))

    def _shares(self, counts: Array) -> Array:
        smooth = counts + _HALF_A_ROW
        return smooth / np.bincount(self._owners, smooth)[self._owners]


def rows_needed(training: int, rows: int) -> float:
    """How many rows of traffic so many of training can judge; `rows` at least."""
    spare = CHANCE / _chi_squared(1) - 1 / max(training, 1)
    return max(rows, ceil(1 / spare)) if spare > 0 else inf


def bins_allowed(training: int, rows: float) -> int:
    """How many bins so many rows of traffic and of training can fill."""
    noise = 1 / rows + 1 / max(training, 1)
    for bins in range(_MOST_BINS, 2, -1):
        if _chi_squared(bins - 1) * noise <= CHANCE:
            return bins
    return 2


def _merged(training: Array, single: int, most: int) -> Array:
    """The place of each bin among at most about `most` of the same training mass."""
    scale, rest = training[:-single], training[-single:]
    allowed = max(1, most - np.count_nonzero(rest))
    middles = (np.cumsum(scale) - scale / 2) / max(scale.sum(), 1)
    places = np.maximum(np.ceil(middles * allowed) - 1, 0).astype(np.intp)
    return np.concatenate([places, allowed + np.arange(single)])


def _chi_squared(degrees: int) -> float:
    """What chi-squared exceeds once in a thousand times (Wilson and Hilferty)."""
    spread = 2 / (9 * degrees)
    return degrees * (1 - spread + NormalDist().inv_cdf(0.999) * spread**0.5) ** 3

"""How long the model takes, measured at warm-up and corrected as it works."""

from collections.abc import Callable
from dataclasses import dataclass
from statistics import median
from time import perf_counter

import numpy as np

from ..values import Array

MANY_ROWS = 8
_ROUNDS = 3
_ROUNDS_SECONDS = 0.1
_LONGEST_SECONDS = 2.0
_GAIN = 0.8
_NEWEST = 0.1


@dataclass
class Pace:
    """
    Seconds that a run takes: `fixed`, and `per_row` for each of its rows.

    `slowness` follows what runs really took; noisy neighbours and real rows change it.
    """

    fixed: float
    per_row: float
    slowness: float = 1.0

    def seconds(self, rows: int) -> float:
        """What a run of so many rows is expected to take."""
        return (self.fixed + self.per_row * rows) * self.slowness

    def saw(self, rows: int, seconds: float) -> None:
        """Learn from a run."""
        expected = self.fixed + self.per_row * rows
        self.slowness += _NEWEST * (seconds / max(expected, 1e-9) - self.slowness)

    @property
    def batches_gain(self) -> bool:
        """Whether many rows in one run take less time than in a run each."""
        together = self.fixed + self.per_row * MANY_ROWS
        return together < _GAIN * MANY_ROWS * (self.fixed + self.per_row)


def measure(
    run: Callable[[dict[str, Array]], object], arrays: dict[str, Array]
) -> Pace:
    """
    Time `run` with one row and with many, made of the rows of `arrays`.

    The first runs of a model are slower than all others, so one is thrown away.
    """
    one, many = _rows(arrays, 1), _rows(arrays, MANY_ROWS)
    run(one)
    single = _timed(run, one)
    # A model that is slow for one row is not asked many while callers wait for it.
    if single * MANY_ROWS > _LONGEST_SECONDS:
        return Pace(0.0, single)
    per_row = max(_timed(run, many) - single, 0.0) / (MANY_ROWS - 1)
    return Pace(max(single - per_row, 0.0), per_row)


def _timed(
    run: Callable[[dict[str, Array]], object], arrays: dict[str, Array]
) -> float:
    took: list[float] = []
    while len(took) < _ROUNDS and sum(took) < _ROUNDS_SECONDS:
        start = perf_counter()
        run(arrays)
        took.append(perf_counter() - start)
    return median(took)


def _rows(arrays: dict[str, Array], count: int) -> dict[str, Array]:
    return {
        name: np.resize(each, (count, *each.shape[1:])) for name, each in arrays.items()
    }

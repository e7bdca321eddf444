"""Counts of the recent past."""

import numpy as np

from ..values import Array

_STEPS = 60


class Window:
    """
    What was counted in the last `seconds`, forgotten a sixtieth of them at a time.

    It takes the same memory from the first moment on.
    """

    def __init__(self, size: int, seconds: float) -> None:
        self._seconds = seconds / _STEPS
        self._counts = np.zeros((_STEPS, size), np.uint32)
        self._newest = 0

    def add(self, counts: Array, moment: float) -> None:
        """Count these at this moment of a clock that does not go back."""
        self._forget(moment)
        self._counts[self._newest % _STEPS] += counts.astype(np.uint32)

    def total(self, moment: float) -> Array:
        """What was counted in the window that ends at this moment."""
        self._forget(moment)
        return self._counts.sum(axis=0, dtype=np.int64)

    def _forget(self, moment: float) -> None:
        step = int(moment / self._seconds)
        for old in range(max(self._newest, step - _STEPS) + 1, step + 1):
            self._counts[old % _STEPS] = 0
        self._newest = step

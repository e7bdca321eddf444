"""Counts values in the bins that the training data was counted in."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np

from ..profile import Categories, Distribution
from ..values import Array

OTHER = "(other)"
"""Stands for every category that is not counted by name, here and in a profile."""
_AT_ONCE = 1 << 16


class Numbers:
    """
    Columns of one tensor that held numbers in training.

    `counts` and `training` have a row per feature: its bins, and last what is missing.
    """

    single = 1
    """So many bins at the end are no part of the scale."""

    def __init__(
        self,
        tensor: str,
        features: Sequence[str],
        places: Sequence[int],
        trained: Sequence[Distribution],
    ) -> None:
        self.tensor = tensor
        self.features = tuple(features)
        self.edges = [one.edges for one in trained]
        self._places = list(places)
        most = max(len(one.edges) for one in trained)
        # Profiles are made at this precision: a coarser or finer comparison would put
        # a value that equals an edge on the other side of it.
        self._padded = np.full((len(trained), most, 1), np.inf, np.float32)
        self.training = np.zeros((len(trained), most + 2), np.int64)
        for at, one in enumerate(trained):
            self._padded[at, : len(one.edges), 0] = one.edges
            self.training[at, : len(one.counts)] = one.counts
            self.training[at, -1] = one.missing
        self.counts = np.zeros_like(self.training)
        self.sums = np.zeros(len(trained))

    def add(self, values: Array) -> Array:
        """Count these rows of the tensor; what they add to each bin."""
        rows = values.reshape(len(values), -1)[:, self._places]
        self.sums += np.nansum(rows, axis=0, dtype=np.float64)
        step = max(1, _AT_ONCE // len(self.features))
        added = np.zeros_like(self.counts)
        for start in range(0, len(rows), step):
            added += self._counted(rows[start : start + step])
        self.counts += added
        return added

    def _counted(self, rows: Array) -> Array:
        with np.errstate(over="ignore"):
            columns = np.ascontiguousarray(rows.T, np.float32)[:, None, :]
        below = np.count_nonzero(columns <= self._padded, axis=2)
        missing = np.count_nonzero(np.isnan(columns), axis=2)
        present = len(rows) - missing
        inside = np.diff(below, axis=1, prepend=0, append=present)
        return np.concatenate([inside, missing], axis=1)


class Names:
    """
    One column that held categories in training.

    `counts` and `training` have one row: the categories, the most frequent in training
    first, then all others, and last what is missing.
    """

    single = 2
    """So many bins at the end are no part of the scale."""

    def __init__(
        self,
        tensor: str,
        feature: str,
        place: int,
        trained: Categories,
        known: dict[Any, str],
    ) -> None:
        """`known` names the values as the tensor holds them."""
        named = {key: n for key, n in trained.values.items() if key != OTHER}
        self.tensor = tensor
        self.features = (feature,)
        self.names = (*sorted(named, key=named.__getitem__, reverse=True), OTHER)
        self._place = place
        at = {name: index for index, name in enumerate(self.names)}
        self._bins = {value: at[name] for value, name in known.items() if name in at}
        others = trained.values.get(OTHER, 0)
        counts = [*(named[name] for name in self.names[:-1]), others, trained.missing]
        self.training = np.array([counts], np.int64)
        self.counts = np.zeros_like(self.training)

    def add(self, values: Array) -> Array:
        """Count these rows of the tensor; what they add to each bin."""
        column = values.reshape(len(values), -1)[:, self._place]
        added = np.zeros_like(self.counts)
        for value, count in Counter(column.tolist()).items():
            added[0, self._bin(value)] += count
        self.counts += added
        return added

    def _bin(self, value: Any) -> int:
        # NaN, which equals nothing, stands for a value that is missing.
        if value is None or value != value:
            return -1
        return self._bins.get(value, -2)


Bins = Numbers | Names

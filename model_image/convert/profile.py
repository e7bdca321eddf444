"""The reference profile: how training values and answers fell, column by column."""

from collections import Counter
from collections.abc import Sequence
from typing import Any

import numpy as np
import pandas as pd

from model_image.server.manifest import Output
from model_image.server.profile import Categories, Distribution, Profile
from model_image.server.values import Array

BINS = 10
MOST = 50
"""So many categories are counted by name; the rest together."""
REST = "(other)"


def profile(
    rows: pd.DataFrame, answers: dict[str, Array], outputs: Sequence[Output]
) -> Profile:
    """Of every column of the rows and every output with one value per row or class."""
    inputs = {
        str(name): _of(rows[name].to_numpy()) for name in rows if _is_flat(rows[name])
    }
    given: dict[str, Distribution | Categories] = {}
    for output in outputs:
        values = answers[output.name]
        if output.labels:
            values = np.array(output.labels, object)[values]
        if values.ndim == 1 or values.shape[1:] == (1,):
            given[output.name] = _of(values.ravel(), named=output.name == "label")
        elif values.ndim == 2 and output.columns:
            parts = zip(output.columns, values.T, strict=True)
            given |= {f"{output.name}.{name}": _of(part) for name, part in parts}
    return Profile(len(rows), inputs, given)


def _of(values: Array, *, named: bool = False) -> Distribution | Categories:
    present = values[~pd.isna(values)]
    missing = len(values) - len(present)
    if named or values.dtype.kind not in "biuf":
        return _categories([str(one) for one in present], missing)
    numbers = present.astype(np.float64)
    cuts = np.quantile(numbers, np.arange(1, BINS) / BINS) if len(numbers) else []
    edges = np.unique(np.asarray(cuts, np.float32)).astype(np.float64)
    # At the precision of the edges, or a value that equals one falls beyond it.
    places = np.searchsorted(edges, numbers.astype(np.float32).astype(np.float64))
    counts = np.bincount(places, minlength=len(edges) + 1)
    shortest = [float(str(np.float32(one))) for one in edges]
    return Distribution(shortest, counts.tolist(), missing)


def _categories(values: list[str], missing: int) -> Categories:
    counted = Counter(values)
    most = sorted(counted.items(), key=lambda one: (-one[1], one[0]))
    kept = dict(most[:MOST])
    if rest := sum(count for _, count in most[MOST:]):
        kept[REST] = rest
    return Categories(kept, missing)


def _is_flat(column: Any) -> bool:
    return not len(column) or not isinstance(column.iloc[0], np.ndarray)

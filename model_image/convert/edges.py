"""Rows at the edge of what a model may be asked: missing, unseen, extreme."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from .original import Feature

COLUMNS = 200
"""Of a wider model only so many columns are tried, evenly chosen."""
ROWS = 16
"""So many rows are changed in each way: one alone may agree by chance."""
UNSEEN = "a value training never saw"

Kind = Literal["missing", "unseen", "extreme"]


@dataclass(frozen=True)
class Edge:
    """Some rows with one column changed."""

    column: str
    kind: Kind
    rows: pd.DataFrame


def edges(features: Sequence[Feature], rows: pd.DataFrame) -> Iterator[Edge]:
    """For each column missing values, an unseen category, and far-off numbers."""
    whole = rows.dropna()
    whole = whole if len(whole) else rows
    base = whole.iloc[:: max(1, len(whole) // ROWS)].iloc[:ROWS]
    step = max(1, len(features) // COLUMNS)
    for feature in features[::step]:
        if feature.kind == "tensor":
            continue
        for kind, value in _values(feature, rows[feature.name]):
            changed = base.copy()
            values = [value] * len(base)
            is_text = changed[feature.name].dtype == object
            changed[feature.name] = np.array(values, object if is_text else None)
            yield Edge(feature.name, kind, changed)


def _values(feature: Feature, column: pd.Series) -> Iterator[tuple[Kind, Any]]:
    yield "missing", np.nan
    if column.dtype == object:
        yield "unseen", UNSEEN
    elif feature.categories:
        yield "unseen", int(max(feature.categories)) + 1  # type: ignore[type-var,arg-type]
    else:
        present = column.dropna()
        low, high = (present.min(), present.max()) if len(present) else (0, 0)
        reach = type(low)(10 * (high - low) + 1) if len(present) else 1
        for value in (0, low - reach, high + reach):
            yield "extreme", int(value) if column.dtype.kind in "iub" else float(value)

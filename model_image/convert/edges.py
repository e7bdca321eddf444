"""Rows at the edge of what a model may be asked: missing, unseen, extreme."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
import pandas as pd

from .original import Feature

ALONE = 200
"""The columns of a wider model are changed several together, in GROUPS."""
GROUPS = 40
ROWS = 64
"""So many rows are changed in each way: one alone may agree by chance."""
UNSEEN = "a value training never saw"
_VALUES = 400_000

Kind = Literal["missing", "unseen", "extreme"]


@dataclass(frozen=True)
class Edge:
    """Some rows with one column changed, or of a wide model a few."""

    columns: tuple[str, ...]
    kind: Kind
    rows: pd.DataFrame


def edges(features: Sequence[Feature], rows: pd.DataFrame) -> Iterator[Edge]:
    """For each column missing values, an unseen category, and far-off numbers."""
    changeable = [one for one in features if one.kind != "tensor"]
    base = _base(rows, len(changeable))
    groups = _groups(len(changeable))
    for at in range(groups):
        ways: dict[tuple[int, Kind], dict[str, Any]] = {}
        for feature in changeable[at::groups]:
            column, changed = rows[feature.name], base[feature.name]
            values = _values(feature, column, changed)
            for place, (kind, value) in enumerate(values):
                ways.setdefault((place, kind), {})[feature.name] = value
        for (_, kind), changes in ways.items():
            yield Edge(tuple(changes), kind, _changed(base, changes))


def _groups(columns: int) -> int:
    return columns if columns <= ALONE else GROUPS


def _base(rows: pd.DataFrame, columns: int) -> pd.DataFrame:
    """Rows without a missing value, fewer the wider they are."""
    whole = rows.dropna()
    whole = whole if len(whole) else rows
    most = _VALUES // max(1, 4 * columns * _groups(columns))
    count = max(2, min(ROWS, most))
    return whole.iloc[:: max(1, len(whole) // count)].iloc[:count]


def _changed(base: pd.DataFrame, changes: dict[str, Any]) -> pd.DataFrame:
    changed = base.copy()
    for name, value in changes.items():
        dtype = object if base[name].dtype.kind == "O" else None
        given = value if isinstance(value, list) else [value] * len(base)
        changed[name] = pd.Series(np.array(given, dtype), base.index, dtype)
    return changed


def _values(feature: Feature, column: Any, base: Any) -> Iterator[tuple[Kind, Any]]:
    """A value for all rows, or a list of one for each."""
    yield "missing", np.nan
    if column.dtype.kind == "O":
        yield "unseen", UNSEEN
        if not feature.categories:
            yield "extreme", [str(one).upper() for one in base]
    elif feature.categories:
        yield "unseen", int(max(feature.categories)) + 1  # type: ignore[type-var,arg-type]
    else:
        yield from _far(column)


def _far(column: Any) -> Iterator[tuple[Kind, Any]]:
    present = column.dropna()
    low, high = (present.min(), present.max()) if len(present) else (0, 0)
    reach = type(low)(10 * (high - low) + 1) if len(present) else 1
    for value in (0, low - reach, high + reach):
        yield "extreme", int(value) if column.dtype.kind in "iub" else float(value)

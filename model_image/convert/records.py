"""A data frame as the rows of a request, exactly as a caller would send them."""

from typing import Any

import numpy as np
import pandas as pd

from .task import Rows


def records(rows: pd.DataFrame) -> Rows:
    """One object per row; what is missing is null."""
    columns = {str(name): [_plain(one) for one in rows[name]] for name in rows}
    return [
        dict(zip(columns, values, strict=True))
        for values in zip(*columns.values(), strict=True)
    ]


def _plain(value: Any) -> Any:
    if isinstance(value, np.ndarray):
        return value.tolist()
    if isinstance(value, np.generic):
        value = value.item()
    return None if isinstance(value, float) and value != value else value

"""Between a tensor's arrays and the data frames that Python models take and give."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import pandas as pd

from ..manifest import Input, Output
from ..values import DTYPES, Array


def frame(arrays: Mapping[str, Array], inputs: Sequence[Input]) -> pd.DataFrame:
    """
    One named column per value of a row, missing text as NaN, as reading a CSV gives.

    A tensor without columns of its own is one column, of arrays where it is wider.
    """
    columns: dict[str, Any] = {}
    for tensor in inputs:
        values = arrays[tensor.name]
        if tensor.columns and values.ndim == 2:
            parts = zip(tensor.names, values.T, strict=True)
            columns |= {name: _column(part) for name, part in parts}
        elif tensor.width == 1:
            columns[tensor.names[0]] = _column(values.reshape(len(values)))
        else:
            columns[tensor.name] = list(values)
    return pd.DataFrame(columns)


def _column(values: Array) -> Array:
    if values.dtype.kind != "O":
        return values
    missing = np.array([value is None for value in values], bool)
    return np.where(missing, np.nan, values) if missing.any() else values


def named(given: Any, declared: Sequence[Output]) -> dict[str, Array]:
    """
    What a model gave, as the arrays its manifest declares.

    A mapping or a frame is taken by name, anything else is the single output. Raises
    ValueError, with the name of the output that does not fit.
    """
    if len(declared) == 1 and not (
        isinstance(given, Mapping) and declared[0].name in given
    ):
        given = {declared[0].name: given}
    made = {}
    for output in declared:
        try:
            values = np.asarray(given[output.name])
            made[output.name] = values.astype(DTYPES[output.datatype]).reshape(
                -1, *output.shape[1:]
            )
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise ValueError(
                f"the model gives no output {output.name!r} of {output.datatype} and "
                f"shape {list(output.shape)} ({type(error).__name__}: {error})"
            ) from None
    return made

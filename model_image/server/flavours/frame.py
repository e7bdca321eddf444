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
    by_name = isinstance(given, Mapping | pd.DataFrame) and declared[0].name in given
    if len(declared) == 1 and not by_name:
        given = {declared[0].name: given}
    made = {}
    for output in declared:
        try:
            made[output.name] = _held_to(output, given[output.name])
        except (KeyError, TypeError, ValueError, IndexError) as error:
            raise ValueError(
                f"the model gives no output {output.name!r} of {output.datatype} and "
                f"shape {list(output.shape)} ({type(error).__name__}: {error})"
            ) from None
    return made


def _held_to(output: Output, given: Any) -> Array:
    """The same values; one that would have to be cut or guessed at is an error."""
    values = np.asarray(given)
    dtype = DTYPES[output.datatype]
    if dtype.kind == "O":
        values = values.astype(dtype)
        if not all(isinstance(value, str) for value in values.flat):
            raise TypeError("not all of it is text")
    elif values.dtype.kind == "O":
        values = np.array(values.tolist())
    return values.astype(dtype, casting="same_kind").reshape(
        len(values), *output.shape[1:]
    )

"""numpy arrays as columns of an Arrow table."""

from collections.abc import Iterable, Mapping, Sequence

import numpy as np
from arro3.core import Array as ArrowArray
from arro3.core import DataType, Field, RecordBatch, Schema

from ..manifest import Input
from ..values import Array
from .rows import flat_names


def table(columns: Mapping[str, ArrowArray]) -> RecordBatch:
    """A table of these columns, each of which may hold nulls."""
    fields = [Field(name, one.type, nullable=True) for name, one in columns.items()]
    return RecordBatch.from_arrays(list(columns.values()), schema=Schema(fields))


def column(values: Array) -> ArrowArray:
    """One column; FP16, which few readers know, becomes FP32, and objects are text."""
    if values.dtype.kind == "O":
        return texts(values.tolist())
    if values.dtype == np.float16:
        values = values.astype(np.float32)
    return ArrowArray.from_numpy(np.ascontiguousarray(values))


def texts(values: Sequence[str | None]) -> ArrowArray:
    """A column of text."""
    return ArrowArray(values, DataType.utf8())


def given_columns(
    tensors: Mapping[str, Array], inputs: Iterable[Input]
) -> dict[str, ArrowArray]:
    """What the model was given, by the names of its columns; NaN as null."""
    made: dict[str, ArrowArray] = {}
    for input in inputs:
        values = tensors[input.name].reshape(-1, input.width)
        for place, name in enumerate(flat_names(input)):
            made[name] = _nullable(values[:, place])
    return made


def picked(values: ArrowArray, places: Array) -> ArrowArray:
    """The values at these places."""
    if len(places) == len(values):
        return values
    return values.take(ArrowArray.from_numpy(places.astype(np.uint32)))


def _nullable(values: Array) -> ArrowArray:
    made = column(values)
    if values.dtype.kind != "f" or not (missing := np.isnan(values)).any():
        return made
    places = np.arange(len(values)).astype(object)
    places[missing] = None
    return made.take(ArrowArray(places.tolist(), DataType.uint32()))

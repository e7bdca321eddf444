"""The tensors that a network takes; what it leaves open, the sample settles."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd

from model_image.server.manifest import Datatype
from model_image.server.values import DTYPES, Array

from .original import Feature, Kind, Unconvertible
from .schema import datatype_of


@dataclass(frozen=True, kw_only=True)
class Tensor:
    """One of them, as far as the network tells."""

    name: str
    sizes: tuple[int | None, ...] | None = None
    """Those of one row."""
    datatype: Datatype | None = None


class Tensors:
    """All that a network takes, with the shapes and datatypes that rows have."""

    def __init__(
        self, asked: Sequence[Tensor], rows: pd.DataFrame | None, floats: Datatype
    ) -> None:
        self._matrix = ""
        if rows is None:
            self.features = [_feature(one, None, floats) for one in asked]
        elif len(asked) == 1 and _is_table(rows, asked[0]):
            self._matrix = asked[0].name
            self.features = _columns(rows, asked[0], floats)
        else:
            rows = _renamed(rows, [one.name for one in asked])
            self.features = [_feature(one, rows[one.name], floats) for one in asked]

    def arrays(self, rows: pd.DataFrame) -> dict[str, Array]:
        """The rows as the network takes them, in its order."""
        if self._matrix:
            dtype = DTYPES[self.features[0].datatype]
            return {self._matrix: rows.to_numpy().astype(dtype)}
        rows = _renamed(rows, [one.name for one in self.features])
        return {one.name: _array(rows[one.name], one) for one in self.features}


def _array(values: Any, feature: Feature) -> Array:
    made = np.array(values.to_list(), DTYPES[feature.datatype])
    return made.reshape(-1, *feature.shape)


def _renamed(rows: pd.DataFrame, names: Sequence[str]) -> pd.DataFrame:
    """The rows under the network's own names; a single one needs no name."""
    if len(names) == len(rows.columns) == 1:
        return rows.set_axis([*names], axis=1)
    absent = [name for name in names if name not in rows]
    if absent:
        raise Unconvertible(
            f"the sample has no {absent[0]!r}, which the model takes beside others; it "
            f"has {', '.join(map(str, rows.columns[:8]))}"
        )
    return rows


def _is_table(rows: pd.DataFrame, tensor: Tensor) -> bool:
    """Whether one matrix is asked for and its columns have names of their own."""
    flat = tensor.sizes is None or len(tensor.sizes) == 1
    return flat and tensor.name not in rows and all(map(np.isscalar, rows.iloc[0]))


def _columns(rows: pd.DataFrame, tensor: Tensor, floats: Datatype) -> list[Feature]:
    """A column for each value of the matrix."""
    width = len(rows.columns)
    size = tensor.sizes[0] if tensor.sizes else None
    if size not in (None, width):
        raise Unconvertible(
            f"the sample has {width} columns, and the model takes {size} values a row; "
            "name the columns that are answers with --target"
        )
    datatype = tensor.datatype or floats
    return [
        Feature(
            name=str(name),
            kind=_kind(datatype),
            datatype=datatype,
            tensor=tensor.name,
        )
        for name in rows
    ]


def _feature(tensor: Tensor, values: Any, floats: Datatype) -> Feature:
    found = None if values is None else np.asarray(values.iloc[0])
    datatype = tensor.datatype
    if datatype is None and found is not None:
        datatype = floats if found.dtype.kind == "f" else datatype_of(found.dtype)
    shape = _shape(tensor, found)
    one_value = shape in ((), (1,)) and (found is None or found.ndim == 0)
    kind = _kind(datatype) if one_value else "tensor"
    return Feature(
        name=tensor.name,
        kind=kind,
        shape=shape,
        datatype=datatype or "",
        tensor=tensor.name,
    )


def _shape(tensor: Tensor, found: Array | None) -> tuple[int, ...]:
    """The network's own sizes, or the sample's where it takes any."""
    sizes = tensor.sizes
    if sizes is not None and None not in sizes and found is None:
        return tuple(size or 0 for size in sizes)
    if found is None:
        raise Unconvertible(
            f"the model does not say what shape {tensor.name!r} has; give rows with "
            "--data"
        )
    if sizes is None:
        return found.shape
    given = found.reshape(1) if sizes == (1,) and found.ndim == 0 else found
    fits = [size in (None, has) for size, has in zip(sizes, given.shape, strict=False)]
    if len(sizes) != given.ndim or not all(fits):
        raise Unconvertible(
            f"{tensor.name!r} has shape {list(found.shape)} in the sample, and the "
            f"model takes {[size or 'any' for size in sizes]}"
        )
    return given.shape


def _kind(datatype: Datatype | None) -> Kind:
    if datatype == "BYTES":
        return "text"
    return "whole" if datatype and "INT" in datatype else "number"

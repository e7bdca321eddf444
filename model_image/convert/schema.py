"""The inputs and outputs of a manifest, from a model, its rows and its answers."""

from collections.abc import Mapping, Sequence

import numpy as np
import pandas as pd

from model_image.server.manifest import Column, Datatype, Input, Output
from model_image.server.values import DTYPES, Array

from .original import Feature, Original, Unconvertible

FEW = 100
"""Text with up to so many different values in the sample is shown as categories."""
_NAMES: dict[np.dtype, Datatype] = {dtype: name for name, dtype in DTYPES.items()}  # type: ignore[misc]


def features(original: Original, rows: pd.DataFrame | None) -> list[Feature]:
    """What a row holds: the model's word where it has one, else the sample's columns."""
    told = list(original.features)
    if rows is None:
        if not told:
            raise Unconvertible(
                "the model does not say what its inputs are; give rows with --data"
            )
        return told
    if not told:
        return [Feature(name=str(name)) for name in rows]
    absent = [one.name for one in told if one.name not in rows]
    if absent and len(absent) == len(told) and len(rows.columns) == len(told):
        # A model trained without names takes the sample's, in their order.
        return [
            Feature(
                name=str(name),
                kind=one.kind,
                categories=one.categories,
                shape=one.shape,
                datatype=one.datatype,
            )
            for name, one in zip(rows, told, strict=True)
        ]
    if absent:
        raise Unconvertible(
            f"the sample has no column {absent[0]!r}, which the model was trained on; "
            f"it has {', '.join(map(str, rows.columns[:8]))}"
        )
    return told


def inputs(
    features: Sequence[Feature],
    rows: pd.DataFrame,
    *,
    columnwise: bool,
    number: Datatype,
) -> tuple[Input, ...]:
    """Tensors for these columns: one matrix where all are numbers, else one each."""
    columns = [_column(one, rows[one.name]) for one in features]
    kinds = [_datatype(one, rows[one.name], number) for one in features]
    if any(one.kind == "tensor" for one in features):
        return tuple(
            Input(one.name, kind, (-1, *one.shape))
            for one, kind in zip(features, kinds, strict=True)
        )
    if not columnwise and set(kinds) == {number}:
        return (Input("features", number, (-1, len(columns)), tuple(columns)),)
    return tuple(
        Input(column.name, kind, (-1, 1), (column,))
        for column, kind in zip(columns, kinds, strict=True)
    )


def outputs(
    answers: Mapping[str, Array],
    classes: Sequence[str | int],
    class_names: Sequence[str],
) -> tuple[Output, ...]:
    """What the packed model gives, with the names of classes where it has some."""
    names = tuple(class_names) or tuple(str(one) for one in classes)
    made = []
    for name, values in answers.items():
        datatype: Datatype = (
            "BYTES" if values.dtype.kind in "OUS" else _NAMES[values.dtype]
        )
        shape = (-1, *values.shape[1:])
        named = len(shape) == 2 and shape[1] == len(names) and "probabilit" in name
        counted = list(classes) == list(range(len(classes))) and class_names
        labels = names if counted and name == "label" and "INT" in datatype else ()
        made.append(Output(name, datatype, shape, names if named else (), labels))
    return tuple(made)


def _datatype(feature: Feature, values: pd.Series, number: Datatype) -> Datatype:
    if feature.datatype:
        return feature.datatype  # type: ignore[return-value]
    if feature.kind == "text" or (feature.kind is None and values.dtype == object):
        return "BYTES"
    if feature.kind == "whole" and values.dtype.kind in "iub":
        return "INT64"
    return number


def _column(feature: Feature, values: pd.Series) -> Column:
    if feature.kind == "tensor":
        return Column(feature.name)
    present = values.dropna()
    if feature.categories:
        return Column(feature.name, categories=feature.categories)
    if values.dtype == object:
        seen = sorted({str(one) for one in present})
        few = len(seen) <= FEW and len(seen) * 2 <= len(present)
        return Column(feature.name, categories=tuple(seen) if few else ())
    if not len(present):
        return Column(feature.name)
    return Column(feature.name, low=float(present.min()), high=float(present.max()))

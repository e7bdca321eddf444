"""The inputs and outputs of a manifest, from a model, its rows and its answers."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

import numpy as np
import pandas as pd

from model_image.server.manifest import Column, Datatype, Input, Output
from model_image.server.values import DTYPES, Array

from . import sample
from .original import Feature, Original, Unconvertible

FEW = 100
"""Text with up to so many different values in the sample is shown as categories."""
MATRIX = "features"
"""The tensor of all columns, where the model has no name for it."""
_NAMES: dict[np.dtype, Datatype] = {dtype: name for name, dtype in DTYPES.items()}  # type: ignore[misc]


def settled(
    original: Original, rows: pd.DataFrame | None, columns: Sequence[str] = ()
) -> tuple[list[Feature], pd.DataFrame]:
    """
    What a row holds, and the rows with that and no more.

    It is the model's word where it has one, else what `columns` names, else the
    sample's columns.
    """
    told = _named(original.features, columns)
    if rows is None:
        if not told:
            raise Unconvertible(
                "the model does not say what its inputs are; give rows with --data"
            )
        return told, sample.made(told)
    told = told or [Feature(name=str(name)) for name in rows]
    names = [one.name for one in told]
    if set(names).isdisjoint(rows) and len(names) == len(rows.columns):
        if any(one.kind == "tensor" for one in told):
            rows = rows.set_axis(names, axis=1)
        else:
            # A model trained without names takes the sample's, in their order.
            pairs = zip(told, rows, strict=True)
            told = [replace(one, name=str(name)) for one, name in pairs]
    _check_present(told, rows)
    return told, rows.reindex(columns=[one.name for one in told])


def _named(told: Sequence[Feature], columns: Sequence[str]) -> list[Feature]:
    """A model trained without names takes the ones that are told beside it."""
    if not told:
        return [Feature(name=name) for name in columns]
    known = any(one.name in columns or one.kind == "tensor" for one in told)
    if known or len(columns) != len(told):
        return list(told)
    return [replace(one, name=name) for one, name in zip(told, columns, strict=True)]


def _check_present(told: Sequence[Feature], rows: pd.DataFrame) -> None:
    absent = [one.name for one in told if one.name not in rows]
    if absent:
        raise Unconvertible(
            f"the sample has no column {absent[0]!r}, which the model was trained on; "
            f"it has {', '.join(map(str, rows.columns[:8]))}"
        )


def inputs(
    features: Sequence[Feature],
    rows: pd.DataFrame,
    *,
    columnwise: bool,
    number: Datatype,
) -> tuple[Input, ...]:
    """Tensors for these columns: one matrix where all are numbers, else one each."""
    columns = [_column(one, rows[one.name]) for one in features]
    kinds: list[Datatype] = [_datatype(one, rows[one.name], number) for one in features]
    matrix = MATRIX if not columnwise and set(kinds) == {number} else ""
    members: dict[str, list[int]] = {}
    for at, one in enumerate(features):
        members.setdefault(one.tensor or matrix or one.name, []).append(at)
    return tuple(
        Input(
            name,
            kinds[at[0]],
            (-1, *(features[at[0]].shape if len(at) == 1 else (len(at),))),
            tuple(columns[one] for one in at if features[one].kind != "tensor"),
        )
        for name, at in members.items()
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
            "BYTES" if values.dtype.kind in "OUS" else datatype_of(values.dtype)
        )
        shape = (-1, *values.shape[1:])
        told = class_names or "probabilit" in name
        named = len(shape) == 2 and shape[1] == len(names) and told
        counted = list(classes) == list(range(len(classes))) and class_names
        labels = names if counted and name == "label" and "INT" in datatype else ()
        made.append(Output(name, datatype, shape, names if named else (), labels))
    return tuple(made)


def datatype_of(dtype: np.dtype) -> Datatype:
    """The manifest's name for NumPy's; raises Unconvertible where it has none."""
    if dtype not in _NAMES:
        raise Unconvertible(f"the model uses {dtype}, which no request can hold")
    return _NAMES[dtype]


def _datatype(feature: Feature, values: Any, number: Datatype) -> Datatype:
    if feature.datatype:
        return feature.datatype  # type: ignore[return-value]
    if feature.kind == "text" or (feature.kind is None and values.dtype.kind == "O"):
        return "BYTES"
    if feature.kind == "whole" and values.dtype.kind in "iub":
        return "INT64"
    return number


def _column(feature: Feature, values: Any) -> Column:
    if feature.kind == "tensor":
        return Column(feature.name)
    present = values.dropna()
    if feature.categories:
        return Column(feature.name, categories=feature.categories)
    if values.dtype.kind == "O":
        seen = sorted({str(one) for one in present})
        few = len(seen) <= FEW and len(seen) * 2 <= len(present)
        return Column(feature.name, categories=tuple(seen) if few else ())
    if not len(present):
        return Column(feature.name)
    return Column(feature.name, low=float(present.min()), high=float(present.max()))

"""How far apart two models' answers are, and where."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from model_image.server.values import Array


@dataclass(frozen=True)
class Gap:
    """The largest difference between two sets of answers, and the place of it."""

    largest: float
    where: str


def gap(
    expected: Mapping[str, Array], got: Mapping[str, Array], tolerance: float
) -> Gap:
    """The largest difference of any answer; infinite where a label or shape differs."""
    worst = Gap(0.0, "")
    for name, rows in differences(expected, got, tolerance).items():
        if len(rows) and (rows.max() > worst.largest or not worst.where):
            at = int(rows.argmax())
            worst = Gap(float(rows[at]), f"{name}, row {at}")
    return worst


def differences(
    expected: Mapping[str, Array], got: Mapping[str, Array], tolerance: float
) -> dict[str, Array]:
    """
    For each output the difference of every row: absolute, relative above 1.

    A label may differ where the two likeliest classes are equal within the tolerance:
    which of them is named then says nothing.
    """
    made = {}
    for name, values in expected.items():
        other = got.get(name)
        rows = len(values)
        if other is None or _shape(other) != _shape(values):
            made[name] = np.full(max(rows, 1), np.inf)
            continue
        other = other.reshape(values.shape)
        if _is_number(values) and _is_number(other):
            made[name] = _apart(values, other, exact=name == "label")
        else:
            same = values.astype(str) == other.astype(str)
            made[name] = np.where(same, 0.0, np.inf).reshape(rows, -1).max(axis=1)
    if "label" in made and "probabilities" in expected:
        made["label"][_ties(expected["probabilities"], tolerance)] = 0.0
    return made


def _apart(values: Array, other: Array, *, exact: bool) -> Array:
    if exact:
        apart = np.where(values == other, 0.0, np.inf)
    else:
        a, b = values.astype(np.float64), other.astype(np.float64)
        with np.errstate(invalid="ignore"):
            apart = np.abs(a - b) / np.maximum(1.0, np.abs(a))
        apart[(a == b) | (np.isnan(a) & np.isnan(b))] = 0.0
        apart[np.isnan(apart)] = np.inf
    return apart.reshape(len(values), -1).max(axis=1)


def _ties(probabilities: Array, tolerance: float) -> Array:
    ranked = np.sort(probabilities, axis=-1)
    if ranked.ndim != 2 or ranked.shape[1] < 2:
        return np.zeros(len(probabilities), bool)
    return ranked[:, -1] - ranked[:, -2] <= 2 * tolerance


def _shape(values: Array) -> tuple[int, ...]:
    """A column of one is the same as no column."""
    return values.shape[:1] if values.shape[1:] == (1,) else values.shape


def _is_number(values: Array) -> bool:
    return values.dtype.kind in "biuf"

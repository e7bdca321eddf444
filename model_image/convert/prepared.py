"""A fitted scikit-learn model in the form that skl2onnx can read."""

import copy
from collections.abc import Iterator
from typing import Any

import numpy as np
from sklearn.base import BaseEstimator
from sklearn.ensemble import VotingClassifier
from sklearn.impute import SimpleImputer
from sklearn.preprocessing import KBinsDiscretizer


def prepared(model: Any) -> Any:
    """
    A copy of the model whose imputers and encoders of text read "" where it read NaN.

    The server sends "" for a missing text, since ONNX has no other way to say it.
    """
    changed = copy.deepcopy(model)
    for part in _parts(changed, set()):
        _prepare(part)
    return changed


def _prepare(part: Any) -> None:
    fills = getattr(part, "statistics_", np.empty(0))
    if isinstance(part, SimpleImputer) and fills.dtype.kind == "O":
        setattr(part, "missing_values", "")  # noqa: B010
    if isinstance(part, VotingClassifier):
        # How it would transform; it only predicts here.
        part.flatten_transform = False
    if isinstance(part, KBinsDiscretizer) and part.encode == "onehot":
        part.encode = "onehot-dense"
    steps: list[Any] = getattr(part, "transformers_", [])
    for at, (name, step, columns) in enumerate(steps):
        if isinstance(columns, slice) or np.asarray(columns).dtype == bool:
            places = vars(part)["_transformer_to_input_indices"][name]
            steps[at] = (name, step, [int(one) for one in places])
    known: list[Any] = getattr(part, "categories_", [])
    for at, values in enumerate(known):
        if values.dtype.kind == "O":
            missing = np.array([one is None or one != one for one in values], bool)
            known[at] = np.where(missing, "", values)


def _parts(value: Any, seen: set[int]) -> Iterator[Any]:
    """Every estimator inside of another, whatever attribute holds it."""
    if id(value) in seen:
        return
    if isinstance(value, BaseEstimator):
        seen.add(id(value))
        yield value
        inner = vars(value).values()
    elif isinstance(value, dict):
        inner = value.values()
    elif isinstance(value, list | tuple):
        inner = value
    else:
        return
    for one in list(inner):
        yield from _parts(one, seen)

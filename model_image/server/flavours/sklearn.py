"""A scikit-learn estimator as it was saved, for what ONNX cannot carry."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from ..manifest import Manifest, ManifestError
from ..unpickle import load as unpickle
from ..values import Array
from .artifact import artifact
from .python import PythonModel


class Estimator:
    """An estimator or pipeline, asked for everything that it can say of a row."""

    def __init__(self, model: Any) -> None:
        self.model = model
        self._names = list(getattr(model, "feature_names_in_", ()))
        self._text = takes_text(model)
        self._labels = is_labelling(model)

    def predict(self, rows: pd.DataFrame) -> dict[str, Array]:
        """`label` and `probabilities`, or `prediction`, or `transformed`."""
        given: Any = rows
        if self._text:
            given = rows.iloc[:, 0].tolist()
        else:
            # The manifest groups columns by type; a model asks for its own order.
            given = rows[self._names] if self._names else rows.to_numpy()
        if not hasattr(self.model, "predict"):
            return {"transformed": _dense(self.model.transform(given))}
        answers = np.asarray(self.model.predict(given))
        if not self._labels:
            return {"prediction": answers}
        made = {"label": answers}
        if hasattr(self.model, "predict_proba"):
            made |= _probabilities(self.model.predict_proba(given))
        return made


def load(folder: Path, manifest: Manifest, threads: int) -> PythonModel:
    """The estimator in the package's only artifact."""
    path = artifact(folder, manifest)
    try:
        model = unpickle(path, frozenset(manifest.trusted))
    except Exception as error:
        raise ManifestError(f"{path} could not be loaded: {error}") from error
    return PythonModel(Estimator(model).predict, manifest, threads)


def is_labelling(model: Any) -> bool:
    """Whether the model names one of several things rather than an amount."""
    return hasattr(model, "classes_") or not _is_regressor(model)


def takes_text(model: Any) -> bool:
    """Whether the first step takes plain strings, not a table."""
    steps = getattr(model, "steps", None)
    first = steps[0][1] if steps else model
    return hasattr(first, "build_analyzer") or (steps and takes_text(first)) or False


def _is_regressor(model: Any) -> bool:
    from sklearn.base import is_regressor

    return is_regressor(model)


def _probabilities(given: Any) -> dict[str, Array]:
    """Several targets have an array each."""
    if isinstance(given, list):
        return {f"probabilities_{at}": part for at, part in enumerate(given)}
    return {"probabilities": np.asarray(given)}


def _dense(values: Any) -> Array:
    return values.toarray() if hasattr(values, "toarray") else np.asarray(values)

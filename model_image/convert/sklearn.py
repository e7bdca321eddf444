"""scikit-learn estimators and pipelines, from pickle, joblib or skops."""

import importlib.metadata
import pickle
import shutil
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from skl2onnx import convert_sklearn
from skl2onnx.common import data_types
from sklearn.base import is_regressor
from sklearn.pipeline import Pipeline, make_pipeline

from model_image.server.flavours.sklearn import Estimator, takes_text
from model_image.server.manifest import Input
from model_image.server.unpickle import load as unpickle
from model_image.server.values import Array

from .graph import finished
from .missing import with_empty_text_as_missing
from .original import Feature, Unconvertible
from .task import Task

_TYPES = {
    "BYTES": data_types.StringTensorType,
    "FP32": data_types.FloatTensorType,
    "FP64": data_types.DoubleTensorType,
    "INT64": data_types.Int64TensorType,
}


class SklearnModel:
    """An estimator, whatever it was saved with."""

    native = "sklearn"

    def __init__(self, model: Any, paths: Sequence[Path]) -> None:
        self._model = model
        self._paths = paths
        self._estimator = Estimator(model)
        self.features = _features(model)
        self.columnwise = _is_columnwise(model)
        self.classes: Sequence[str | int] = _classes(model)
        self.libraries = _versions("scikit-learn", "numpy")
        self.requirements = [
            f"{name}=={version}" for name, version in self.libraries.items()
        ]

    def predict(self, rows: pd.DataFrame) -> dict[str, Array]:
        """`label` and `probabilities`, or `prediction`, or `transformed`."""
        return self._estimator.predict(rows)

    def onnx(self, inputs: Sequence[Input]) -> bytes:
        """The estimator by skl2onnx."""
        types = [(one.name, _TYPES[one.datatype]([None, one.width])) for one in inputs]
        try:
            model = with_empty_text_as_missing(self._model)
            chances = hasattr(model, "predict_proba")
            options = {id(model): {"zipmap": False}} if chances else None
            made: Any = convert_sklearn(model, "model", types, options=options)
        except Exception as error:
            reason = " ".join(str(error).split())[:200]
            raise Unconvertible(
                f"it cannot be converted to ONNX ({type(error).__name__}: {reason}); "
                "pack it as it is with --flavour sklearn"
            ) from None
        given = [one.name for one in made.graph.output]
        asked = self._outputs()
        return finished(made, dict(zip(given, asked, strict=False)))

    def save(self, folder: Path) -> None:
        """The file as it was given; parts that were composed are written as one."""
        folder.mkdir()
        if len(self._paths) == 1:
            shutil.copyfile(self._paths[0], folder / self._paths[0].name)
        else:
            (folder / "model.pkl").write_bytes(pickle.dumps(self._model, protocol=5))

    def _outputs(self) -> list[str]:
        model = self._model
        if not hasattr(model, "predict"):
            return ["transformed"]
        if not len(self.classes) and not _labels(model):
            return ["prediction"]
        return [
            "label",
            *(["probabilities"] if hasattr(model, "predict_proba") else []),
        ]


def load(task: Task) -> SklearnModel:
    """The estimator, behind its preprocessors where they came in files of their own."""
    paths = [Path(one) for one in task.artifacts]
    parts = [unpickle(path, frozenset(task.trusted)) for path in paths]
    models = [one for one in parts if hasattr(one, "predict")]
    if len(parts) == 1:
        return SklearnModel(parts[0], paths)
    if len(models) != 1:
        raise Unconvertible(
            f"of {len(parts)} files {len(models)} hold a model that predicts; give one "
            "such model and its preprocessors, in the order they are applied"
        )
    before = [one for one in parts if one is not models[0]]
    return SklearnModel(make_pipeline(*before, models[0]), paths)


def _features(model: Any) -> list[Feature]:
    """The columns that the model was trained on, with the categories it knows."""
    names = [str(name) for name in getattr(model, "feature_names_in_", ())]
    if not names and takes_text(model):
        return [Feature(name="text", kind="text")]
    count = getattr(model, "n_features_in_", None)
    if not names and count is None:
        return []
    names = names or [f"feature_{at}" for at in range(count or 0)]
    known = dict(_categories(model, names))
    text = _text_columns(model, names)
    return [_feature(name, known.get(name), name in text) for name in names]


def _feature(name: str, categories: Any, is_text: bool) -> Feature:
    if categories is None:
        return Feature(name=name, kind="text" if is_text else None)
    present = [one for one in categories if one is not None and one == one]
    if all(isinstance(one, str) for one in present):
        return Feature(name=name, kind="text", categories=tuple(map(str, present)))
    whole = all(float(one).is_integer() for one in present)
    if not whole or len(present) < len(categories):
        return Feature(name=name)
    return Feature(
        name=name, kind="whole", categories=tuple(int(one) for one in present)
    )


def _categories(model: Any, names: Sequence[str]) -> Iterator[tuple[str, Any]]:
    """What encoders know, of the columns that reach them unchanged."""
    for step in _steps(model):
        if hasattr(step, "categories_"):
            yield from zip(names, step.categories_, strict=False)
            return
        for _, part, columns in getattr(step, "transformers_", ()):
            yield from _categories(part, _chosen(columns, names))
        if hasattr(step, "transformers_") or not _keeps_columns(step):
            return


def _text_columns(model: Any, names: Sequence[str]) -> set[str]:
    """The columns that a text vectoriser reads."""
    found = set()
    for step in _steps(model)[:1]:
        for _, part, columns in getattr(step, "transformers_", ()):
            if not isinstance(part, str) and takes_text(part):
                found |= set(_chosen(columns, names))
    return found


def _chosen(columns: Any, names: Sequence[str]) -> list[str]:
    if isinstance(columns, str):
        return [columns]
    if isinstance(columns, slice):
        return list(names[columns])
    listed = np.atleast_1d(columns)
    if listed.dtype == bool:
        return [name for name, taken in zip(names, listed, strict=True) if taken]
    return [
        names[one] if isinstance(one, (int, np.integer)) else str(one) for one in listed
    ]


def _steps(model: Any) -> list[Any]:
    return [step for _, step in model.steps] if isinstance(model, Pipeline) else [model]


def _keeps_columns(step: Any) -> bool:
    """Imputers pass each column on in its place."""
    return "Imputer" in type(step).__name__ and not getattr(
        step, "add_indicator", False
    )


def _is_columnwise(model: Any) -> bool:
    return any(
        hasattr(step, "transformers_") or hasattr(step, "categories_")
        for step in _steps(model)
    ) or takes_text(model)


def _classes(model: Any) -> list[str | int]:
    classes = getattr(model, "classes_", [])
    if isinstance(classes, list):
        return []
    return [one if isinstance(one, str) else int(one) for one in classes.tolist()]


def _labels(model: Any) -> bool:
    return not is_regressor(model)


def _versions(*names: str) -> dict[str, str]:
    return {name: importlib.metadata.version(name) for name in names}

"""scikit-learn estimators and pipelines, from pickle or joblib."""

import importlib.metadata
import pickle
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pandas as pd
from skl2onnx import convert_sklearn
from skl2onnx.common import data_types
from skl2onnx.common._registration import get_converter
from sklearn.pipeline import make_pipeline

from model_image.server.flavours.sklearn import Estimator, is_labelling
from model_image.server.manifest import Input
from model_image.server.unpickle import load as unpickle
from model_image.server.values import Array

from . import functions, imputers, targets, trees
from .columns import features, is_columnwise
from .graph import renamed
from .original import Unconvertible
from .prepared import prepared
from .task import Task

_TYPES = {
    "BYTES": data_types.StringTensorType,
    "FP32": data_types.FloatTensorType,
    "FP64": data_types.DoubleTensorType,
    "INT64": data_types.Int64TensorType,
}
_OPSETS = {"": 18, "ai.onnx.ml": 3}
"""Of what every converter here knows; left alone, they disagree."""
_NATIVE = ("scikit-learn", "numpy")


class SklearnModel:
    """An estimator, whatever it was saved with."""

    native = "sklearn"

    def __init__(
        self, model: Any, path: Path | None = None, libraries: Sequence[str] = ()
    ) -> None:
        # A search keeps what it found beside all that it tried.
        while hasattr(model, "best_estimator_"):
            model, path = model.best_estimator_, None
        self._model = model
        self._path = path
        self._estimator = Estimator(model)
        self.features = features(model)
        self.columnwise = is_columnwise(model)
        self.classes = _classes(model)
        self.libraries = {
            name: importlib.metadata.version(name) for name in (*_NATIVE, *libraries)
        }
        self.requirements = [
            f"{name}=={version}" for name, version in self.libraries.items()
        ]

    def predict(self, rows: pd.DataFrame) -> dict[str, Array]:
        """`label` and `probabilities`, or `prediction`, or `transformed`."""
        return self._estimator.predict(rows)

    def onnx(self, inputs: Sequence[Input]) -> bytes:
        """The estimator by skl2onnx."""
        types = [(one.name, _TYPES[one.datatype]([None, one.width])) for one in inputs]
        for words in (functions, imputers, targets, trees):
            words.register()
        # Asked of the last step of every pipeline, and unknown to this one alone.
        get_converter("SklearnLinearSVC").get_allowed_options().setdefault("zipmap")
        try:
            made: Any = convert_sklearn(
                prepared(self._model), "model", types, target_opset=_OPSETS
            )
        except Exception as error:
            reason = " ".join(str(error).split())[:200]
            raise Unconvertible(
                f"it cannot be converted to ONNX ({type(error).__name__}: {reason}); "
                "pack it as it is with --flavour sklearn"
            ) from None
        trees.in_floats(made)
        return renamed(made, self._outputs())

    def save(self, folder: Path) -> None:
        """The file as it was given, or else the estimator pickled."""
        folder.mkdir()
        saved = folder / "model.pkl"
        if self._path:
            shutil.copyfile(self._path, saved)
        else:
            saved.write_bytes(pickle.dumps(self._model, protocol=5))

    def _outputs(self) -> list[str]:
        model = self._model
        if not hasattr(model, "predict"):
            return ["transformed"]
        if not is_labelling(model):
            return ["prediction"]
        if not hasattr(model, "predict_proba"):
            return ["label"]
        if isinstance(model.classes_, list):
            targets = range(len(model.classes_))
            return ["label", *(f"probabilities_{at}" for at in targets)]
        return ["label", "probabilities"]


def load(task: Task) -> SklearnModel:
    """The estimator, behind its preprocessors where they came in files of their own."""
    return SklearnModel(*loaded(task))


def loaded(task: Task) -> tuple[Any, Path | None]:
    """What the files hold as one estimator, and the file that holds just that."""
    paths = [Path(one) for one in task.artifacts]
    parts = [unpickle(path, frozenset(task.trusted)) for path in paths]
    if len(parts) == 1:
        return _checked(parts[0]), paths[0]
    models = [one for one in parts if hasattr(one, "predict")]
    if len(models) != 1:
        raise Unconvertible(
            f"of {len(parts)} files {len(models)} hold a model that predicts; give one "
            "such model and its preprocessors, in the order they are applied"
        )
    before = [one for one in parts if one is not models[0]]
    return make_pipeline(*map(_checked, before), models[0]), None


def _checked(model: Any) -> Any:
    if not hasattr(model, "predict") and not hasattr(model, "transform"):
        raise Unconvertible(
            f"it holds {type(model).__name__}, which neither predicts nor transforms; "
            "save the fitted estimator itself"
        )
    return model


def _classes(model: Any) -> list[str | int]:
    classes = getattr(model, "classes_", [])
    if isinstance(classes, list):
        return []
    return [one if isinstance(one, str) else int(one) for one in classes.tolist()]

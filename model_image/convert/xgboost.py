"""XGBoost boosters, from the JSON or UBJSON that `save_model` writes."""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false

import importlib.metadata
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import xgboost
from onnxmltools import convert_xgboost

from model_image.server.manifest import Input
from model_image.server.values import Array

from .boosting import float_types, with_labels
from .graph import renamed
from .original import Feature, Unconvertible
from .task import Task

_ONE = ("binary:logistic",)
_SEVERAL = ("multi:softprob", "multi:softmax")
# Their answers are the sum of the leaves, which a regression is too.
_SUMS = ("rank:pairwise", "rank:ndcg", "rank:map", "binary:logitraw")


class XgboostModel:
    """A booster, which answers as its objective says."""

    native = ""
    columnwise = False
    requirements: Sequence[str] = ()

    def __init__(self, booster: Any) -> None:
        self._booster = booster
        learner = json.loads(booster.save_config())["learner"]
        self._objective: str = learner["objective"]["name"]
        self._kinds = booster.feature_types
        self._names = booster.feature_names
        count = booster.num_features()
        names = self._names or [f"feature_{at}" for at in range(count)]
        self.features = [Feature(name=name) for name in names]
        several = int(learner["learner_model_param"]["num_class"])
        number = 2 if self._objective in _ONE else several
        self.classes: Sequence[int] = list(range(number))
        self.libraries = {"xgboost": importlib.metadata.version("xgboost-cpu")}

    def predict(self, rows: pd.DataFrame) -> dict[str, Array]:
        """`label` and `probabilities` of classes, else `prediction` or `score`."""
        matrix = xgboost.DMatrix(
            rows.to_numpy(np.float32),
            feature_names=self._names,
            feature_types=self._kinds,
            enable_categorical=True,
        )
        if self._objective in _SEVERAL:
            sums = self._booster.predict(matrix, output_margin=True)
            chances = np.exp(sums - sums.max(axis=1, keepdims=True))
            return with_labels(chances / chances.sum(axis=1, keepdims=True))
        made = self._booster.predict(matrix)
        if self._objective in _ONE:
            return with_labels(np.stack([1 - made, made], axis=1))
        return {self._amount(): made}

    def onnx(self, inputs: Sequence[Input]) -> bytes:
        """The booster by onnxmltools."""
        try:
            bare = _bare(self._booster, self._objective)
            made: Any = convert_xgboost(bare, "model", float_types(inputs))
        except Unconvertible:
            raise
        except Exception as error:
            raise Unconvertible(
                f"it cannot be converted to ONNX ({self._objective}, "
                f"{type(error).__name__}: {error})"
            ) from None
        classes = ["label", "probabilities"]
        return renamed(made, classes if self.classes else [self._amount()])

    def save(self, folder: Path) -> None:
        """There is no flavour that runs a booster as it is."""
        raise NotImplementedError

    def _amount(self) -> str:
        return "score" if self._objective in _SUMS else "prediction"


def load(task: Task) -> XgboostModel:
    """The booster in the task's only file."""
    booster = xgboost.Booster()
    booster.load_model(bytearray(Path(task.artifacts[0]).read_bytes()))
    return XgboostModel(booster)


def _bare(booster: Any, objective: str) -> Any:
    """A copy without the names of columns, which onnxmltools knows by place alone."""
    saved = json.loads(booster.save_raw("json"))
    saved["learner"]["feature_names"] = []
    if objective in _SUMS:
        saved["learner"]["objective"] = {
            "name": "reg:squarederror",
            "reg_loss_param": {"scale_pos_weight": "1"},
        }
    bare = xgboost.Booster()
    bare.load_model(bytearray(json.dumps(saved).encode()))
    return bare

"""LightGBM boosters, from the text that `save_model` writes."""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false

import importlib.metadata
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import lightgbm
import numpy as np
import pandas as pd
from onnxmltools import convert_lightgbm

from model_image.server.manifest import Input
from model_image.server.values import Array

from . import sample
from .boosting import float_types, with_labels
from .categories import encoded, number
from .graph import renamed
from .original import Feature, Unconvertible
from .task import Task

_CLASSES = ("binary", "multiclass", "multiclassova")
_SCORES = ("lambdarank", "rank_xendcg")


class LightgbmModel:
    """A booster, with the categories of the table that it was trained on."""

    native = ""
    requirements: Sequence[str] = ()

    def __init__(
        self, booster: Any, names: Sequence[str], texts: Sequence[str]
    ) -> None:
        self._booster = booster
        about = booster.dump_model(num_iteration=1)
        self._objective = str(about.get("objective", "")).partition(" ")[0]
        known = booster.pandas_categorical or []
        columns = [*texts] or _coded(about, names)
        if known and len(known) != len(columns):
            raise Unconvertible(
                f"{len(known)} of its columns were categories in pandas; give rows "
                "with --data, with text in just these columns"
            )
        self._categories = dict(zip(columns, known, strict=False))
        self.features = [_feature(one, self._categories.get(one)) for one in names]
        self.columnwise = bool(self._categories)
        several = max(2, about["num_class"]) if self._objective in _CLASSES else 0
        self.classes: Sequence[int] = list(range(several))
        self.libraries = {"lightgbm": importlib.metadata.version("lightgbm")}

    def predict(self, rows: pd.DataFrame) -> dict[str, Array]:
        """`label` and `probabilities` of classes, else `prediction` or `score`."""
        columns = {name: self._numbers(rows[name]) for name in map(str, rows)}
        # LightGBM takes NaN and infinity as float64 only.
        made = np.asarray(self._booster.predict(np.stack([*columns.values()], axis=1)))
        if not self.classes:
            return {self._amount(): made}
        if made.ndim == 1:
            made = np.stack([1 - made, made], axis=1)
        return with_labels(made)

    def onnx(self, inputs: Sequence[Input]) -> bytes:
        """The booster by onnxmltools, behind encoders of its categories."""
        table = inputs
        if self._categories:
            table = (Input("matrix", number(inputs), (-1, len(inputs))),)
        try:
            made: Any = convert_lightgbm(
                self._booster, "model", float_types(table), zipmap=False
            )
        except Unconvertible:
            raise
        except Exception as error:
            raise Unconvertible(
                f"it cannot be converted to ONNX ({self._objective}, "
                f"{type(error).__name__}: {error})"
            ) from None
        if self._categories:
            encoded(made, inputs, self._categories)
        classes = ["label", "probabilities"]
        return renamed(made, classes if self.classes else [self._amount()])

    def save(self, folder: Path) -> None:
        """There is no flavour that runs a booster as it is."""
        raise NotImplementedError

    def _numbers(self, column: Any) -> Array:
        known = self._categories.get(str(column.name))
        if known is None:
            return column.to_numpy(np.float64)
        places = {value: float(at) for at, value in enumerate(known)}
        return np.array([places.get(one, np.nan) for one in column])

    def _amount(self) -> str:
        return "score" if self._objective in _SCORES else "prediction"


def load(task: Task) -> LightgbmModel:
    """The booster in the task's only file, its columns named as in the sample."""
    booster = lightgbm.Booster(model_file=task.artifacts[0])
    names = [str(name) for name in booster.feature_name()]
    rows = sample.given(task)
    if rows is None:
        return LightgbmModel(booster, names, [])
    # LightGBM writes an underscore for every space in a name.
    own = {str(name).replace(" ", "_"): str(name) for name in rows}
    names = [own.get(name, name) for name in names]
    texts = [name for name in names if name in rows and rows[name].dtype.kind == "O"]
    return LightgbmModel(booster, names, texts)


def _coded(about: dict[str, Any], names: Sequence[str]) -> list[str]:
    """The columns that trees split by category."""
    infos = about["feature_infos"]
    written = about["feature_names"]
    pairs = zip(names, written, strict=True)
    return [name for name, one in pairs if infos.get(one, {}).get("values")]


def _feature(name: str, categories: list[Any] | None) -> Feature:
    if categories is None:
        return Feature(name=name)
    kind = "text" if all(isinstance(one, str) for one in categories) else "whole"
    return Feature(name=name, kind=kind, categories=tuple(categories))

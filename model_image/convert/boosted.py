"""Estimators of XGBoost and LightGBM, alone or as steps of a scikit-learn pipeline."""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false

import sys
from collections.abc import Callable
from typing import Any

from skl2onnx import update_registered_converter
from skl2onnx.common.shape_calculator import (
    calculate_linear_classifier_output_shapes,
    calculate_linear_regressor_output_shapes,
)

from .sklearn import SklearnModel, loaded
from .task import Task

_OPTIONS = {"nocl": [True, False], "zipmap": [True, False, "columns"]}
_DISTRIBUTIONS = {"xgboost": "xgboost-cpu", "lightgbm": "lightgbm"}


def load(task: Task) -> SklearnModel:
    """The estimator; skl2onnx learns of the libraries that its file has imported."""
    model, path = loaded(task)
    used = [name for name in _DISTRIBUTIONS if name in sys.modules]
    for name in used:
        _REGISTER[name]()
    return SklearnModel(model, path, [_DISTRIBUTIONS[name] for name in used])


def _register_xgboost() -> None:
    import xgboost
    from onnxmltools.convert.xgboost.operator_converters.XGBoost import convert_xgboost

    for one in (xgboost.XGBClassifier, xgboost.XGBRFClassifier):
        _register_classifier(one, convert_xgboost)
    for one in (xgboost.XGBRegressor, xgboost.XGBRFRegressor):
        _register_regressor(one, convert_xgboost)


def _register_lightgbm() -> None:
    import lightgbm
    from onnxmltools.convert.lightgbm.operator_converters.LightGbm import (
        convert_lightgbm,
    )

    _register_classifier(lightgbm.LGBMClassifier, convert_lightgbm)
    _register_regressor(lightgbm.LGBMRegressor, convert_lightgbm)


_REGISTER = {"xgboost": _register_xgboost, "lightgbm": _register_lightgbm}


def _register_classifier(kind: type, convert: Callable[..., Any]) -> None:
    update_registered_converter(
        kind,
        f"Slipway{kind.__name__}",
        calculate_linear_classifier_output_shapes,
        convert,
        options=_OPTIONS,
        overwrite=True,
    )


def _register_regressor(kind: type, convert: Callable[..., Any]) -> None:
    update_registered_converter(
        kind,
        f"Slipway{kind.__name__}",
        calculate_linear_regressor_output_shapes,
        convert,
        overwrite=True,
    )

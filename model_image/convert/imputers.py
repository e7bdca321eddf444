"""Imputers of numbers in any precision, with the columns that tell what was missing."""

from typing import Any

import numpy as np
from onnx import TensorProto
from skl2onnx import update_registered_converter
from skl2onnx.common._registration import get_converter, get_shape_calculator
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType
from sklearn.impute import SimpleImputer

from .functions import node

_THEIRS = "SklearnImputer"


def register() -> None:
    """Let skl2onnx convert a SimpleImputer of doubles, and one with indicators."""
    update_registered_converter(
        SimpleImputer, "SlipwaySimpleImputer", _shapes, _convert, overwrite=True
    )


def _shapes(operator: Any) -> None:
    if not _is_ours(operator):
        get_shape_calculator(_THEIRS)(operator)
        return
    model = operator.raw_operator
    made = _number(operator)
    operator.outputs[0].type = made([None, len(model.statistics_) + len(_told(model))])


def _convert(scope: Any, operator: Any, container: Any) -> None:
    if not _is_ours(operator):
        get_converter(_THEIRS)(scope, operator, container)
        return
    model = operator.raw_operator
    made = _number(operator)
    dtype, kind = np.float32, TensorProto.FLOAT
    if made is DoubleTensorType:
        dtype, kind = np.float64, TensorProto.DOUBLE
    given: Any = operator.inputs[0]
    if len(operator.inputs) > 1:
        given = node("Concat", container, *operator.inputs, axis=1)
    if type(operator.inputs[0].type) is not made:
        given = node("Cast", container, given, to=kind)
    missing = node("IsNaN", container, given)
    filled = node("Where", container, missing, model.statistics_.astype(dtype), given)
    if len(_told(model)):
        some = node("Gather", container, missing, _told(model), axis=1)
        told = node("Cast", container, some, to=kind)
        filled = node("Concat", container, filled, told, axis=1)
    last = node("Identity", container, filled, output_names=operator.outputs[:1])
    last.add_to(scope, container)


def _is_ours(operator: Any) -> bool:
    model = operator.raw_operator
    fills = model.statistics_
    if fills.dtype.kind != "f" or model.missing_values == model.missing_values:
        return False
    return not np.isnan(fills).any()


def _told(model: Any) -> Any:
    """The columns of which a further column says whether they were missing."""
    indicator = getattr(model, "indicator_", None)
    return np.array([] if indicator is None else indicator.features_, np.int64)


def _number(operator: Any) -> Any:
    doubles = any(isinstance(one.type, DoubleTensorType) for one in operator.inputs)
    return DoubleTensorType if doubles else FloatTensorType

"""Regressors of a transformed target, which skl2onnx has no words for."""

from typing import Any

from skl2onnx import update_registered_converter
from skl2onnx.algebra.onnx_operator import OnnxSubEstimator
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType
from sklearn.compose import TransformedTargetRegressor

from .functions import applied, node


def register() -> None:
    """Let skl2onnx convert one whose inverse is among NumPy's functions."""
    update_registered_converter(
        TransformedTargetRegressor,
        "SlipwayTransformedTargetRegressor",
        _shapes,
        _convert,
        overwrite=True,
    )


def _shapes(operator: Any) -> None:
    doubles = any(isinstance(one.type, DoubleTensorType) for one in operator.inputs)
    made = DoubleTensorType if doubles else FloatTensorType
    operator.outputs[0].type = made([None, 1])


def _convert(scope: Any, operator: Any, container: Any) -> None:
    model = operator.raw_operator
    given: Any = operator.inputs[0]
    if len(operator.inputs) > 1:
        given = node("Concat", container, *operator.inputs, axis=1)
    inner = OnnxSubEstimator(model.regressor_, given, op_version=container.target_opset)
    doubles = type(operator.outputs[0].type) is DoubleTensorType
    inverse = getattr(model.transformer_, "inverse_func", model.transformer_)
    value = applied(inverse, inner, container, doubles=doubles)
    last = node("Identity", container, value, output_names=operator.outputs[:1])
    last.add_to(scope, container)

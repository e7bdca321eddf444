"""NumPy's functions in a FunctionTransformer, which skl2onnx has no words for."""

from typing import Any

import numpy as np
from onnx import TensorProto
from skl2onnx import update_registered_converter
from skl2onnx.algebra import onnx_ops
from skl2onnx.common.data_types import DoubleTensorType, FloatTensorType
from sklearn.preprocessing import FunctionTransformer

_OPERATORS: dict[Any, tuple[str, ...]] = {
    None: ("Identity",),
    np.abs: ("Abs",),
    np.ceil: ("Ceil",),
    np.cos: ("Cos",),
    np.exp: ("Exp",),
    np.expm1: ("Exp", "Sub 1"),
    np.floor: ("Floor",),
    np.log: ("Log",),
    np.log1p: ("Add 1", "Log"),
    np.negative: ("Neg",),
    np.reciprocal: ("Reciprocal",),
    np.rint: ("Round",),
    np.sign: ("Sign",),
    np.sin: ("Sin",),
    np.sqrt: ("Sqrt",),
    np.square: ("Pow 2",),
    np.tan: ("Tan",),
    np.tanh: ("Tanh",),
}
"""The operators to apply one after the other, some with a second operand."""


def register() -> None:
    """Let skl2onnx convert a FunctionTransformer of one of these functions."""
    update_registered_converter(
        FunctionTransformer,
        "SlipwayFunctionTransformer",
        _shapes,
        _convert,
        overwrite=True,
    )


def _shapes(operator: Any) -> None:
    widths = [one.type.shape[1] for one in operator.inputs]
    given = type(operator.inputs[0].type)
    kept = operator.raw_operator.func is None or given is DoubleTensorType
    made = given if kept else FloatTensorType
    operator.outputs[0].type = made([None, sum(widths)])


def _convert(scope: Any, operator: Any, container: Any) -> None:
    made = type(operator.outputs[0].type)
    value = operator.inputs[0]
    if len(operator.inputs) > 1:
        value = node("Concat", container, *operator.inputs, axis=1)
    if type(operator.inputs[0].type) is not made:
        value = node("Cast", container, value, to=TensorProto.FLOAT)
    doubles = made is DoubleTensorType
    value = applied(operator.raw_operator.func, value, container, doubles=doubles)
    last = node("Identity", container, value, output_names=operator.outputs[:1])
    last.add_to(scope, container)


def applied(function: Any, value: Any, container: Any, *, doubles: bool) -> Any:
    """The value behind the function's operators; NotImplementedError for others."""
    if function not in _OPERATORS:
        raise NotImplementedError(f"there are no ONNX operators for {function!r}")
    for words in _OPERATORS[function]:
        name, _, number = words.partition(" ")
        dtype = np.float64 if doubles else np.float32
        operands = [np.array([number], dtype)] if number else []
        value = node(name, container, value, *operands)
    return value


def node(name: str, container: Any, *operands: Any, **options: Any) -> Any:
    """An operator; skl2onnx has a class for each, made when it is imported."""
    make = getattr(onnx_ops, f"Onnx{name}")
    return make(*operands, op_version=container.target_opset, **options)

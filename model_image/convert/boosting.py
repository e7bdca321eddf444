"""What boosters of every library have in common once they are ONNX."""

# pyright: reportMissingImports=false, reportAttributeAccessIssue=false

from collections.abc import Sequence
from typing import Any

from onnxmltools.convert.common.data_types import DoubleTensorType, FloatTensorType

from model_image.server.manifest import Input
from model_image.server.values import Array

from .original import Unconvertible


def float_types(inputs: Sequence[Input]) -> list[tuple[str, Any]]:
    """A booster's only input for onnxmltools; raises Unconvertible for other ones."""
    if len(inputs) != 1 or inputs[0].datatype not in ("FP32", "FP64"):
        text = next(one.name for one in inputs if one.datatype == "BYTES")
        raise Unconvertible(
            f"the column {text!r} holds text, and the model takes numbers"
        )
    only = inputs[0]
    kind = FloatTensorType if only.datatype == "FP32" else DoubleTensorType
    return [(only.name, kind([None, only.width]))]


def with_labels(probabilities: Array) -> dict[str, Array]:
    """The likeliest class beside its chances, as the libraries' own classifiers say."""
    return {"label": probabilities.argmax(axis=1), "probabilities": probabilities}

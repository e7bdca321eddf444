"""The model as every peer's own handler holds it: the same checks, the same session."""

import math
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

FOLDER = Path(os.environ["BENCHMARK_MODEL"])


class InvalidRows(ValueError):
    """The caller's fault; the message says which value, what is asked, what came."""


class OnnxModel:
    """The packed model behind the checks that Slipway makes of a tensor."""

    def __init__(self) -> None:
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = options.inter_op_num_threads = 1
        file = str(FOLDER / "model.onnx")
        self._session = onnxruntime.InferenceSession(file, options)
        tensor = self._session.get_inputs()[0]
        self.name: str = tensor.name
        self.width: int = tensor.shape[1]
        self.outputs: list[str] = [one.name for one in self._session.get_outputs()]

    def checked_tensor(
        self, name: str, datatype: str, shape: Sequence[int], data: Sequence[Any]
    ) -> Any:
        """The array that a tensor of the Open Inference Protocol stands for."""
        if name != self.name or datatype != "FP32":
            raise InvalidRows(f"{self.name} in FP32 is asked, not {name} in {datatype}")
        if len(shape) != 2 or shape[0] < 1 or shape[1] != self.width:
            raise InvalidRows(f"shape [rows, {self.width}] is asked, not {shape}")
        if len(data) != shape[0] * self.width:
            raise InvalidRows(f"shape {shape} is not that of {len(data)} values")
        return self._array(data).reshape(shape)

    def checked_rows(self, rows: Sequence[Sequence[Any]]) -> Any:
        """The array that plain rows stand for."""
        if not rows:
            raise InvalidRows("at least one row is asked")
        for index, row in enumerate(rows):
            if len(row) != self.width:
                raise InvalidRows(f"row {index} has {len(row)} values, {self.width=}")
        values = [value for row in rows for value in row]
        return self._array(values).reshape(len(rows), self.width)

    def answers(self, array: Any) -> dict[str, Any]:
        """The arrays of every output, by name."""
        made = self._session.run(None, {self.name: array})
        return dict(zip(self.outputs, made, strict=True))

    def _array(self, values: Sequence[Any]) -> Any:
        import numpy

        for index, value in enumerate(values):
            is_number = type(value) is float or type(value) is int
            if not is_number or not math.isfinite(value):
                raise InvalidRows(f"value {index} is {value!r}, a number is asked")
        return numpy.array(values, dtype=numpy.float32)


def estimator() -> Any:
    """The model as scikit-learn saved it."""
    import joblib

    return joblib.load(FOLDER / "model.joblib")

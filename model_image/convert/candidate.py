"""A converted model before it is a package, run as the server will run it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import onnxruntime as ort

from model_image.server.manifest import Input
from model_image.server.values import Array

from .original import Unconvertible


class OnnxCandidate:
    """An ONNX model in memory."""

    def __init__(self, onnx: bytes, inputs: Sequence[Input]) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 4
        try:
            self._session = ort.InferenceSession(
                onnx, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            reason = str(error).partition("\n")[0][:300]
            raise Unconvertible(
                f"onnxruntime cannot load the converted model: {reason}"
            ) from None
        self._names = [one.name for one in self._session.get_outputs()]
        self._texts = [one.name for one in inputs if one.datatype == "BYTES"]
        self._known = {one.name for one in self._session.get_inputs()}

    def run(self, arrays: dict[str, Array]) -> dict[str, Array]:
        """Every output, by name."""
        given = {name: arrays[name] for name in arrays if name in self._known}
        for name in self._texts:
            values = arrays[name]
            given[name] = np.where(values == None, "", values)  # noqa: E711
        try:
            made: Sequence[Any] = self._session.run(None, given)
        except Exception as error:
            reason = str(error).partition("\n")[0][:300]
            raise Unconvertible(f"the converted model fails: {reason}") from None
        return dict(zip(self._names, made, strict=True))

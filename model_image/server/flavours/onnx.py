"""A model in the ONNX format, run by onnxruntime."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from ..manifest import MODEL, Input, Manifest, ManifestError, Output
from ..values import Array

_ONNX_TYPES = {
    "tensor(bool)": "BOOL",
    "tensor(string)": "BYTES",
    "tensor(float16)": "FP16",
    "tensor(float)": "FP32",
    "tensor(double)": "FP64",
} | {
    f"tensor({sign}int{bits})": f"{sign.upper()}INT{bits}"
    for sign in ("", "u")
    for bits in (8, 16, 32, 64)
}


class OnnxModel:
    """A loaded model, which takes and gives exactly what its manifest says."""

    def __init__(self, folder: Path, manifest: Manifest, threads: int) -> None:
        options = ort.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        # Spinning threads would eat the container's share while nothing is asked.
        options.add_session_config_entry("session.intra_op.allow_spinning", "0")
        path = folder / MODEL
        try:
            self._session = ort.InferenceSession(
                path, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            first_line = str(error).partition("\n")[0]
            raise ManifestError(
                f"{path} cannot be loaded by onnxruntime "
                f"{ort.__version__}: {first_line}"
            ) from None
        self.outputs = tuple(output.name for output in manifest.outputs)
        self._texts = [one.name for one in manifest.inputs if _misses_text(one)]
        _check(path, "input", manifest.inputs, self._session.get_inputs())
        _check(path, "output", manifest.outputs, self._session.get_outputs())

    def run(
        self, arrays: dict[str, Array], outputs: tuple[str, ...] | None = None
    ) -> dict[str, Array]:
        """The named outputs, or all in the manifest's order."""
        names = self.outputs if outputs is None else outputs
        for name in self._texts:
            # A tensor of strings knows no missing value; converted models take "".
            given = arrays[name]
            arrays = {**arrays, name: np.where(given == None, "", given)}  # noqa: E711
        tensors: Sequence[Any] = self._session.run(names, arrays)
        return dict(zip(names, tensors, strict=True))


def _misses_text(tensor: Input) -> bool:
    return tensor.datatype == "BYTES" and any(one.missing for one in tensor.columns)


def _check(
    path: Path, noun: str, declared: Sequence[Input | Output], found: Sequence[Any]
) -> None:
    types = {node.name: _ONNX_TYPES.get(node.type, node.type) for node in found}
    for tensor in declared:
        if types.get(tensor.name) != tensor.datatype:
            got = types.get(tensor.name, f"no such {noun}")
            raise ManifestError(
                f"{path} does not fit its manifest: {noun} {tensor.name!r} is "
                f"{tensor.datatype} there, and {got} in the model; pack again"
            )
    if noun == "input" and len(types) > len(declared):
        missing = sorted(types.keys() - {tensor.name for tensor in declared})
        raise ManifestError(
            f"{path} takes inputs its manifest does not name: {', '.join(missing)}; "
            "pack again"
        )


load = OnnxModel

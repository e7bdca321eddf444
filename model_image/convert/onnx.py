"""A model that is ONNX already: described, freed of maps, and otherwise kept."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime as ort
import pandas as pd
from onnx import ModelProto, helper

from model_image.server.manifest import Input
from model_image.server.values import Array

from . import sample
from .graph import finished, flattened
from .original import Unconvertible
from .schema import datatype_of
from .task import Task
from .tensors import Tensor, Tensors


class OnnxModel:
    """The user's own graph; run row by row where it was exported for one row."""

    native = ""
    columnwise = True
    requirements: Sequence[str] = ()

    def __init__(self, model: ModelProto, rows: pd.DataFrame | None) -> None:
        held = {one.name for one in model.graph.initializer}
        asked = [one for one in model.graph.input if one.name not in held]
        self._single = [_rows_of(one) for one in asked].count(1) > 0
        self._tensors = Tensors([_tensor(one) for one in asked], rows, "FP32")
        self.features = self._tensors.features
        self.classes = _classes(model)
        self.libraries = {"onnx": onnx.__version__, "onnxruntime": ort.__version__}
        kept = finished(model, flattened(model))
        self._names = [one.name for one in onnx.load_from_string(kept).graph.output]
        self._session = _session(kept)
        self._onnx = _freed(kept) if self._single else kept

    def predict(self, rows: pd.DataFrame) -> dict[str, Array]:
        """Every output by its own name."""
        arrays = self._tensors.arrays(rows)
        step = 1 if self._single else max(1, len(rows))
        parts = [
            self._session.run(
                None, {name: one[at : at + step] for name, one in arrays.items()}
            )
            for at in range(0, len(rows), step)
        ]
        made = {}
        for name, *values in zip(self._names, *parts, strict=True):
            if any(np.ndim(one) == 0 for one in values):
                raise Unconvertible(f"its output {name!r} has no dimension of rows")
            made[name] = np.concatenate(values)
            if len(made[name]) != len(rows):
                raise Unconvertible(
                    f"its output {name!r} has {len(made[name])} rows for {len(rows)} "
                    "asked; export it with the rows as first dimension of each output"
                )
        return made

    def onnx(self, inputs: Sequence[Input]) -> bytes:
        """The same graph, for any number of rows."""
        return self._onnx

    def save(self, folder: Path) -> None:
        """There is nothing else to keep."""
        raise NotImplementedError


def load(task: Task) -> OnnxModel:
    """The graph in the task's only file."""
    model = onnx.load(task.artifacts[0], load_external_data=False)
    if any(one.external_data for one in model.graph.initializer):
        raise Unconvertible(
            "it keeps weights in other files; save it as one with "
            "`onnx.save(onnx.load(FILE), NEW)`"
        )
    return OnnxModel(model, sample.given(task))


def _tensor(value: Any) -> Tensor:
    kind = value.type.tensor_type
    if not value.type.HasField("tensor_type"):
        raise Unconvertible(f"its input {value.name!r} is no tensor")
    dtype = np.dtype(helper.tensor_dtype_to_np_dtype(kind.elem_type))
    sizes = None
    if kind.HasField("shape"):
        sizes = tuple(one.dim_value or None for one in kind.shape.dim[1:])
    return Tensor(name=value.name, sizes=sizes, datatype=datatype_of(dtype))


def _rows_of(value: Any) -> int:
    """How many rows it was exported for; 0 is any number."""
    sizes = value.type.tensor_type.shape.dim
    rows = sizes[0].dim_value if sizes else 0
    if rows > 1:
        raise Unconvertible(
            f"its input {value.name!r} takes exactly {rows} rows; export it with a "
            "dynamic first dimension (`dynamic_axes` in torch.onnx.export)"
        )
    return rows


def _freed(model: bytes) -> bytes:
    """The same for any number of rows, which the trial then proves or refuses."""
    freed = onnx.load_from_string(model)
    for value in freed.graph.input:
        if value.type.tensor_type.shape.dim:
            value.type.tensor_type.shape.dim[0].dim_param = "rows"
    del freed.graph.value_info[:]
    return freed.SerializeToString(deterministic=True)


def _classes(model: ModelProto) -> list[str | int]:
    """What a map of probabilities was keyed by."""
    for node in model.graph.node:
        if node.op_type == "ZipMap":
            for one in node.attribute:
                return [text.decode() for text in one.strings] or [*one.ints]
    return []


def _session(model: bytes) -> ort.InferenceSession:
    options = ort.SessionOptions()
    options.log_severity_level = 4
    options.intra_op_num_threads = 1
    try:
        return ort.InferenceSession(model, options, providers=["CPUExecutionProvider"])
    except Exception as error:
        reason = str(error).partition("\n")[0][:300]
        raise Unconvertible(f"onnxruntime cannot load it: {reason}") from None

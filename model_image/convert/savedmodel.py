"""TensorFlow SavedModels, by their serving signature."""

import importlib
import importlib.metadata
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
import pandas as pd
from numpy import dtype

from model_image.server.flavours.tensorflow import SIGNATURE, TensorflowModel
from model_image.server.manifest import Input
from model_image.server.values import Array

from . import sample
from .graph import finished
from .original import Unconvertible, first_line
from .schema import datatype_of
from .task import Task
from .tensors import Tensor, Tensors

tf: Any = importlib.import_module("tensorflow")
tf2onnx: Any = importlib.import_module("tf2onnx.convert")
tf_loader: Any = importlib.import_module("tf2onnx.tf_loader")

OPSET = 18


class SavedModel:
    """A SavedModel, run by its signature as the server would run it."""

    native = "tensorflow"
    columnwise = True
    classes = ()

    def __init__(self, path: Path, rows: pd.DataFrame | None) -> None:
        self._path = path
        loaded = _loaded(path)
        if SIGNATURE not in loaded.signatures:
            raise Unconvertible(
                f"the SavedModel has no signature {SIGNATURE!r}; save it with one"
            )
        self._model = TensorflowModel(loaded)
        signature = loaded.signatures[SIGNATURE]
        self._outputs = sorted(signature.structured_outputs)
        _, asked = signature.structured_input_signature
        # TensorFlow gives them in another order each time.
        tensors = [_tensor(name, asked[name]) for name in sorted(asked)]
        self._tensors = Tensors(tensors, rows, "FP32")
        self.features = self._tensors.features
        names = ("tensorflow-cpu", "numpy")
        self.libraries = {name: importlib.metadata.version(name) for name in names}
        self.requirements = [f"{name}=={self.libraries[name]}" for name in names]

    def predict(self, rows: pd.DataFrame) -> dict[str, Array]:
        """The signature's outputs, under its own names."""
        return self._model.run(self._tensors.arrays(rows), tuple(self._outputs))

    def onnx(self, inputs: Sequence[Input]) -> bytes:
        """The signature by tf2onnx, with the tables that its graph looks up."""
        try:
            graph, names, outputs, tables, renamed = tf_loader.from_saved_model(
                str(self._path),
                None,
                None,
                signatures=[SIGNATURE],
                return_initialized_tables=True,
                return_tensors_to_rename=True,
            )
            # tf2onnx's public functions lose the tables.
            made, _ = tf2onnx._convert_common(
                graph,
                name="model",
                opset=OPSET,
                input_names=names,
                output_names=outputs,
                initialized_tables=tables,
                tensors_to_rename=renamed,
            )
        except Exception as error:
            raise Unconvertible(
                f"it cannot be converted to ONNX ({first_line(error)}); pack it as it "
                "is with --flavour tensorflow"
            ) from None
        _check_known(made.graph)
        return finished(made, {name: name for name in self._outputs})

    def save(self, folder: Path) -> None:
        """The files as they were given."""
        shutil.copytree(self._path, folder)


def load(task: Task) -> SavedModel:
    """The SavedModel in the task's only folder."""
    return SavedModel(Path(task.artifacts[0]), sample.given(task))


def _check_known(graph: onnx.GraphProto) -> None:
    """tf2onnx leaves what it cannot carry as it was."""
    unknown = {
        node.op_type
        for node in graph.node
        if not onnx.defs.has(node.op_type, node.domain)
    }
    if unknown:
        raise Unconvertible(
            f"it cannot be converted to ONNX, which has no {', '.join(sorted(unknown))}"
            "; pack it as it is with --flavour tensorflow"
        )


def _loaded(path: Path) -> Any:
    try:
        return tf.saved_model.load(str(path))
    except Exception as error:
        raise Unconvertible(
            f"TensorFlow {tf.__version__} cannot load it ({first_line(error)}); save "
            "it again with TensorFlow 2"
        ) from None


def _tensor(name: str, spec: Any) -> Tensor:
    sizes = None if spec.shape.rank is None else tuple(spec.shape)
    if sizes is not None and (not sizes or sizes[0] is not None):
        raise Unconvertible(
            f"the model's input {name!r} has the fixed shape {list(sizes)}; save it "
            "with None for the number of rows"
        )
    datatype = datatype_of(dtype(spec.dtype.as_numpy_dtype))
    return Tensor(name=name, sizes=sizes and sizes[1:], datatype=datatype)

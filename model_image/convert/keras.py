"""Keras models, from .keras and .h5 files."""

import importlib
import re
import tempfile
from pathlib import Path
from typing import Any

import pandas as pd

from model_image.server.flavours.tensorflow import SIGNATURE, array
from model_image.server.values import Array

from . import sample
from .original import Unconvertible, first_line
from .savedmodel import SavedModel, tf
from .task import Task

keras: Any = importlib.import_module("keras")

_HDF5 = b"\x89HDF\r\n\x1a\n"
_MADE_UP = re.compile(r"(keras_tensor|input|input_layer)(_\d+)?")


class KerasModel(SavedModel):
    """A model that Keras itself runs; everything else is done with its export."""

    def __init__(self, model: Any, exported: Path, rows: pd.DataFrame | None) -> None:
        super().__init__(exported, rows)
        self._keras = model
        self._order = _names(model)

    def predict(self, rows: pd.DataFrame) -> dict[str, Array]:
        """The model's answers: by their key, or `output`, `output_1` and on."""
        arrays = self._tensors.arrays(rows)
        given = [tf.constant(arrays[name]) for name in self._order]
        return {name: array(one) for name, one in _asked(self._keras, given).items()}


def load(task: Task) -> KerasModel:
    """The model without what only training needs, and nothing in it that is code."""
    path = Path(task.artifacts[0])
    with path.open("rb") as file:
        suffix = ".h5" if file.read(len(_HDF5)) == _HDF5 else ".keras"
    scratch = Path(tempfile.mkdtemp())
    # Keras goes by the name of a file.
    named = scratch / f"model{suffix}"
    named.symlink_to(path.absolute())
    try:
        model = keras.models.load_model(named, compile=False, safe_mode=True)
    except Exception as error:
        raise Unconvertible(
            f"Keras {keras.__version__} cannot load it ({first_line(error)}); save it "
            "again with Keras 3"
        ) from None
    _export(model, scratch / "exported")
    return KerasModel(model, scratch / "exported", sample.given(task))


def _export(model: Any, folder: Path) -> None:
    """A SavedModel whose signature has the names that callers see."""
    specs = [
        tf.TensorSpec(one.shape, one.dtype, name)
        for one, name in zip(model.inputs, _names(model), strict=True)
    ]

    @tf.function(input_signature=specs)
    def serve(*given: Any) -> Any:
        return _asked(model, list(given))

    tf.saved_model.save(model, str(folder), signatures={SIGNATURE: serve})
    # It holds a random number, and the same model is to be the same package.
    (folder / "fingerprint.pb").unlink(missing_ok=True)


def _asked(model: Any, given: list[Any]) -> dict[str, Any]:
    # A Sequential model has no structure of inputs, nor needs one.
    structure = getattr(model, "input", None)
    packed = keras.tree.pack_sequence_as(structure, given) if structure else given[0]
    made = model(packed, training=False)
    if isinstance(made, dict):
        return made
    parts = made if isinstance(made, list | tuple) else [made]
    return {f"output_{at}" if at else "output": one for at, one in enumerate(parts)}


def _names(model: Any) -> list[str]:
    """The inputs' names; those that Keras made up differ from training to training."""
    inputs = getattr(model, "inputs", None)
    if not inputs:
        raise Unconvertible(
            "the model does not say what it takes; build it with keras.Input, then "
            "save it again"
        )
    return [
        (f"input_{at}" if at else "input") if _MADE_UP.fullmatch(one.name) else one.name
        for at, one in enumerate(inputs)
    ]

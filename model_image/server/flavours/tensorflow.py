"""A SavedModel, run by TensorFlow, for what ONNX cannot carry."""

import importlib
from pathlib import Path
from typing import Any

import numpy as np

from ..manifest import ARTIFACTS, Manifest, ManifestError
from ..values import Array

# By name, for this file is called so too, and only such a package's image has it.
tf: Any = importlib.import_module("tensorflow")

SIGNATURE = "serving_default"


class TensorflowModel:
    """A SavedModel's serving signature, which names its inputs and outputs itself."""

    def __init__(self, loaded: Any) -> None:
        # The function lives only as long as what it was loaded from.
        self._loaded = loaded
        self._serve = loaded.signatures[SIGNATURE]

    def run(
        self, arrays: dict[str, Array], outputs: tuple[str, ...] | None = None
    ) -> dict[str, Array]:
        """The named outputs, or all of the signature."""
        given = {name: tf.constant(values) for name, values in arrays.items()}
        made = {name: array(one) for name, one in self._serve(**given).items()}
        return made if outputs is None else {name: made[name] for name in outputs}


def array(tensor: Any) -> Array:
    """A tensor's values, text as such and not as bytes."""
    values = np.asarray(tensor.numpy())
    if values.dtype.kind not in "OS":
        return values
    texts = [one.decode(errors="replace") for one in values.ravel().tolist()]
    return np.array(texts, object).reshape(values.shape)


def load(folder: Path, manifest: Manifest, threads: int) -> TensorflowModel:
    """The SavedModel in the package's artifacts."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    tf.config.threading.set_inter_op_parallelism_threads(threads)
    path = folder / ARTIFACTS
    try:
        return TensorflowModel(tf.saved_model.load(str(path)))
    except (OSError, KeyError) as error:
        raise ManifestError(
            f"{path} is no SavedModel with the signature {SIGNATURE!r}: {error}"
        ) from None

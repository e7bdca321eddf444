"""A SavedModel, run by TensorFlow, for what ONNX cannot carry."""

# pyright: reportMissingImports=false

from pathlib import Path
from typing import Any

import tensorflow as tf

from ..manifest import ARTIFACTS, Manifest, ManifestError
from ..values import Array

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
        made = {name: one.numpy() for name, one in self._serve(**given).items()}
        return made if outputs is None else {name: made[name] for name in outputs}


def load(folder: Path, manifest: Manifest, threads: int) -> TensorflowModel:
    """The SavedModel in the package's artifacts."""
    tf.config.threading.set_intra_op_parallelism_threads(threads)
    path = folder / ARTIFACTS
    try:
        return TensorflowModel(tf.saved_model.load(str(path)))
    except (OSError, KeyError) as error:
        raise ManifestError(
            f"{path} is no SavedModel with the signature {SIGNATURE!r}: {error}"
        ) from None

"""A class of the user's own, which is its own original and its own flavour."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from model_image.server.flavours.python import predictor
from model_image.server.manifest import Input
from model_image.server.values import Array

from .original import Feature, Unconvertible
from .task import Task

_INPUT = Path("/input")


class OwnModel:
    """Somebody's `predict(frame)`, whatever it gives, as arrays by name."""

    native = "python"
    columnwise = True
    classes: Sequence[str | int] = ()
    features: Sequence[Feature] = ()
    requirements: Sequence[str] = ()

    def __init__(self, predictor: Any, entry: str, artifacts: Sequence[Path]) -> None:
        self._predictor = predictor
        self._entry = entry
        self._artifacts = artifacts
        self.libraries: dict[str, str] = {}

    def predict(self, rows: pd.DataFrame) -> dict[str, Array]:
        """Its outputs by name; an answer without names is `prediction`."""
        given = self._predictor.predict(rows.copy())
        if isinstance(given, Mapping | pd.DataFrame):
            made = {str(name): _array(given[name]) for name in given}
        else:
            made = {"prediction": _array(given)}
        for name, values in made.items():
            if not values.ndim or len(values) != len(rows):
                raise Unconvertible(
                    f"{self._entry} gives {name!r} of shape {list(values.shape)} for "
                    f"{len(rows)} rows; give one answer per row"
                )
        if not made:
            raise Unconvertible(f"{self._entry} gives no output at all")
        return made

    def onnx(self, inputs: Sequence[Input]) -> bytes:
        """Code is never converted."""
        raise Unconvertible("code of your own is packed with the flavour python")

    def save(self, folder: Path) -> None:
        """The files as they were given."""
        folder.mkdir()
        for path in self._artifacts:
            _copy(path, folder / path.name)


def load(task: Task) -> OwnModel:
    """The object behind the task's entry, its files beside it as in a package."""
    if not task.sample:
        raise Unconvertible(
            "code does not say what it takes; give rows of its input with --data"
        )
    return OwnModel(
        predictor(_INPUT, task.entry), task.entry, [Path(one) for one in task.artifacts]
    )


def _array(given: Any) -> Array:
    values = np.asarray(given)
    if values.dtype.kind in "OSUmM":
        return values.astype(str).astype(object)
    return values


def _copy(path: Path, target: Path) -> None:
    if path.is_dir():
        target.mkdir()
        for one in path.iterdir():
            _copy(one, target / one.name)
    else:
        target.write_bytes(path.read_bytes())

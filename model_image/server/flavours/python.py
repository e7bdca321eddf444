"""The user's own class: `load(folder)` once, then `predict(frame)` for each request."""

import importlib
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..manifest import ARTIFACTS, CODE, Manifest, ManifestError
from ..values import Array
from .frame import frame, named


class PythonModel:
    """A model behind somebody's code, held to what its manifest says."""

    def __init__(self, predict: Callable[[Any], Any], manifest: Manifest) -> None:
        self._predict = predict
        self._manifest = manifest

    def run(
        self, arrays: dict[str, Array], outputs: tuple[str, ...] | None = None
    ) -> dict[str, Array]:
        """The named outputs, or all in the manifest's order."""
        given = self._predict(frame(arrays, self._manifest.inputs))
        made = named(given, self._manifest.outputs)
        rows = len(next(iter(arrays.values())))
        for name, values in made.items():
            if len(values) != rows:
                raise ValueError(f"{name!r} has {len(values)} rows for {rows} asked")
        return made if outputs is None else {name: made[name] for name in outputs}


def load(folder: Path, manifest: Manifest, threads: int) -> PythonModel:
    """The model behind the package's entry point."""
    return PythonModel(predictor(folder, manifest.entry).predict, manifest)


def predictor(folder: Path, entry: str) -> Any:
    """An object of the class that `entry` names, loaded from the package's files."""
    module, _, name = entry.partition(":")
    sys.path.insert(0, str(folder / CODE))
    try:
        made = getattr(importlib.import_module(module), name)()
        made.load(folder / ARTIFACTS)
        if not callable(getattr(made, "predict", None)):
            raise AttributeError(f"{name} has no method predict")
    except Exception as error:
        raise ManifestError(
            f"{entry} could not be loaded ({type(error).__name__}: {error}); it needs "
            "a class with load(folder) and predict(frame)"
        ) from error
    return made

"""The user's own class: `load(folder)` once, then `predict(frame)` for each request."""

import importlib
import os
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..manifest import ARTIFACTS, CODE, Manifest, ManifestError
from ..values import Array
from .frame import frame, named


class PythonModel:
    """
    A model behind somebody's code, held to what its manifest says.

    `predict` may be called from several threads at once.
    """

    def __init__(
        self, predict: Callable[[Any], Any], manifest: Manifest, threads: int
    ) -> None:
        self._predict = predict
        self._manifest = manifest
        # joblib would ask commands for the number, and there are none in an image.
        os.environ.setdefault("LOKY_MAX_CPU_COUNT", str(threads))

    def run(
        self, arrays: dict[str, Array], outputs: tuple[str, ...] | None = None
    ) -> dict[str, Array]:
        """The named outputs, or all in the manifest's order."""
        try:
            given = self._predict(frame(arrays, self._manifest.inputs))
        except SystemExit as error:
            raise RuntimeError("the model's code asked the server to exit") from error
        made = named(given, self._manifest.outputs)
        rows = len(next(iter(arrays.values())))
        for name, values in made.items():
            if len(values) != rows:
                raise ValueError(f"{name!r} has {len(values)} rows for {rows} asked")
        return made if outputs is None else {name: made[name] for name in outputs}


def load(folder: Path, manifest: Manifest, threads: int) -> PythonModel:
    """The model behind the package's entry point."""
    return PythonModel(predictor(folder, manifest.entry).predict, manifest, threads)


def predictor(folder: Path, entry: str) -> Any:
    """An object of the class that `entry` names, loaded from the package's files."""
    module, _, name = entry.partition(":")
    sys.path.insert(0, str(folder / CODE))
    # Compiled files would be files that were not packed.
    sys.dont_write_bytecode = True
    try:
        made = getattr(importlib.import_module(module), name)()
        for method in ("load", "predict"):
            if not callable(getattr(made, method, None)):
                raise ManifestError(
                    f"{entry} has no method {method}; it needs load(folder) and "
                    "predict(frame)"
                )
        made.load(folder / ARTIFACTS)
    except ManifestError:
        raise
    except (Exception, SystemExit) as error:
        raise ManifestError(
            f"{entry} could not be loaded ({type(error).__name__}: {error})"
        ) from error
    return made

"""How a package's model is run: one file per flavour, and only that one imported."""

import importlib
from pathlib import Path
from typing import Protocol

from ..manifest import Manifest
from ..values import Array


class Model(Protocol):
    """A loaded model, which takes and gives exactly what its manifest says."""

    def run(
        self, arrays: dict[str, Array], outputs: tuple[str, ...] | None = None
    ) -> dict[str, Array]:
        """The named outputs, or all in the manifest's order."""
        ...


def load(folder: Path, manifest: Manifest, threads: int) -> Model:
    """The package's model, ready to run; raises ManifestError where it cannot be."""
    module = importlib.import_module(f".{manifest.flavour}", __name__)
    return module.load(folder, manifest, threads)

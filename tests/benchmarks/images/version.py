"""The benchmark's model, and the same trained a little more: the next versions."""

import shutil
from dataclasses import dataclass
from pathlib import Path

import msgspec
import numpy as np
import onnx
from onnx import numpy_helper

from model_image.package import ModelPackage
from model_image.server.manifest import MANIFEST, file_digest
from tests.benchmarks.models import Model

_LEARNT = 0.01
_MODEL = "model.onnx"


@dataclass(frozen=True)
class Version:
    """One version of the model, as Slipway packs it and as every peer gets it."""

    number: str
    package: ModelPackage

    @property
    def file(self) -> Path:
        """The ONNX file."""
        return self.package.path / _MODEL


def versions(model: Model, folder: Path) -> tuple[Version, Version, Version]:
    """
    1.0.0 as it was packed, then what a training that goes on would give.

    To pack these too would take minutes, to prove what is only built and never asked:
    each is the first one's package with another model file.
    """
    first = Version(model.package.version, model.package)
    return (
        first,
        following(first, "1.0.1", 1, folder),
        following(first, "1.0.2", 2, folder),
    )


def following(first: Version, number: str, seed: int, folder: Path) -> Version:
    """The same package with retrained weights and a version of its own."""
    path = folder / number
    shutil.copytree(first.package.path, path)
    (path / _MODEL).write_bytes(retrained(first.file.read_bytes(), seed))
    manifest = first.package.manifest
    files = {**manifest.files, _MODEL: file_digest(path / _MODEL)}
    told = msgspec.structs.replace(manifest, version=number, files=files)
    written = msgspec.json.format(msgspec.json.encode(told))
    (path / MANIFEST).write_bytes(written)
    return Version(number, ModelPackage.read(path))


def retrained(content: bytes, seed: int) -> bytes:
    """A model of the same shape whose every weight has moved a little."""
    made = onnx.load_model_from_string(content)
    random = np.random.default_rng(seed)
    for weight in made.graph.initializer:
        values = numpy_helper.to_array(weight)
        if np.issubdtype(values.dtype, np.floating):
            moved = values * (1 + _LEARNT * random.standard_normal(values.shape))
            moved = numpy_helper.from_array(moved.astype(values.dtype), weight.name)
            weight.CopyFrom(moved)
    return made.SerializeToString()

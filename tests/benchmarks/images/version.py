"""The benchmark's model, and the same trained a little more: the next versions."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnx
from onnx import numpy_helper

from model_image.pack import pack
from model_image.package import ModelPackage
from model_image.settings import PackSettings
from tests.benchmarks.models import Model

_LEARNT = 0.01


@dataclass(frozen=True)
class Version:
    """One version of the model, as Slipway packs it and as every peer gets it."""

    number: str
    package: ModelPackage

    @property
    def file(self) -> Path:
        """The ONNX file."""
        return self.package.path / "model.onnx"


def versions(model: Model, folder: Path) -> Iterator[Version]:
    """1.0.0, then what a training that goes on would give, packed into a folder."""
    first = model.package
    yield Version(first.version, first)
    sample = next(model.folder.glob("sample.*"))
    for step in range(1, 100):
        number = f"1.0.{step}"
        work = folder / number
        work.mkdir()
        source = work / "model.onnx"
        source.write_bytes(retrained((first.path / "model.onnx").read_bytes(), step))
        told = {"name": model.name, "version": number, "data": sample}
        settings = PackSettings.model_validate(told)
        yield Version(number, pack([source], settings, work / "package", _silent))


def retrained(content: bytes, seed: int) -> bytes:
    """A model of the same shape whose every weight has moved a little."""
    made = onnx.load_model_from_string(content)
    random = np.random.default_rng(seed)
    for weight in made.graph.initializer:
        values = numpy_helper.to_array(weight)
        if np.issubdtype(values.dtype, np.floating):
            moved = values * (1 + _LEARNT * random.standard_normal(values.shape))
            made_anew = numpy_helper.from_array(moved.astype(values.dtype), weight.name)
            weight.CopyFrom(made_anew)
    return made.SerializeToString()


def _silent(sentence: str) -> None:
    """Packing is no part of what is measured."""

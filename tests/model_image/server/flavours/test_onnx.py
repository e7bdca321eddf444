"""A model is only served when it is what its manifest says."""

from pathlib import Path

import msgspec
import numpy as np
import pytest

from model_image.server.flavours.onnx import OnnxModel
from model_image.server.manifest import (
    MODEL,
    Column,
    Input,
    Manifest,
    ManifestError,
    Output,
    read_manifest,
)


@pytest.fixture
def manifest(mixed: Path) -> Manifest:
    return read_manifest(mixed)


def test_a_file_that_is_no_model_is_named(mixed: Path, manifest: Manifest):
    (mixed / MODEL).write_bytes(b"not a model")

    with pytest.raises(ManifestError, match=r"model\.onnx cannot be loaded by onnx"):
        OnnxModel(mixed, manifest, 1)


def test_an_input_of_another_type_is_named(mixed: Path, manifest: Manifest):
    inputs = (Input("age", "FP64", (-1, 1)), manifest.inputs[1])
    changed = msgspec.structs.replace(manifest, inputs=inputs)

    with pytest.raises(ManifestError, match="input 'age' is FP64 there, and FP32 in"):
        OnnxModel(mixed, changed, 1)


def test_an_input_that_the_manifest_forgot_is_named(mixed: Path, manifest: Manifest):
    changed = msgspec.structs.replace(manifest, inputs=manifest.inputs[:1])

    with pytest.raises(ManifestError, match="does not name: city"):
        OnnxModel(mixed, changed, 1)


def test_an_output_that_the_model_lacks_is_named(mixed: Path, manifest: Manifest):
    changed = msgspec.structs.replace(manifest, outputs=(Output("z", "FP32", (-1,)),))

    with pytest.raises(ManifestError, match="output 'z' is FP32 there, and no such"):
        OnnxModel(mixed, changed, 1)


def test_a_missing_text_is_an_empty_one_and_the_callers_array_stays_as_it_is(
    mixed: Path, manifest: Manifest
):
    city = Input("city", "BYTES", (-1, 1), (Column("city", missing=True),))
    changed = msgspec.structs.replace(manifest, inputs=(manifest.inputs[0], city))
    given = np.array([["Bergen"], [None]], object)

    made = OnnxModel(mixed, changed, 1).run(
        {"age": np.zeros((2, 1), np.float32), "city": given}
    )

    assert made["where"].ravel().tolist() == ["Bergen", ""]
    assert given[1, 0] is None

"""Named columns onto tensors, for models of more than one tensor and type."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from model_image.server import predict
from model_image.server.flavours.onnx import OnnxModel
from model_image.server.manifest import Column, Input, Manifest, Output, read_manifest
from model_image.server.refusal import Refusal


@pytest.fixture
def manifest(mixed: Path) -> Manifest:
    return read_manifest(mixed)


def answered(folder: Path, manifest: Manifest, request: Any) -> list[dict[str, Any]]:
    outputs = OnnxModel(folder, manifest, 1).run(predict.arrays(request, manifest))
    return predict.predictions(outputs, manifest)


def mistakes(request: Any, manifest: Manifest) -> list[str]:
    with pytest.raises(Refusal) as caught:
        predict.arrays(request, manifest)
    return [str(mistake) for mistake in caught.value.mistakes]


def test_each_column_reaches_the_tensor_of_its_name(mixed: Path, manifest: Manifest):
    rows = [{"city": "Oslo", "age": 1}, {"age": 2.5, "city": "Å"}]

    assert answered(mixed, manifest, {"rows": rows}) == [
        {"doubled": 2.0, "where": "Oslo"},
        {"doubled": 5.0, "where": "Å"},
    ]


@pytest.mark.parametrize("row", [{"age": None, "city": "x"}, {"city": "x"}])
def test_a_column_that_may_be_missing_reaches_the_model_as_nan(
    manifest: Manifest, row: dict[str, Any]
):
    assert np.isnan(predict.arrays(row, manifest)["age"]).all()


def test_a_column_that_may_not_be_missing_is_asked_for(manifest: Manifest):
    assert mistakes({"rows": [{"age": 1}, {"city": None}]}, manifest) == [
        "row 0, city: expected a string, got nothing",
        "row 1, city: expected a string, got null",
    ]


def test_mistakes_come_in_the_order_of_the_rows(manifest: Manifest):
    rows = [{"age": 1, "city": 5}, {"age": "x", "city": "x"}]

    assert mistakes({"rows": rows}, manifest) == [
        "row 0, city: expected a string, got 5",
        'row 1, age: expected a number (FP32), got "x"',
    ]


def imaging(**changes: Any) -> Manifest:
    fields: dict[str, Any] = {
        "schema": 1,
        "name": "image",
        "version": "1.0.0",
        "description": "",
        "licence": "",
        "source": "",
        "flavour": "onnx",
        "inputs": (Input("pixels", "UINT8", (-1, 2, 2)),),
        "outputs": (Output("label", "INT64", (-1,), labels=("cat", "dog")),),
        "files": {
            name: "sha256:" + "0" * 64 for name in ("model.onnx", "example.json")
        },
    }
    return Manifest(**(fields | changes))


def test_a_tensor_without_columns_takes_nested_lists_under_its_own_name():
    request = {"rows": [{"pixels": [[1, 2], [3, 4]]}, {"pixels": [[5, 6], [7, 8]]}]}

    arrays = predict.arrays(request, imaging())

    assert arrays["pixels"].tolist() == [[[1, 2], [3, 4]], [[5, 6], [7, 8]]]


@pytest.mark.parametrize("pixels", [[[1, 2], [3]], [1, 2, 3, 4, 5], 1, None, []])
def test_a_tensor_of_the_wrong_size_is_refused(pixels: Any):
    (mistake,) = mistakes({"pixels": pixels}, imaging())

    assert mistake.startswith("row 0, pixels: expected 4 values of shape [2, 2]")


@pytest.mark.parametrize("value", [256, -1, 1.5, "1", True])
def test_a_whole_number_outside_its_type_is_refused(value: Any):
    (mistake,) = mistakes({"pixels": [0, 0, 0, value]}, imaging())

    assert "expected a whole number (UINT8)" in mistake


def test_a_whole_number_written_with_a_point_is_taken():
    arrays = predict.arrays({"pixels": [1.0, 2, 3, 4]}, imaging())

    assert arrays["pixels"].tolist() == [[[1, 2], [3, 4]]]


def test_a_model_with_a_column_called_row_still_takes_a_bare_row():
    manifest = imaging(inputs=(Input("x", "FP64", (-1, 1), (Column("row"),)),))

    assert predict.arrays({"row": 3}, manifest)["x"].tolist() == [[3.0]]


def test_class_ids_are_shown_by_their_labels():
    shown = predict.predictions({"label": np.array([1, 0])}, imaging())

    assert shown == [{"label": "dog"}, {"label": "cat"}]


def test_an_id_without_a_label_is_not_shown_as_another_class():
    with pytest.raises(KeyError):
        predict.predictions({"label": np.array([-1])}, imaging())

"""A model is ready when it has given its stored answer, and only then."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from model_image.server.flavours.onnx import OnnxModel
from model_image.server.manifest import ManifestError, read_manifest
from model_image.server.warmup import warm

Repack = Callable[..., None]


def test_a_package_that_answers_its_example_is_warm(package: Path):
    model, pace = warm(package, read_manifest(package), 1)

    assert isinstance(model, OnnxModel)
    assert model.outputs == ("label", "probabilities")
    assert 0 < pace.seconds(1) < 1


def test_a_difference_is_named_with_its_place(mixed: Path, repack: Repack):
    repack(mixed, {"response": {"predictions": [{"doubled": 43.0, "where": "Bergen"}]}})

    with pytest.raises(ManifestError, match=r"doubled: expected 43\.0, got 42\.0"):
        warm(mixed, read_manifest(mixed), 1)


@pytest.mark.parametrize(
    ("changes", "part"),
    [
        ({"request": {"age": "x", "city": "y"}}, "age: expected a number"),
        ({"request": []}, "does not fit the model"),
        ({"extra": 1}, "has more than"),
    ],
)
def test_an_example_that_cannot_be_asked_is_named(
    mixed: Path, repack: Repack, changes: dict[str, Any], part: str
):
    repack(mixed, changes)

    with pytest.raises(ManifestError, match=part):
        warm(mixed, read_manifest(mixed), 1)


def test_nothing_is_loaded_from_a_package_that_was_changed(package: Path):
    (package / "profile.json").write_text("{}")

    with pytest.raises(ManifestError, match=r"profile\.json is not the file"):
        warm(package, read_manifest(package), 1)

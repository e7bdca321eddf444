"""Keras models hold Keras' own classes, and no Python."""

import json
from pathlib import Path
from typing import Any

import pytest

from model_image.errors import PackError
from model_image.scan.keras import scan_keras
from tests.model_image.scan.archives import zipped

NOBODY: frozenset[str] = frozenset()
DENSE = {
    "module": "keras.layers",
    "class_name": "Dense",
    "config": {
        "units": 1,
        "dtype": {"module": "keras", "class_name": "DTypePolicy", "config": {}},
        "kernel_initializer": {
            "module": "keras.initializers",
            "class_name": "GlorotUniform",
            "config": {"seed": None},
            "registered_name": None,
        },
    },
    "registered_name": None,
}
LAMBDA = {
    "module": "keras.layers",
    "class_name": "Lambda",
    "config": {"function": {"class_name": "__lambda__", "config": {"code": "4wEA"}}},
    "registered_name": None,
}
LOSS = {
    "module": "builtins",
    "class_name": "function",
    "config": "mean_squared_error",
    "registered_name": "function",
}
FOREIGN: dict[str, dict[str, Any]] = {
    "keras.layers.Lambda": LAMBDA,
    "mine.Layer": {
        "module": None,
        "class_name": "Layer",
        "registered_name": "mine>Layer",
    },
    "Layer.Layer": {"module": None, "class_name": "Layer", "registered_name": "Layer"},
    "os.system": {"module": "os", "class_name": "system", "config": {}},
    "subprocess.Popen": {"module": "subprocess", "class_name": "Popen", "config": {}},
    "keras.utils.get_file": {"module": "keras.utils", "class_name": "get_file"},
    "keras.layers.TFSMLayer": {"module": "keras.layers", "class_name": "TFSMLayer"},
    "keras.function": {**LOSS, "config": {"module": "os"}},
    "keras.layers.vocabulary_file": {
        "module": "keras.layers",
        "class_name": "StringLookup",
        "config": {"vocabulary": "/etc/passwd"},
    },
}


def model(*layers: Any) -> bytes:
    config = {"name": "m", "layers": list(layers)}
    return json.dumps(
        {"module": "keras", "class_name": "Sequential", "config": config}
    ).encode()


def keras(path: Path, config: bytes) -> Path:
    about = json.dumps({"keras_version": "3.15.1"}).encode()
    members = {"config.json": config, "metadata.json": about, "model.weights.h5": b""}
    return zipped(path, members)


def hdf5(path: Path, *texts: bytes) -> Path:
    """What a search sees of HDF5: a heap of texts behind their lengths."""
    heap = b"".join(len(t).to_bytes(8, "little") + t + bytes(8) for t in texts)
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + bytes(64) + heap + b'{"\x00' * 99)
    return path


def refusal(path: Path) -> str:
    with pytest.raises(PackError) as refused:
        scan_keras(path, NOBODY)
    return str(refused.value)


@pytest.mark.parametrize("write", [keras, hdf5])
def test_keras_own_layers_pass(write: Any, tmp_path: Path) -> None:
    path = write(tmp_path / "model", model(DENSE, LOSS))

    assert scan_keras(path, NOBODY).globals == ()


def test_the_version_is_read(tmp_path: Path) -> None:
    zip_file = keras(tmp_path / "a", model(DENSE))
    heap = hdf5(tmp_path / "b", b"3.15.1", model(DENSE))

    assert scan_keras(zip_file, NOBODY).libraries == {"keras": "3.15.1"}
    assert scan_keras(heap, NOBODY).libraries == {"keras": "3.15.1"}


@pytest.mark.parametrize("write", [keras, hdf5])
@pytest.mark.parametrize("name", FOREIGN)
def test_what_is_not_keras_own_is_named(name: str, write: Any, tmp_path: Path) -> None:
    sentence = refusal(write(tmp_path / "model", model(DENSE, FOREIGN[name])))

    assert f"{name}," in sentence
    assert "--trust" in sentence


def test_the_operator_may_trust_a_class(tmp_path: Path) -> None:
    path = keras(tmp_path / "model", model(FOREIGN["mine.Layer"]))

    assert scan_keras(path, frozenset({"mine.*"})).globals == ("mine.Layer",)


def test_a_lambda_behind_a_harmless_configuration_is_found(tmp_path: Path) -> None:
    path = hdf5(tmp_path / "model", model(DENSE), b"{" * 50, model(LAMBDA))

    assert "Lambda" in refusal(path)


def test_letters_in_disguise_are_refused(tmp_path: Path) -> None:
    config = model(LAMBDA).replace(b"Lambda", b"\\u004cambda")

    assert "escapes" in refusal(hdf5(tmp_path / "model", config))


@pytest.mark.parametrize(
    ("content", "found"),
    [
        (b"nothing", "without a Keras model"),
        (b'"class_name": "Lambda"', "outside of any configuration"),
        (model(LAMBDA)[:-9], "outside of any configuration"),
    ],
)
def test_hdf5_that_cannot_be_searched_is_refused(
    content: bytes, found: str, tmp_path: Path
) -> None:
    path = tmp_path / "model"
    path.write_bytes(b"\x89HDF\r\n\x1a\n" + content)

    assert found in refusal(path)


@pytest.mark.parametrize("config", [b"{", b"\xff", b"[" * 200_000])
def test_a_configuration_that_is_not_json_is_refused(
    config: bytes, tmp_path: Path
) -> None:
    assert "not JSON" in refusal(keras(tmp_path / "model", config))

"""
Trains the example: which of three cultivars a wine is made from.

`python -m model_image.example.train` writes `package/`, the same bytes each time.
"""

import sys
from pathlib import Path
from typing import Any

import msgspec
import numpy as np
import onnxruntime as ort
from onnx import ModelProto
from skl2onnx import to_onnx
from skl2onnx.common.data_types import FloatTensorType
from sklearn.datasets import load_wine
from sklearn.ensemble import RandomForestClassifier
from sklearn.metrics import accuracy_score, log_loss
from sklearn.model_selection import train_test_split

from model_image.server.manifest import (
    EXAMPLE,
    MANIFEST,
    MODEL,
    PROFILE,
    Column,
    Input,
    Manifest,
    Output,
    file_digest,
    read_manifest,
)
from model_image.server.profile import Categories, Distribution, Profile

PACKAGE = Path(__file__).parent / "package"
TOLERANCE = 1e-5
_RENAMED = {"output_label": "label", "output_probability": "probabilities"}


def write(folder: Path) -> Manifest:
    """Train, prove that the converted model agrees, and write the package."""
    wine: Any = load_wine()
    features = wine.data.astype(np.float32)
    parts: list[Any] = train_test_split(
        features, wine.target, test_size=0.25, random_state=0, stratify=wine.target
    )
    train, held_out, train_classes, held_out_classes = parts
    forest = RandomForestClassifier(n_estimators=100, random_state=0)
    forest.fit(train, train_classes)
    onnx = _converted(forest, features.shape[1])
    session = ort.InferenceSession(onnx.SerializeToString())
    labels, probabilities = session.run(None, {"features": held_out})
    labels, probabilities = np.asarray(labels), np.asarray(probabilities)
    _prove_parity(probabilities, np.asarray(forest.predict_proba(held_out)))

    names = [str(name) for name in wine.feature_names]
    classes = [str(name) for name in wine.target_names]
    chosen = _hardest(probabilities, labels == held_out_classes)
    example = {
        "request": {
            "rows": [dict(zip(names, _shortest(held_out[chosen]), strict=True))],
        },
        "response": {
            "predictions": [
                {
                    "label": classes[labels[chosen]],
                    "probabilities": dict(
                        zip(
                            classes,
                            _shortest(probabilities[chosen]),
                            strict=True,
                        )
                    ),
                }
            ]
        },
        "tolerance": TOLERANCE,
    }
    profile = Profile(
        rows=len(train),
        inputs={
            name: _distribution(column)
            for name, column in zip(names, train.T, strict=True)
        },
        outputs={"label": _categories(forest.predict(train), classes)},
    )
    folder.mkdir(parents=True, exist_ok=True)
    (folder / MODEL).write_bytes(onnx.SerializeToString(deterministic=True))
    _write_json(folder / PROFILE, profile)
    _write_json(folder / EXAMPLE, example)
    manifest = Manifest(
        schema=1,
        name="wine",
        version="1.0.0",
        description="Which of three cultivars a wine is made from, by its chemistry.",
        licence="CC-BY-4.0",
        source="UCI Machine Learning Repository, data set 109 (Wine)",
        flavour="onnx",
        inputs=(
            Input(
                name="features",
                datatype="FP32",
                shape=(-1, len(names)),
                columns=tuple(Column(name) for name in names),
            ),
        ),
        outputs=(
            Output("label", "INT64", (-1,), labels=tuple(classes)),
            Output("probabilities", "FP32", (-1, 3), columns=tuple(classes)),
        ),
        files={name: file_digest(folder / name) for name in (MODEL, PROFILE, EXAMPLE)},
    )
    _write_json(folder / MANIFEST, manifest)
    return read_manifest(folder)


def _converted(forest: RandomForestClassifier, width: int) -> ModelProto:
    """The forest as ONNX, its outputs named as callers should see them."""
    types: list[Any] = [("features", FloatTensorType([None, width]))]
    model = to_onnx(
        forest,
        initial_types=types,
        options={id(forest): {"zipmap": False}},
        # The default is a random one, and would change the bytes.
        name="wine",
    )
    assert isinstance(model, ModelProto)
    for node in model.graph.node:
        node.output[:] = [_RENAMED.get(name, name) for name in node.output]
        node.input[:] = [_RENAMED.get(name, name) for name in node.input]
    for output in model.graph.output:
        output.name = _RENAMED.get(output.name, output.name)
    return model


def _prove_parity(got: np.ndarray, expected: np.ndarray) -> None:
    worst = float(np.abs(got - expected).max())
    if worst > TOLERANCE:
        raise SystemExit(f"the converted model is off by {worst}; do not ship it")


def _hardest(probabilities: np.ndarray, right: np.ndarray) -> int:
    """The row answered rightly with least confidence: most would change its answer."""
    return int(np.where(right, probabilities.max(axis=1), np.inf).argmin())


def _distribution(column: np.ndarray) -> Distribution:
    """Ten bins of about equal count."""
    edges = np.unique(np.quantile(column, np.arange(1, 10) / 10).astype(np.float32))
    counts = np.bincount(np.searchsorted(edges, column), minlength=len(edges) + 1)
    return Distribution(_shortest(edges), counts.tolist())


def _categories(classes: np.ndarray, names: list[str]) -> Categories:
    counts = np.bincount(classes, minlength=len(names)).tolist()
    return Categories(dict(zip(names, counts, strict=True)))


def _shortest(values: np.ndarray) -> list[float]:
    """float32 values by their shortest decimal, as a person would type them."""
    return [float(str(value)) for value in values]


def _write_json(path: Path, value: Any) -> None:
    encoded = msgspec.json.format(msgspec.json.encode(value), indent=2)
    path.write_bytes(encoded + b"\n")


if __name__ == "__main__":
    sys.exit(print(write(PACKAGE).identity))

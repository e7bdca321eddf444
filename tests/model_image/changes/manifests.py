"""Manifests to compare: a small one, with something changed; and what that is."""

from typing import Any

from model_image.changes import changes
from model_image.server.manifest import Column, Input, Manifest, Output

DIGEST = "sha256:" + "0" * 64
FEATURES = Input("features", "FP32", (-1, 2), (Column("a"), Column("b")))
CITY = Input("city", "BYTES", (-1, 1), (Column("city"),))
LABEL = Output("label", "INT64", (-1,), labels=("no", "yes"))
CHANCES = Output("probabilities", "FP32", (-1, 2), ("no", "yes"))


def manifest(**changes: Any) -> Manifest:
    """The small manifest, with these fields changed."""
    fields: dict[str, Any] = {
        "schema": 1,
        "name": "churn",
        "version": "1.4.2",
        "description": "",
        "licence": "",
        "source": "",
        "flavour": "onnx",
        "inputs": (FEATURES, CITY),
        "outputs": (LABEL, CHANCES),
        "files": {"model.onnx": DIGEST, "example.json": DIGEST},
    }
    return Manifest(**(fields | changes))


def sentences(old: Manifest, new: Manifest) -> list[tuple[str, str]]:
    """Each change, with its weight."""
    return [(change.weight, change.sentence) for change in changes(old, new)]

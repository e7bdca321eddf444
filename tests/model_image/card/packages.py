"""Packages that say a lot, for cards: the model itself is never loaded."""

import json
from pathlib import Path
from typing import Any

import msgspec

from model_image.package import ModelPackage
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
)

EVIDENCE: dict[str, Any] = {
    "metrics": {"macro F1": 0.8842},
    "parity": {
        "rows": 1000,
        "edge_rows": 320,
        "largest_difference": 3.1e-7,
        "where": "edge rows: probabilities, row 18",
        "tolerance": 1e-5,
    },
    "measured": {
        "load_seconds": 1.3,
        "row_seconds": 0.0000123,
        "original_row_seconds": 0.0438,
        "memory_mb": 412,
        "suggested_memory_mb": 640,
    },
    "notes": ["an unseen category in city is refused: the original answers otherwise"],
    "origin": {
        "files": {"churn.pkl": "ab" * 32},
        "format": "pickle",
        "libraries": {"scikit-learn": "1.9.1"},
        "packed": "2026-11-25T08:48:11+00:00",
    },
    "scans": [
        {
            "format": "pickle",
            "scanner": "picklescan",
            "scanner_version": "1.0.5",
            "globals": ["sklearn.tree._tree.Tree"],
        }
    ],
}
"""All that can be known of a package."""


def described(
    folder: Path,
    *,
    columns: tuple[Column, ...] = (Column("age"),),
    classes: tuple[str, ...] = ("no", "yes"),
    profile: dict[str, Any] | None = None,
    evidence: dict[str, Any] | None = None,
    description: str = "",
    owner: str = "",
) -> ModelPackage:
    """A package of a classifier over text columns, with these things said of it."""
    folder.mkdir(parents=True, exist_ok=True)
    row = {one.name: one.categories[0] if one.closed else "x" for one in columns}
    chances = dict.fromkeys(classes, 0.0) | {classes[0]: 1.0}
    answer = {"label": classes[0], "probabilities": chances}
    _write(
        folder / EXAMPLE,
        {
            "request": {"rows": [row]},
            "response": {"predictions": [answer]},
            "tolerance": 0,
        },
    )
    _write(folder / PROFILE, profile or {"rows": 0, "inputs": {}, "outputs": {}})
    (folder / MODEL).write_bytes(b"never loaded")
    manifest = Manifest(
        schema=1,
        name="churn",
        version="1.4.2",
        flavour="onnx",
        inputs=tuple(Input(one.name, "BYTES", (-1, 1), (one,)) for one in columns),
        outputs=(
            Output("label", "INT64", (-1,), labels=classes),
            Output("probabilities", "FP32", (-1, len(classes)), classes),
        ),
        files={name: file_digest(folder / name) for name in (MODEL, EXAMPLE, PROFILE)},
        description=description,
        licence="",
        source="",
        owner=owner,
    )
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    package = ModelPackage.read(folder)
    if evidence is not None:
        _write(folder / "evidence.json", {"identity": package.identity, **evidence})
    return package


def _write(path: Path, content: Any) -> None:
    path.write_text(json.dumps(content))

"""The document: what this model is called, what it takes, what it answers."""

from typing import Any

from ..example import Example
from ..manifest import Manifest
from . import refusals, rows, tensors
from .paths import Paths


def document(
    manifest: Manifest, example: Example, *, tokens: bool = False
) -> dict[str, Any]:
    """
    OpenAPI 3.1 of this very model; `tokens` where callers must show one.

    What fits its schemas is answered and what does not is refused, but for what no
    schema can say: lists of equal length, values as many as a shape says.
    """
    row = rows.row(manifest, rows.first_row(example.request, manifest))
    components: dict[str, Any] = {
        "schemas": {
            "Row": row,
            "PredictRequest": rows.request(row),
            "Prediction": rows.prediction(manifest),
            "PredictAnswer": rows.answer(manifest),
            "InferRequest": tensors.request(manifest),
            "InferAnswer": tensors.answer(manifest),
            "Refusal": refusals.refusal(),
            "Mistake": refusals.mistake(),
        },
        "responses": refusals.responses(),
    }
    if tokens:
        components["securitySchemes"] = {"token": {"type": "http", "scheme": "bearer"}}
    return {
        "openapi": "3.1.0",
        "info": _info(manifest),
        "servers": [{"url": "./"}],
        "paths": Paths(manifest, example, tokens).all,
        "components": components,
    }


def _info(manifest: Manifest) -> dict[str, Any]:
    return {
        "title": manifest.name,
        "version": manifest.version,
        "summary": manifest.description,
        "description": "What is not a path of this document is answered with 404, and "
        "another method with 405; both say why as every refusal does.",
        "license": {"name": manifest.licence or "not stated"},
    }

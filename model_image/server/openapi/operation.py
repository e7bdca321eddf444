"""One thing that a path does: what it is asked, how it answers, who may ask."""

from typing import Any

from .refusals import refused
from .values import Schema

Operation = dict[str, Any]

_ASKED = (400, 408, 413, 415, 422, 500, 503, 504)


def asked(summary: str, noun: str, *, binary: bool = False) -> Operation:
    """
    Asks the model; `noun` begins the names of its schemas.

    With `binary` the answer may be JSON followed by bytes.
    """
    request, answer = (
        _json({"$ref": f"#/components/schemas/{noun}{part}"})
        for part in ("Request", "Answer")
    )
    if binary:
        answer["application/octet-stream"] = {}
    return {
        "summary": summary,
        "requestBody": {"required": True, "content": request},
        "responses": {
            "200": {"description": "The model's answer.", "content": answer},
            **refused(*_ASKED),
        },
    }


def with_example(
    operation: Operation, samples: list[Any], request: Any, answer: Any = None
) -> Operation:
    """The same, showing what may be sent, how, and what comes back."""
    operation["x-codeSamples"] = samples
    operation["requestBody"]["content"]["application/json"]["example"] = request
    if answer is not None:
        content = operation["responses"]["200"]["content"]
        content["application/json"]["example"] = answer
    return operation


def told(summary: str, properties: dict[str, Schema]) -> Operation:
    """Answers the same whatever the request."""
    schema = {"type": "object", "properties": properties, "required": [*properties]}
    response = {"description": summary + ".", "content": _json(schema)}
    return {"summary": summary, "responses": {"200": response}}


def probed(summary: str, properties: dict[str, Schema]) -> Operation:
    """The same, with 503 where the answer is no."""
    operation = told(summary, properties)
    responses = operation["responses"]
    responses["503"] = responses["200"] | {"description": "No, or not yet."}
    return operation


def guarded(operation: Operation) -> Operation:
    """The same for callers who show a token."""
    responses = operation["responses"] | refused(401, 403, 503)
    return operation | {"responses": responses, "security": [{"token": []}]}


def _json(schema: Schema) -> dict[str, Any]:
    return {"application/json": {"schema": schema}}

"""What a caller gets where there is no answer, and why."""

from typing import Any, get_args

from ..refusal import Reason
from .values import Schema

_WHY = {
    400: "The body is not JSON, or what came is no request.",
    401: "The caller's token is missing or not taken.",
    403: "The caller's token is for somebody else.",
    408: "The request was not complete in time.",
    413: "The body is larger than the server takes.",
    415: "The body is encoded; it is to be sent plain.",
    422: "The content does not fit the model; `mistakes` says where.",
    500: "The server failed; its log has the reason under `id`.",
    503: "The server is starting, draining or full; `Retry-After` says when to return.",
    504: "The answer was not ready in time.",
}
_RETRY = {
    "Retry-After": {
        "description": "Seconds to wait.",
        "schema": {"type": "integer", "minimum": 0},
    }
}
_CHALLENGE = {
    "WWW-Authenticate": {"description": "What to show.", "schema": {"type": "string"}}
}
_HEADERS = {503: _RETRY, 504: _RETRY, 401: _CHALLENGE, 403: _CHALLENGE}


def responses() -> dict[str, Any]:
    """Every way to be refused, to be named by `refused`."""
    return {f"Refused{status}": _response(status) for status in _WHY}


def refused(*statuses: int) -> dict[str, Any]:
    """The refusals that a path may give, by status."""
    return {
        str(status): {"$ref": f"#/components/responses/Refused{status}"}
        for status in statuses
    }


def refusal() -> Schema:
    """The schema of every refusal's body."""
    return {
        "type": "object",
        "properties": {
            "error": {"type": "string", "description": "One sentence for a person."},
            "id": {"type": "string", "description": "The request's, as in the log."},
            "mistakes": {
                "type": "array",
                "items": {"$ref": "#/components/schemas/Mistake"},
            },
        },
        "required": ["error"],
    }


def mistake() -> Schema:
    """The schema of one thing that does not fit."""
    text = {"type": "string"}
    return {
        "type": "object",
        "properties": {
            "feature": text | {"description": "The column or tensor."},
            "expected": text,
            "got": text,
            "row": {"type": "integer", "minimum": 0, "description": "From 0."},
            "reason": {"enum": [*get_args(Reason)]},
        },
        "required": ["feature", "reason", "expected", "got"],
    }


def _response(status: int) -> dict[str, Any]:
    schema = {"$ref": "#/components/schemas/Refusal"}
    content = {"application/json": {"schema": schema}}
    response = {"description": _WHY[status], "content": content}
    return response | ({"headers": _HEADERS[status]} if status in _HEADERS else {})

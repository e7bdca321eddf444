"""The Open Inference Protocol: the schemas of this model's tensors, and an example."""

from typing import Any

from ..manifest import Input, Manifest, Output
from ..values import flat
from .values import Schema, given, scalar


def request(manifest: Manifest) -> Schema:
    """A request: every input once, and the outputs wanted, or all."""
    count = len(manifest.inputs)
    tensors = [_input(tensor) for tensor in manifest.inputs]
    wanted = {
        "name": {"enum": [output.name for output in manifest.outputs]},
        "parameters": _object({"binary_data": {"type": ["boolean", "null"]}}),
    }
    parameters = {
        "timeout": _TIMEOUT,
        "binary_data_output": _TRUTH | {"description": "Every output as bytes."},
    }
    return {
        "type": "object",
        "description": "Tensors as lists; or as bytes after the JSON, whose length is "
        "then in the header Inference-Header-Content-Length, as the protocol's "
        "extension for binary data says.",
        "properties": {
            "id": {"type": ["string", "null"]},
            "inputs": _list(_one_of(tensors)) | {"minItems": count, "maxItems": count},
            "outputs": _list(_object(wanted, "name")),
            "parameters": _object(parameters),
        },
        "required": ["inputs"],
    }


def answer(manifest: Manifest) -> Schema:
    """An answer: the outputs wanted, data flat in row-major order."""
    tensors = [_tensor(output, given(output.datatype)) for output in manifest.outputs]
    properties = {
        "model_name": {"const": manifest.name},
        "model_version": {"const": manifest.version},
        "id": {"type": "string"},
        "outputs": _list(_one_of(tensors)),
    }
    return _object(properties, "model_name", "model_version", "outputs")


def example(manifest: Manifest, row: dict[str, Any]) -> dict[str, Any]:
    """A request for one row, given by the names of its columns."""
    tensors = [
        {
            "name": tensor.name,
            "shape": [1, *tensor.shape[1:]],
            "datatype": tensor.datatype,
            "data": flat([row.get(name) for name in tensor.names]),
        }
        for tensor in manifest.inputs
    ]
    return {"inputs": tensors}


def _input(tensor: Input) -> Schema:
    value = scalar(tensor.datatype)
    if any(column.missing for column in tensor.columns):
        value["type"] = [value["type"], "null"]
    exact = [_ROWS, *({"const": size} for size in tensor.shape[1:])]
    schema = _tensor(tensor, value)
    schema["properties"]["shape"]["prefixItems"] = exact
    return schema


def _tensor(tensor: Input | Output, value: Schema) -> Schema:
    sizes = ", ".join(map(str, ("rows", *tensor.shape[1:])))
    rank = len(tensor.shape)
    shape = {
        **_list(_ROWS),
        "description": f"[{sizes}]",
        "minItems": rank,
        "maxItems": rank,
    }
    data = {
        **_list(value),
        "description": "As many values as the shape says, in row-major order.",
        "minItems": 1,
    }
    properties = {
        "name": {"const": tensor.name},
        "shape": shape,
        "datatype": {"const": tensor.datatype},
        "data": data,
    }
    return _object(properties, *properties)


def _object(properties: dict[str, Schema], *required: str) -> Schema:
    schema: Schema = {"type": "object", "properties": properties}
    return schema | ({"required": [*required]} if required else {})


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _one_of(schemas: list[Schema]) -> Schema:
    return schemas[0] if len(schemas) == 1 else {"oneOf": schemas}


_ROWS: Schema = {"type": "integer", "minimum": 1}
_TRUTH: Schema = {"type": "boolean"}
_TIMEOUT: Schema = {
    "type": ["integer", "null"],
    "minimum": 1,
    "maximum": 2**53,
    "description": "Microseconds that the caller waits.",
}

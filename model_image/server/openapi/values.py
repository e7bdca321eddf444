"""JSON Schema of one value: of a column, of a tensor, of an answer."""

from collections.abc import Sequence
from functools import reduce
from typing import Any

import numpy as np

from ..manifest import Column, Input, Output
from ..values import DTYPES

Schema = dict[str, Any]

_FORMATS = {"FP16": "float16", "FP32": "float", "FP64": "double"}


def scalar(datatype: str) -> Schema:
    """What the server takes for this datatype, and nothing that it refuses."""
    dtype = DTYPES[datatype]
    if dtype.kind == "b":
        return {"type": "boolean"}
    if dtype.kind == "O":
        return {"type": "string"}
    if dtype.kind == "f":
        return {"type": "number", "format": _FORMATS[datatype], **_finite(dtype)}
    limits = np.iinfo(dtype)
    return {
        "type": "integer",
        "format": datatype.lower(),
        "minimum": int(limits.min),
        "maximum": int(limits.max),
    }


def of_column(tensor: Input, column: Column, example: Any = None) -> Schema:
    """One value of a row, with what training saw of it."""
    schema = scalar(tensor.datatype)
    if column.missing:
        schema["type"] = [schema["type"], "null"]
    if column.closed:
        schema["enum"] = [*column.categories, *([None] if column.missing else [])]
    elif column.categories:
        schema["examples"] = [*column.categories]
    elif example is not None:
        schema["examples"] = [example]
    if description := _described(column):
        schema["description"] = description
    return schema


def of_tensor(tensor: Input) -> Schema:
    """One row of a tensor without columns: a value, or lists as deep as its shape."""
    schema = scalar(tensor.datatype)
    if tensor.width == 1:
        return schema
    nested = _nested(schema, tensor.shape[1:])
    if len(tensor.shape) == 2:
        return nested
    return {"anyOf": [nested, _nested(schema, [tensor.width])]}


def of_output(output: Output) -> Schema:
    """What /predict shows of an output for one row."""
    if output.labels:
        return {"type": "string", "enum": [*output.labels]}
    schema = given(output.datatype)
    if output.columns:
        return {
            "type": "object",
            "properties": dict.fromkeys(output.columns, schema),
            "required": [*output.columns],
            "additionalProperties": False,
        }
    return schema if output.width == 1 else _nested(schema, output.shape[1:])


def given(datatype: str) -> Schema:
    """A value of an answer; JSON has no word for what is not a finite number."""
    schema = scalar(datatype)
    if DTYPES[datatype].kind == "f":
        return {"type": ["number", "null"], "format": schema["format"]}
    return schema


def _described(column: Column) -> str:
    parts = []
    if column.low is not None and column.high is not None:
        parts.append(f"{column.low:g} to {column.high:g} in training.")
    if column.categories and not column.closed:
        parts.append("Training knew the examples; other values are taken.")
    return " ".join(parts)


def _finite(dtype: np.dtype[Any]) -> Schema:
    """Half a step beyond the largest number is where rounding makes it infinite."""
    if dtype.itemsize == 8:
        return {}
    limits = np.finfo(dtype)
    bound = float(limits.max) / 2 + 2.0 ** (int(limits.maxexp) - 1)
    return {"exclusiveMinimum": -bound, "exclusiveMaximum": bound}


def _nested(schema: Schema, sizes: Sequence[int]) -> Schema:
    return reduce(_list_of, reversed(sizes), schema)


def _list_of(schema: Schema, size: int) -> Schema:
    return {"type": "array", "items": schema, "minItems": size, "maxItems": size}

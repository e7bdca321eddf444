"""/predict: the schemas of a row, of the forms a request may have, of an answer."""

from typing import Any

from ..manifest import Column, Manifest
from ..predict import FORMS
from .values import Schema, of_column, of_output, of_tensor


def row(manifest: Manifest, example: dict[str, Any]) -> Schema:
    """The schema of one row: a property for every column of the model."""
    properties: dict[str, Schema] = {}
    required: list[str] = []
    for tensor in manifest.inputs:
        if not tensor.columns:
            properties[tensor.name] = of_tensor(tensor)
        for column in tensor.columns:
            seen = example.get(column.name)
            properties[column.name] = of_column(tensor, column, seen)
        whole = tensor.columns or (Column(tensor.name),)
        required += [column.name for column in whole if not column.missing]
    return {
        "type": "object",
        "description": "One value per column, by name.",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


def request(columns: Schema) -> Schema:
    """Rows, one row, columns or a bare row; `columns` is the schema of a row."""
    a_row = {"$ref": "#/components/schemas/Row"}
    by_name = {
        name: {"type": "array", "items": schema, "minItems": 1}
        for name, schema in columns["properties"].items()
    }
    forms = {
        "rows": {"type": "array", "items": a_row, "minItems": 1},
        "row": a_row,
        "columns": {
            "type": "object",
            "description": "One list per column, all of the same length.",
            "properties": by_name,
            "required": columns["required"],
            "additionalProperties": False,
            "minProperties": 1,
        },
    }
    # A column of the name of a form is a column.
    free = [form for form in FORMS if form not in by_name]
    bare = {"title": "bare", **columns, "minProperties": 1}
    return {"anyOf": [*(_only(form, forms[form]) for form in free), bare]}


def prediction(manifest: Manifest) -> Schema:
    """The schema of the answer to one row."""
    return _closed({output.name: of_output(output) for output in manifest.outputs})


def answer(manifest: Manifest) -> Schema:
    """The schema of a whole answer, one prediction per row in the order sent."""
    rows = {"type": "array", "items": {"$ref": "#/components/schemas/Prediction"}}
    model = {"name": manifest.name, "version": manifest.version}
    return _closed(
        {
            "predictions": rows,
            "model": _closed({key: {"const": text} for key, text in model.items()}),
            "id": {"type": "string", "description": "The request's own, or made up."},
        }
    )


def first_row(request: Any, manifest: Manifest) -> dict[str, Any]:
    """The first row of a stored request, whatever its form."""
    columns = {name for tensor in manifest.inputs for name in tensor.names}
    form = next((form for form in FORMS if form in request.keys() - columns), "")
    if not form:
        return request
    value = request[form]
    if form == "columns":
        return {name: values[0] for name, values in value.items()}
    return value[0] if form == "rows" else value


def _only(key: str, schema: Schema) -> Schema:
    return {"title": key, **_closed({key: schema})}


def _closed(properties: dict[str, Schema]) -> Schema:
    return {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }

"""How a row is asked for: the bodies of requests, and five ways to spoil one."""

import json
from collections.abc import Callable, Sequence
from typing import Any

from model_image.server.manifest import Input, Manifest

Row = Sequence[Any]
Form = Callable[[Sequence[Row], Manifest], Any]
"""The request for some rows, before it is JSON."""

WRONG_WIDTH = "wrong width"
STRING = "string"
NULL = "null"
SHAPE = "shape not matching data"
MALFORMED = "malformed JSON"
FAULTS = (WRONG_WIDTH, STRING, NULL, SHAPE, MALFORMED)


def tensors(rows: Sequence[Row], manifest: Manifest) -> Any:
    """The Open Inference Protocol's: every input a flat tensor."""
    made: list[Any] = []
    start = 0
    for tensor in manifest.inputs:
        values = [row[start : start + tensor.shape[1]] for row in rows]
        start += tensor.shape[1]
        made.append(_tensor(tensor, values))
    return {"inputs": made}


def named_columns(rows: Sequence[Row], manifest: Manifest) -> Any:
    """Slipway's plain one: an object for every row."""
    names = [name for tensor in manifest.inputs for name in tensor.names]
    return {"rows": [dict(zip(names, row, strict=False)) for row in rows]}


def plain_rows(rows: Sequence[Row], manifest: Manifest) -> Any:
    """What a handler of one's own takes: a list for every row."""
    return {"rows": [list(row) for row in rows]}


def inputs(rows: Sequence[Row], manifest: Manifest) -> Any:
    """MLflow's for a model that was trained on an array."""
    return {"inputs": [list(row) for row in rows]}


def body(form: Form, rows: Sequence[Row], manifest: Manifest) -> bytes:
    """The request as it is sent."""
    return json.dumps(form(rows, manifest)).encode()


def spoiled(fault: str, form: Form, row: Row, manifest: Manifest) -> bytes | None:
    """The same with a fault in it; None where this form has no such fault."""
    good = body(form, [row], manifest)
    if fault == MALFORMED:
        return good[:-2]
    if fault == SHAPE:
        return _reshaped(good) if form is tensors else None
    wrong = {
        WRONG_WIDTH: row[:-1],
        STRING: ["a lot", *row[1:]],
        NULL: [None, *row[1:]],
    }
    return body(form, [wrong[fault]], manifest)


def _tensor(tensor: Input, rows: Sequence[Row]) -> Any:
    return {
        "name": tensor.name,
        "shape": [len(rows), len(rows[0])],
        "datatype": tensor.datatype,
        "data": [value for row in rows for value in row],
    }


def _reshaped(good: bytes) -> bytes:
    """The shape of two rows with the data of one."""
    request = json.loads(good)
    request["inputs"][0]["shape"][0] += 1
    return json.dumps(request).encode()

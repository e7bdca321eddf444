"""Reads requests of /predict straight into arrays, by a decoder made for one model."""

from collections.abc import Callable
from typing import Any, Literal

import msgspec
import numpy as np
from msgspec.structs import astuple

from . import predict
from .manifest import Column, Input, Manifest
from .values import DTYPES, Arrays, fitting


def reader(manifest: Manifest) -> Callable[[bytes], Arrays]:
    """
    What makes the model's inputs of a request's body.

    The usual form, when all is right with it, is decoded, checked and ordered in one
    pass in C. Whatever that refuses is read again slowly, which either takes it after
    all or names every fault.
    """
    decoder = _decoder(manifest.inputs)
    build = _builder(manifest.inputs)

    def slow(body: bytes) -> Arrays:
        return predict.arrays(msgspec.json.decode(body), manifest)

    def fast(body: bytes) -> Arrays:
        try:
            rows = decoder.decode(body).rows
            if rows:
                return build([astuple(row) for row in rows])
        except (msgspec.DecodeError, UnicodeDecodeError, OverflowError):
            pass
        return slow(body)

    names = {name for input in manifest.inputs for name in input.names}
    named = all(input.columns for input in manifest.inputs)
    return fast if named and names.isdisjoint(predict.FORMS) else slow


def _decoder(inputs: tuple[Input, ...]) -> msgspec.json.Decoder[Any]:
    columns = [(input, column) for input in inputs for column in input.columns]
    # A column's name may be any text, a field's may not.
    fields = [f"c{index}" for index in range(len(columns))]
    row = msgspec.defstruct(
        "Row",
        [
            (field, kind, None) if column.missing else (field, kind)
            for field, (input, column) in zip(fields, columns, strict=True)
            for kind in [_kind(input, column)]
        ],
        rename={
            field: column.name
            for field, (_, column) in zip(fields, columns, strict=True)
        },
        kw_only=True,
        forbid_unknown_fields=True,
        gc=False,
    )
    request = msgspec.defstruct(
        "Rows", [("rows", list[row])], forbid_unknown_fields=True
    )
    return msgspec.json.Decoder(request)


def _kind(input: Input, column: Column) -> Any:
    """The type of a column's values."""
    kind: Any = fitting(input.datatype)
    if column.closed:
        kind = Literal[column.categories]
    return kind | None if column.missing else kind


def _builder(inputs: tuple[Input, ...]) -> Callable[[list[tuple[Any, ...]]], Arrays]:
    """What makes the arrays of rows whose values are in the manifest's order."""
    parts: list[tuple[str, np.dtype[Any], tuple[int, ...], slice]] = []
    for input in inputs:
        start = parts[-1][3].stop if parts else 0
        place = slice(start, start + input.width)
        parts.append((input.name, DTYPES[input.datatype], input.shape[1:], place))
    if len(parts) == 1:
        ((name, dtype, shape, _),) = parts
        if len(shape) == 1:
            return lambda rows: {name: np.array(rows, dtype)}
        return lambda rows: {name: np.array(rows, dtype).reshape(-1, *shape)}

    def build(rows: list[tuple[Any, ...]]) -> Arrays:
        columns = list(zip(*rows, strict=True))
        return {
            name: np.array(list(zip(*columns[place], strict=True)), dtype).reshape(
                -1, *shape
            )
            for name, dtype, shape, place in parts
        }

    return build

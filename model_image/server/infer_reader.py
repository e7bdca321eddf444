"""Reads requests of the v2 protocol, by a decoder made for one model."""

from collections.abc import Callable
from typing import Any, Union

import msgspec
import numpy as np

from . import infer
from .infer_request import InferOutput, InferRequest, RequestParameters, decode
from .manifest import Input, Manifest
from .values import DTYPES, Arrays, fitting


def reader(
    manifest: Manifest,
) -> Callable[[bytes, dict[bytes, bytes]], tuple[InferRequest, Arrays]]:
    """
    What makes a request, and the model's inputs, of a body and its headers.

    Flat tensors in JSON are decoded and checked in one pass in C, by their datatype.
    Whatever that refuses, and tensors in bytes, are read again slowly, which either
    takes them after all or names every fault.
    """
    decoder = _decoder(manifest.inputs)
    known = {input.name: input for input in manifest.inputs}
    closed = any(input.closed for input in manifest.inputs)

    def slow(body: bytes, headers: dict[bytes, bytes]) -> tuple[InferRequest, Arrays]:
        request = decode(body, headers)
        return request, infer.arrays(request, manifest)

    def fast(body: bytes, headers: dict[bytes, bytes]) -> tuple[InferRequest, Arrays]:
        try:
            request = decoder.decode(body)
            if arrays := _arrays(request.inputs, known):
                return request, arrays
        except (msgspec.DecodeError, UnicodeDecodeError, OverflowError):
            pass
        return slow(body, headers)

    return slow if closed else fast


def _decoder(inputs: tuple[Input, ...]) -> msgspec.json.Decoder[Any]:
    """For tensors told apart by their datatype, each with values that fit it."""
    tensors = [
        msgspec.defstruct(
            datatype,
            [("name", str), ("shape", list[int]), ("data", list[kind])],
            tag_field="datatype",
            tag=datatype,
            gc=False,
        )
        for datatype, kind in _kinds(inputs).items()
    ]
    request = msgspec.defstruct(
        "Request",
        [
            ("inputs", list[Union[tuple(tensors)]]),  # noqa: UP007
            ("id", str | None, None),
            ("outputs", list[InferOutput], []),
            ("parameters", RequestParameters, RequestParameters()),
        ],
    )
    return msgspec.json.Decoder(request)


def _kinds(inputs: tuple[Input, ...]) -> dict[str, Any]:
    kinds: dict[str, Any] = {}
    for datatype in dict.fromkeys(input.datatype for input in inputs):
        columns = [one.columns for one in inputs if one.datatype == datatype]
        optional = all(
            tensor and all(column.missing for column in tensor) for tensor in columns
        )
        kinds[datatype] = fitting(datatype) | None if optional else fitting(datatype)
    return kinds


def _arrays(tensors: list[Any], known: dict[str, Input]) -> Arrays | None:
    """The model's inputs, or None where something is not as it should be."""
    made: Arrays = {}
    rows = -1
    for tensor in tensors:
        input, shape = known.get(tensor.name), tensor.shape
        if input is None or not shape or tuple(shape[1:]) != input.shape[1:]:
            return None
        rows = shape[0] if rows < 0 else rows
        if shape[0] != rows or rows < 1 or len(tensor.data) != rows * input.width:
            return None
        values = np.array(tensor.data, DTYPES[input.datatype])
        made[input.name] = values.reshape(shape)
    return made if len(made) == len(known) == len(tensors) else None

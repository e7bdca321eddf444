"""Columns of categories in front of a model that takes one matrix of codes."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from onnx import ModelProto, helper, numpy_helper

from model_image.server.manifest import Datatype, Input
from model_image.server.values import DTYPES

_DOMAIN = "ai.onnx.ml"


def encoded(
    model: ModelProto, inputs: Sequence[Input], categories: Mapping[str, Sequence[Any]]
) -> None:
    """
    Let the model take a column per input where it took one matrix.

    A value that is none of a column's categories is missing, as the libraries have it.
    """
    graph = model.graph
    matrix = graph.input[0].name
    codes = number(inputs)
    nodes, columns = [], []
    for one in inputs:
        columns.append(one.name)
        if one.name in categories:
            columns[-1] = f"{one.name} as code"
            nodes.append(_encoder(one, categories[one.name], columns[-1], codes))
    nodes.append(helper.make_node("Concat", columns, [matrix], axis=1))
    before = [*nodes, *graph.node]
    del graph.node[:], graph.input[:]
    graph.node.extend(before)
    graph.input.extend(
        helper.make_tensor_value_info(
            one.name, helper.np_dtype_to_tensor_dtype(DTYPES[one.datatype]), [None, 1]
        )
        for one in inputs
    )
    for opset in model.opset_import:
        if opset.domain == _DOMAIN:
            opset.version = max(opset.version, 4)


def number(inputs: Sequence[Input]) -> Datatype:
    """The datatype of the columns that are numbers, which codes get too."""
    found: list[Datatype] = [one.datatype for one in inputs if "FP" in one.datatype]
    return found[0] if found else "FP32"


def _encoder(one: Input, known: Sequence[Any], output: str, kind: Datatype) -> Any:
    keys = np.array(known, object if one.datatype == "BYTES" else np.int64)
    codes = np.arange(len(known)).astype(DTYPES[kind])
    return helper.make_node(
        "LabelEncoder",
        [one.name],
        [output],
        domain=_DOMAIN,
        keys_tensor=numpy_helper.from_array(keys, "keys"),
        values_tensor=numpy_helper.from_array(codes, "codes"),
        default_tensor=numpy_helper.from_array(np.array([np.nan], codes.dtype), "none"),
    )

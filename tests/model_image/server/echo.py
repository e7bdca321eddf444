"""A package whose model gives back what it gets, in several datatypes."""

import json
from pathlib import Path

import msgspec
from onnx import TensorProto, helper

from model_image.server.manifest import (
    EXAMPLE,
    MANIFEST,
    MODEL,
    Datatype,
    Input,
    Manifest,
    Output,
    file_digest,
)

_TENSORS: dict[str, tuple[Datatype, int, int]] = {
    "half": ("FP16", TensorProto.FLOAT16, 2),
    "single": ("FP32", TensorProto.FLOAT, 3),
    "double": ("FP64", TensorProto.DOUBLE, 1),
    "count": ("INT64", TensorProto.INT64, 1),
    "small": ("UINT8", TensorProto.UINT8, 4),
    "flag": ("BOOL", TensorProto.BOOL, 1),
    "text": ("BYTES", TensorProto.STRING, 1),
}
_ROW = {
    "half": [0.5, 1.5],
    "single": [1.0, 2.0, 3.0],
    "double": 0.1,
    "count": 2**53 + 1,
    "small": [0, 1, 254, 255],
    "flag": True,
    "text": "Bergen",
}


def echo(folder: Path) -> Path:
    """The package, in this folder: each input `x` comes back as `x_out`."""
    folder.mkdir()
    _write_model(folder / MODEL)
    answer = {f"{name}_out": value for name, value in _ROW.items()}
    example = {"request": _ROW, "response": {"predictions": [answer]}, "tolerance": 0}
    (folder / EXAMPLE).write_text(json.dumps(example))
    manifest = Manifest(
        schema=1,
        name="echo",
        version="1.0.0",
        description="Gives back what it gets.",
        licence="none",
        source="none",
        flavour="onnx",
        inputs=tuple(
            Input(name, datatype, (-1, width))
            for name, (datatype, _, width) in _TENSORS.items()
        ),
        outputs=tuple(
            Output(f"{name}_out", datatype, (-1, width))
            for name, (datatype, _, width) in _TENSORS.items()
        ),
        files={name: file_digest(folder / name) for name in (MODEL, EXAMPLE)},
    )
    (folder / MANIFEST).write_bytes(msgspec.json.encode(manifest))
    return folder


def _write_model(path: Path) -> None:
    nodes = [helper.make_node("Identity", [name], [f"{name}_out"]) for name in _TENSORS]
    inputs, outputs = (
        [
            helper.make_tensor_value_info(name + suffix, kind, [None, width])
            for name, (_, kind, width) in _TENSORS.items()
        ]
        for suffix in ("", "_out")
    )
    graph = helper.make_graph(nodes, "echo", inputs, outputs)
    opsets = [helper.make_opsetid("", 17)]
    model = helper.make_model(graph, opset_imports=opsets, ir_version=8)
    path.write_bytes(model.SerializeToString())

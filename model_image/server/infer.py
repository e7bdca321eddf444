"""The Open Inference Protocol, version 2: tensors in, tensors out."""

from collections.abc import Sequence
from math import prod
from typing import Any

import numpy as np

from . import binary
from .infer_request import InferInput, InferRequest
from .manifest import Input, Manifest, Output
from .message import Reply, told
from .refusal import Mistake, Refusal, shown
from .values import Array, array, checked, flat

_PLATFORMS = {
    "onnx": "onnxruntime_onnx",
    "python": "python",
    "sklearn": "sklearn_sklearn",
    "tensorflow": "tensorflow_savedmodel",
    "torch": "pytorch_torchscript",
}


def arrays(request: InferRequest, manifest: Manifest) -> dict[str, Array]:
    """The model's inputs from a request; raises Refusal naming every fault."""
    given = {tensor.name: tensor for tensor in request.inputs}
    known = {input.name: input for input in manifest.inputs}
    mistakes = [
        Mistake(
            name[:100],
            "unknown",
            f"one of the inputs {', '.join(known)}",
            "an unknown name",
        )
        for name in given
        if name not in known
    ]
    if len(given) < len(request.inputs):
        mistakes.append(
            Mistake("inputs", "shape", "each input once", "the same name twice")
        )
    made: dict[str, Array] = {}
    for name, input in known.items():
        if name not in given:
            mistakes.append(
                Mistake(name, "missing", f"a {input.datatype} tensor", "nothing")
            )
        else:
            made[name] = _array(given[name], input, mistakes)
    if not mistakes and len({len(values) for values in made.values()}) > 1:
        rows = ", ".join(f"{len(values)} in {name}" for name, values in made.items())
        mistakes.append(
            Mistake("inputs", "shape", "the same number of rows in each", rows)
        )
    if mistakes:
        raise Refusal.of(mistakes)
    return made


def wanted(request: InferRequest, manifest: Manifest) -> tuple[Output, ...]:
    """The outputs asked for, or all."""
    if not request.outputs:
        return manifest.outputs
    known = {output.name: output for output in manifest.outputs}
    names = list(dict.fromkeys(output.name for output in request.outputs))
    mistakes = [
        Mistake(
            name[:100],
            "unknown",
            f"one of the outputs {', '.join(known)}",
            "an unknown name",
        )
        for name in names
        if name not in known
    ]
    if mistakes:
        raise Refusal.of(mistakes)
    return tuple(known[name] for name in names)


def reply(
    request: InferRequest,
    outputs: dict[str, Array],
    declared: Sequence[Output],
    manifest: Manifest,
    request_id: str,
) -> Reply:
    """The tensors of an answer, in row-major order, in JSON or after it."""
    asked = {output.name: output.parameters.binary_data for output in request.outputs}
    parts: list[bytes] = []
    tensors: list[dict[str, Any]] = []
    for output in declared:
        values = outputs[output.name]
        tensor = {
            "name": output.name,
            "datatype": output.datatype,
            "shape": list(values.shape),
        }
        wanted = asked.get(output.name)
        if request.parameters.binary_data_output if wanted is None else wanted:
            parts.append(binary.written(values))
            tensor["parameters"] = {"binary_data_size": len(parts[-1])}
        else:
            tensor["data"] = values.ravel().tolist()
        tensors.append(tensor)
    content = {
        "model_name": manifest.name,
        "model_version": manifest.version,
        "id": request_id if request.id is None else request.id,
        "outputs": tensors,
    }
    if not parts:
        return told(content)
    body, header = binary.body(content, parts)
    return Reply(200, body, b"application/octet-stream", (header,))


def metadata(manifest: Manifest) -> dict[str, Any]:
    """What the protocol tells about a model."""
    tensors = {"inputs": manifest.inputs, "outputs": manifest.outputs}
    return {
        "name": manifest.name,
        "versions": [manifest.version],
        "platform": _PLATFORMS[manifest.flavour],
    } | {
        noun: [
            {"name": one.name, "datatype": one.datatype, "shape": one.shape}
            for one in declared
        ]
        for noun, declared in tensors.items()
    }


def _array(tensor: InferInput, input: Input, mistakes: list[Mistake]) -> Array:
    """The tensor as the model takes it; whatever is wrong is among the mistakes."""
    before = len(mistakes)
    _check_form(tensor, input, mistakes)
    if len(mistakes) > before:
        return np.empty(0)
    if isinstance(tensor.data, memoryview):
        values = binary.tensor(tensor.data, input, mistakes)
    else:
        values = flat(tensor.data)
    size = prod(tensor.shape)
    if len(mistakes) == before and len(values) != size:
        expected = f"{str(size)[:20]} values for shape {str(tensor.shape)[:60]}"
        mistakes.append(Mistake(input.name, "shape", expected, str(len(values))))
    if len(mistakes) > before:
        return np.empty(0)
    if isinstance(values, list):
        return array(values, input, mistakes)
    return checked(values, input, mistakes)


def _check_form(tensor: InferInput, input: Input, mistakes: list[Mistake]) -> None:
    name, shape = input.name, tensor.shape
    if tensor.datatype != input.datatype:
        expected = f"datatype {input.datatype}"
        mistakes.append(Mistake(name, "type", expected, shown(tensor.datatype)))
    if not isinstance(tensor.data, list | memoryview):
        mistakes.append(Mistake(name, "type", "data in a list", shown(tensor.data)))
    ranks = len(shape) == len(input.shape)
    if not ranks or shape[1:] != [*input.shape[1:]] or shape[0] < 1:
        form = ", ".join(map(str, ["rows", *input.shape[1:]]))
        expected = f"shape [{form}]"
        mistakes.append(Mistake(name, "shape", expected, str(shape)[:60]))

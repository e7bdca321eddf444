"""The Open Inference Protocol, version 2: tensors in, tensors out."""

from math import prod
from typing import Any

import msgspec

from .manifest import Input, Manifest, Output
from .refusal import Mistake, Refusal, shown
from .values import Array, array, flat


class InferInput(msgspec.Struct):
    """A tensor of a request; `data` is flat or nested, in row-major order."""

    name: str
    shape: list[int]
    datatype: str
    data: list[Any]


class InferOutput(msgspec.Struct):
    """An output that a request asks for."""

    name: str


class InferRequest(msgspec.Struct):
    """A request; what the protocol allows beyond this is accepted and unused."""

    inputs: list[InferInput]
    id: str | None = None
    outputs: list[InferOutput] = []


_PLATFORMS = {
    "onnx": "onnxruntime_onnx",
    "python": "python",
    "sklearn": "sklearn_sklearn",
    "tensorflow": "tensorflow_savedmodel",
    "torch": "pytorch_torchscript",
}

_DECODER = msgspec.json.Decoder(InferRequest)


def decode(body: bytes) -> InferRequest:
    """The request in this body; msgspec's errors where it is none."""
    return _DECODER.decode(body)


def arrays(request: InferRequest, manifest: Manifest) -> dict[str, Array]:
    """The model's inputs from a request; raises Refusal naming every fault."""
    given = {tensor.name: tensor for tensor in request.inputs}
    known = {input.name: input for input in manifest.inputs}
    mistakes = [
        Mistake(name[:100], f"one of the inputs {', '.join(known)}", "an unknown name")
        for name in given
        if name not in known
    ]
    if len(given) < len(request.inputs):
        mistakes.append(Mistake("inputs", "each input once", "the same name twice"))
    made: dict[str, Array] = {}
    for name, input in known.items():
        if name not in given:
            mistakes.append(Mistake(name, f"a {input.datatype} tensor", "nothing"))
        else:
            values = _values(given[name], input, mistakes)
            made[name] = array(values, input, mistakes)
    if not mistakes and len({len(values) for values in made.values()}) > 1:
        rows = ", ".join(f"{len(values)} in {name}" for name, values in made.items())
        mistakes.append(Mistake("inputs", "the same number of rows in each", rows))
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
        Mistake(name[:100], f"one of the outputs {', '.join(known)}", "an unknown name")
        for name in names
        if name not in known
    ]
    if mistakes:
        raise Refusal.of(mistakes)
    return tuple(known[name] for name in names)


def answer(
    outputs: dict[str, Array], declared: tuple[Output, ...]
) -> list[dict[str, Any]]:
    """The tensors of an answer, data flat in row-major order."""
    return [
        {
            "name": output.name,
            "datatype": output.datatype,
            "shape": list(outputs[output.name].shape),
            "data": outputs[output.name].ravel().tolist(),
        }
        for output in declared
    ]


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


def _values(tensor: InferInput, input: Input, mistakes: list[Mistake]) -> list[Any]:
    """The tensor's values, or none with the reason among the mistakes."""
    before = len(mistakes)
    if tensor.datatype != input.datatype:
        mistakes.append(
            Mistake(input.name, f"datatype {input.datatype}", shown(tensor.datatype))
        )
    shape = tensor.shape
    if (
        len(shape) != len(input.shape)
        or shape[1:] != list(input.shape[1:])
        or (shape[0] < 1)
    ):
        form = ["rows", *input.shape[1:]]
        mistakes.append(
            Mistake(input.name, f"shape [{', '.join(map(str, form))}]", str(shape)[:60])
        )
    values = flat(tensor.data)
    if len(mistakes) == before and len(values) != prod(shape):
        mistakes.append(
            Mistake(
                input.name,
                f"{prod(shape)} values for shape {shape}",
                str(len(values)),
            )
        )
    return [] if len(mistakes) > before else values

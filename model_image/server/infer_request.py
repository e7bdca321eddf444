"""A request of the Open Inference Protocol, version 2, as it was sent."""

from typing import Annotated, Any

import msgspec

from . import binary
from .refusal import Refusal


class InputParameters(msgspec.Struct, frozen=True):
    """`binary_data_size`: how many of the bytes after the JSON are this tensor."""

    binary_data_size: int | None = None


class InferInput(msgspec.Struct):
    """
    A tensor of a request, in row-major order.

    `data` is a list, flat or nested, or the memoryview of its bytes after the JSON.
    """

    name: str
    shape: list[int]
    datatype: str
    data: Any = None
    parameters: InputParameters = InputParameters()


class OutputParameters(msgspec.Struct, frozen=True):
    """`binary_data`: whether this tensor is to come as bytes after the JSON."""

    binary_data: bool | None = None


class InferOutput(msgspec.Struct):
    """An output that a request asks for."""

    name: str
    parameters: OutputParameters = OutputParameters()


class RequestParameters(msgspec.Struct, frozen=True):
    """`timeout`, in microseconds, is how long the caller waits."""

    binary_data_output: bool = False
    timeout: Annotated[int, msgspec.Meta(gt=0, le=2**53)] | None = None


class InferRequest(msgspec.Struct):
    """A request; what the protocol allows beyond this is accepted and unused."""

    inputs: list[InferInput]
    id: str | None = None
    outputs: list[InferOutput] = []
    parameters: RequestParameters = RequestParameters()


_DECODER = msgspec.json.Decoder(InferRequest)


def decode(body: bytes, headers: dict[bytes, bytes]) -> InferRequest:
    """The request in this body; msgspec's errors or a Refusal where it is none."""
    if binary.HEADER not in headers:
        return _DECODER.decode(body)
    head, rest = binary.split(body, headers)
    request = _DECODER.decode(head)
    for tensor in request.inputs:
        size = tensor.parameters.binary_data_size
        if size is not None:
            if not 0 <= size <= len(rest):
                raise Refusal(
                    400,
                    f"input {tensor.name[:100]!r} has binary_data_size {size}, and "
                    f"{len(rest)} bytes are left of the body",
                )
            tensor.data, rest = rest[:size], rest[size:]
    if len(rest):
        raise Refusal(400, f"{len(rest)} bytes after the JSON belong to no input")
    return request


def seconds_allowed(request: InferRequest) -> float | None:
    """How long the caller waits, where it says so."""
    timeout = request.parameters.timeout
    return None if timeout is None else timeout / 1e6

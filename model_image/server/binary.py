"""Tensors as bytes after a request's JSON: the v2 protocol's binary extension."""

from typing import Any

import msgspec
import numpy as np

from .manifest import Input
from .refusal import Mistake, Refusal
from .values import DTYPES, Array

HEADER = b"inference-header-content-length"
_LENGTH = 4


def split(body: bytes, headers: dict[bytes, bytes]) -> tuple[bytes, memoryview]:
    """The JSON of a request and the bytes after it."""
    given = headers.get(HEADER)
    if given is None:
        return body, memoryview(b"")
    if not given.isdigit() or int(given) > len(body):
        raise Refusal(
            400,
            f"inference-header-content-length is {given.decode('latin-1')[:40]!r}; "
            f"give the length of the JSON in a body of {len(body)} bytes",
        )
    return body[: int(given)], memoryview(body)[int(given) :]


def tensor(data: memoryview, input: Input, mistakes: list[Mistake]) -> Array:
    """The values in these bytes, in a flat array that may be written to."""
    dtype = DTYPES[input.datatype]
    if dtype.kind == "O":
        return _texts(data, input, mistakes)
    if len(data) % dtype.itemsize:
        expected = f"a multiple of {dtype.itemsize} bytes ({input.datatype})"
        mistakes.append(Mistake(input.name, "shape", expected, f"{len(data)} bytes"))
        return np.empty(0, dtype)
    stored = np.dtype(np.uint8) if dtype.kind == "b" else dtype.newbyteorder("<")
    return np.frombuffer(data, stored).astype(dtype)


def written(values: Array) -> bytes:
    """The bytes of an output."""
    if values.dtype.kind in "OUS":
        texts = [str(value).encode() for value in values.ravel().tolist()]
        return b"".join(len(text).to_bytes(_LENGTH, "little") + text for text in texts)
    return values.astype(values.dtype.newbyteorder("<")).tobytes()


def body(content: Any, parts: list[bytes]) -> tuple[bytes, tuple[bytes, bytes]]:
    """The body of an answer, and the header that says where its JSON ends."""
    head = msgspec.json.encode(content)
    return b"".join([head, *parts]), (HEADER, b"%d" % len(head))


def _texts(data: memoryview, input: Input, mistakes: list[Mistake]) -> Array:
    texts: list[str] = []
    start = 0
    while start < len(data):
        end = start + _LENGTH
        end += int.from_bytes(data[start:end], "little")
        start += _LENGTH
        try:
            if end > len(data):
                raise ValueError
            texts.append(bytes(data[start:end]).decode())
        except ValueError:
            expected = "texts in UTF-8, each after its length in 4 bytes"
            got = f"something else in text {len(texts)}"
            mistakes.append(Mistake(input.name, "type", expected, got))
            break
        start = end
    return np.array(texts, object)

"""Models of every shape, what may be sent to them, and what came of it."""

from typing import Any

import msgspec
import numpy as np
from hypothesis import strategies as st

from model_image.server.manifest import Column, Datatype, Input, Manifest, Output
from model_image.server.refusal import Refusal
from model_image.server.values import DTYPES, Array

NAMES = ["age", "city", "rows", "a b", "é", "c0", "", "self"]
numbers = st.one_of(
    st.integers(-3, 300),
    st.integers(),
    st.floats(),
    st.sampled_from([2**53 + 1, 2**63, 2**64, 3.4028235e38, 65504, 65520, 1e39, -0.0]),
)
junk = st.one_of(
    numbers,
    st.none(),
    st.booleans(),
    st.text(max_size=5),
    st.lists(numbers, max_size=2),
    st.dictionaries(st.text(max_size=3), numbers, max_size=2),
)


def fitting(datatype: str, column: Column) -> st.SearchStrategy[Any]:
    """Values that this column ought to take."""
    kind = DTYPES[datatype].kind
    if column.closed:
        values: st.SearchStrategy[Any] = st.sampled_from(column.categories)
    elif kind in "iu":
        limits = np.iinfo(DTYPES[datatype])
        values = st.integers(int(limits.min), int(limits.max))
    else:
        width = DTYPES[datatype].itemsize * 8
        values = {
            "b": st.booleans(),
            "O": st.text(max_size=5),
            "f": st.integers(-9, 9) | st.floats(width=width, allow_nan=False),  # pyright: ignore
        }[kind]
    return values | st.none() if column.missing else values


def model(*inputs: Input) -> Manifest:
    return Manifest(
        schema=1,
        name="any",
        version="1.0.0",
        description="",
        licence="",
        source="",
        flavour="onnx",
        inputs=inputs,
        outputs=(Output("y", "FP32", (-1,)),),
        files=dict.fromkeys(("model.onnx", "example.json"), "sha256:" + "0" * 64),
    )


@st.composite
def columns(draw: st.DrawFn, name: str, datatype: str) -> Column:
    kind = DTYPES[datatype].kind
    known = {"O": ("x", "y", "z"), "i": (1, 2, 3), "u": (0, 7)}.get(kind, ())
    closed = bool(known) and draw(st.booleans())
    missing = kind in "fO" and draw(st.booleans())
    return Column(name, missing, known if closed else (), closed)


@st.composite
def manifests(draw: st.DrawFn) -> Manifest:
    names = draw(st.permutations([name for name in NAMES if name]))
    inputs = []
    for number in range(draw(st.integers(1, 3))):
        datatype: Datatype = draw(st.sampled_from(sorted(DTYPES)))  # pyright: ignore
        width = draw(st.integers(1, 2))
        made = [draw(columns(names.pop(), datatype)) for _ in range(width)]
        inputs.append(Input(f"t{number}", datatype, (-1, width), tuple(made)))
    return model(*inputs)


def outcome(read: Any) -> Any:
    """The arrays' whole content, or the refusal."""
    try:
        return {name: content(made) for name, made in read().items()}
    except Refusal as refusal:
        return refusal.status, refusal.body("")
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        return type(error)


def content(made: Array) -> tuple[Any, ...]:
    values = made.tolist() if made.dtype.kind == "O" else made.tobytes()
    return made.dtype, made.shape, values

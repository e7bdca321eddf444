"""joblib's raw arrays are passed over, however they lie, and nothing behind them."""

import io
from pathlib import Path
from typing import Any

import joblib
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_image.scan.stream.machine import Machine
from model_image.scan.stream.steps import STEPS
from model_image.scan.stream.values import Unfollowed
from tests.model_image.scan.hostile import name, text

DTYPES = st.sampled_from(
    ["f8", "f4", ">i4", "u1", "b1", "c16", "U7", "S3", "M8[s]", "O", "f8,i4,u1", "V5"]
)


def dumped(value: Any, protocol: int | None = None) -> bytes:
    stream = io.BytesIO()
    joblib.dump(value, stream, protocol=protocol)
    return stream.getvalue()


def followed(data: bytes) -> tuple[set[str], int]:
    machine = Machine(data, steps=STEPS)
    end = machine.run()
    return {each.module for each in machine.names}, end


@given(
    dtype=DTYPES,
    shape=st.lists(st.integers(0, 5), max_size=3),
    order=st.sampled_from("CF"),
    protocol=st.integers(2, 5),
)
def test_an_array_ends_where_joblib_says(
    dtype: str, shape: list[int], order: Any, protocol: int
) -> None:
    array = np.zeros(shape, dtype=dtype, order=order)
    data = dumped([array, "between", array, pytest.Item], protocol)

    names, end = followed(data)

    assert end == len(data)
    assert "_pytest.nodes" in names


def test_an_array_larger_than_the_file_is_refused() -> None:
    data = dumped(np.zeros(1000))

    with pytest.raises(Unfollowed, match="ends or is damaged"):
        followed(data[:4000])


def test_bytes_that_look_like_opcodes_are_not_taken_for_any() -> None:
    raw = np.frombuffer(b"cos\nsystem\n." * 20, dtype="u1")

    names, _ = followed(dumped(raw))

    assert "os" not in names


NAMED = b"\x80\x04" + name("joblib.numpy_pickle", "NumpyArrayWrapper")
MADE = NAMED + b")\x81"
SVC = name("sklearn.svm._classes", "SVC") + b")\x81"
DTYPE = name("numpy", "dtype") + text("u1") + b"\x89\x88\x87R"


def state(*more: bytes) -> bytes:
    """The state of an array of nine bytes, and what else is given."""
    subclass = text("subclass") + name("numpy", "ndarray")
    shape = text("shape") + b"K\x09\x85"
    return b"}(" + subclass + shape + text("dtype") + DTYPE + b"".join(more) + b"u"


def test_an_array_is_passed_over() -> None:
    raw = b"cos\nsystem"

    assert followed(MADE + state() + b"b" + raw[:9] + b".")[1] > 0


@pytest.mark.parametrize("rest", [b"2)\x81.", b"\x85.", b")R.", b"0.", b"\x94h\x00."])
def test_the_class_of_arrays_is_used_for_nothing_else(rest: bytes) -> None:
    with pytest.raises(Unfollowed, match="for something else"):
        followed(NAMED + rest)


@pytest.mark.parametrize(
    "rest",
    [
        pytest.param(b"\x85" + state() + b"b", id="in a tuple"),
        pytest.param(b"0" + SVC + state() + b"b" + bytes(9) + b".", id="exchanged"),
        pytest.param(b"2" + state() + b"b" + bytes(9) + b".", id="twice"),
        pytest.param(b"\x94h\x00" + state() + b"b.", id="out of the memo"),
        pytest.param(b"\x94" + state(b"Nh\x00") + b"b.", id="in its own state"),
    ],
)
def test_half_an_array_is_used_for_nothing(rest: bytes) -> None:
    with pytest.raises(Unfollowed, match="half of an array"):
        followed(MADE + rest)


@pytest.mark.parametrize(
    ("given", "found"),
    [
        (b"N", "state that is not one"),
        (state(text("read_array") + b"N"), "state that is not one"),
        (b"}", "unknown type"),
        (state(text("dtype") + b"N"), "unknown type"),
        (state(text("subclass") + name("numpy", "memmap")), "unknown type"),
        (state(text("shape") + b"J\xff\xff\xff\xff\x85"), "unknown shape"),
        (state(text("shape") + b"N"), "unknown shape"),
    ],
)
def test_a_state_that_is_none_is_refused(given: bytes, found: str) -> None:
    with pytest.raises(Unfollowed, match=found):
        followed(MADE + given + b"b" + bytes(9) + b".")


def test_an_array_of_an_array_has_an_end() -> None:
    head = MADE + state(text("dtype") + DTYPE.replace(b"u1", b"O8")) + b"b"

    with pytest.raises(Unfollowed, match="nested too deeply"):
        followed(head * 40 + b".")


def test_arrays_within_arrays_end_somewhere(tmp_path: Path) -> None:
    nested: Any = 1
    for _ in range(3):
        array = np.empty(1, dtype=object)
        array[0] = nested
        nested = array

    data = dumped(nested)

    assert followed(data)[1] == len(data)

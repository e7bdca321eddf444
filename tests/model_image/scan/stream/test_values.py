"""A dtype is believed only where its state says what its code says."""

import pickle

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_image.scan.stream.machine import Machine
from model_image.scan.stream.steps import STEPS
from model_image.scan.stream.values import Dtype, Items, Unfollowed

CODES = [
    "f8",
    ">f4",
    "u1",
    "b1",
    "c16",
    "U7",
    "U0",
    "S3",
    "M8[s]",
    "O",
    "V5",
    "f8,i4,u1",
]
INTEGERS = ("|", None, None, None, -1, -1, 0)


@given(code=st.sampled_from(CODES), protocol=st.integers(0, 5))
def test_what_numpy_writes_is_believed(code: str, protocol: int) -> None:
    data = pickle.dumps(np.dtype(code), protocol=protocol)

    assert Machine(data, steps=STEPS).run() == len(data)


@pytest.mark.parametrize("code", CODES[:-1])
def test_its_size_is_what_numpy_says(code: str) -> None:
    written = np.dtype(code).str.lstrip("<>|").split("[")[0]

    assert Dtype.made((written, False, True)).size == np.dtype(code).itemsize


@pytest.mark.parametrize("args", [(), None, ([],), (7,), ("x8",), ("f",), ("f" * 99,)])
def test_another_way_to_make_one_is_refused(args: object) -> None:
    with pytest.raises(Unfollowed):
        Dtype.made(args)


@pytest.mark.parametrize(
    ("code", "state"),
    [
        ("V8", (3, "|", None, None, None, 4000, 1, 0)),
        ("S8", (3, "|", None, None, None, 4, 1, 0)),
        ("f8", (3, "<", ("f4", (2,)), None, None, -1, -1, 0)),
        ("f8", (3, "<", None, ("a",), Items(), 8, 1, 0)),
        ("V8", (3, "|", None, ("a",), None, 8, 1, 0)),
        ("V8", (3, "|", None, ("a",), Items({}, complete=False), 8, 1, 0)),
        (
            "V8",
            (3, "|", None, ("a",), Items({"a": (Dtype("O8", True, 8), 0)}), 8, 1, 0),
        ),
        ("V8", (3, "|", None, ("a",), Items({"a": (None, 0)}), 8, 1, 0)),
        ("f8", (3, "<")),
        ("f8", None),
    ],
)
def test_a_state_that_says_otherwise_is_refused(code: str, state: object) -> None:
    with pytest.raises(Unfollowed):
        Dtype.made((code,)).build(state)

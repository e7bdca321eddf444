"""The quick way to read a column, held to what /predict would make of it."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import pytest
from arro3.core import Array, DataType
from hypothesis import given, settings
from hypothesis import strategies as st

from model_image.server import predict
from model_image.server.batch.column import absent, fitted, read_text
from model_image.server.manifest import Column, Datatype, Input
from model_image.server.refusal import Refusal
from model_image.server.values import DTYPES


def _tensor(
    datatype: Datatype, missing: bool = False, known: tuple[str | int, ...] = ()
) -> Input:
    return Input(
        "t", datatype, (-1, 1), (Column("x", missing, known, closed=bool(known)),)
    )


TENSORS = [
    _tensor("FP32"),
    _tensor("FP32", True),
    _tensor("FP64", True, (1, 2)),
    _tensor("FP16", True),
    _tensor("INT64"),
    _tensor("UINT8", known=(1, 200)),
    _tensor("INT8"),
    _tensor("BOOL"),
    _tensor("BYTES", True),
    _tensor("BYTES", known=("a", "b")),
]
ODD = [
    "a", "b", "1", "200", "-1", "2.0", "1e3", "+3", ".5", "5.", "1_0", "nan", "inf",
    "-inf", "1e39", "1e999", "70000", "300", "true", "False", "yes", "0x1", "\0", "ä",
    "-9223372036854775808", "9223372036854775808", "9007199254740993",
    "9007199254740993.0",
]  # fmt: skip
CELLS = st.one_of(
    st.none(),
    st.sampled_from(ODD),
    st.just(" 7 "),
    st.floats(width=32).map(str),
    st.integers(-(2**70), 2**70).map(str),
    st.text(min_size=1, max_size=3),
)
NUMBERS = {
    DataType.float64(): st.floats(),
    DataType.float32(): st.floats(width=32),
    DataType.int64(): st.integers(-(2**63), 2**63 - 1),
    DataType.uint64(): st.integers(0, 2**64 - 1),
    DataType.int8(): st.integers(-128, 127),
}


def _agrees(tensor: Input, column: Array, values: Sequence[Any], text: bool) -> None:
    """Whatever is not in doubt is what /predict takes, and has the same value."""
    dtype = DTYPES[tensor.datatype]
    made, doubt = fitted(column, dtype, tensor.columns[0], text)
    for value, got, unsure in zip(values, made, doubt, strict=True):
        if unsure:
            continue
        expected = predict.from_rows([{"x": value}], [tensor])["t"][0, 0]
        assert got == expected or (got != got and expected != expected)


@pytest.mark.parametrize("tensor", TENSORS, ids=str)
@settings(max_examples=40)
@given(cells=st.lists(CELLS, max_size=8))
def test_a_cell_is_taken_only_as_predict_takes_what_it_says(
    tensor: Input, cells: list[str | None]
):
    kind = DTYPES[tensor.datatype].kind
    values = [read_text(cell, kind) for cell in cells]
    values = [None if value != value else value for value in values]

    _agrees(tensor, Array(cells, DataType.utf8()), values, True)


@pytest.mark.parametrize("kind", NUMBERS, ids=lambda kind: str(kind).strip())
@pytest.mark.parametrize("tensor", TENSORS[:7], ids=str)
@settings(max_examples=25)
@given(data=st.data())
def test_a_typed_value_is_taken_only_as_predict_takes_it(
    tensor: Input, kind: DataType, data: st.DataObject
):
    given_ = data.draw(st.lists(st.one_of(st.none(), NUMBERS[kind]), max_size=8))
    values = [None if value != value else value for value in given_]

    _agrees(tensor, Array(given_, kind), values, False)


@pytest.mark.parametrize(
    ("datatype", "cells"),
    [
        ("FP32", ["1.5", "-2", "1e3", ".5", "5."]),
        ("INT64", ["1", "-2", "+3"]),
        ("BOOL", ["true", "False", "1", "0"]),
        ("BYTES", ["1.50", " a "]),
    ],
)
def test_what_is_written_the_usual_way_is_not_in_doubt(datatype, cells):
    _, doubt = fitted(Array(cells, DataType.utf8()), DTYPES[datatype], None, True)

    assert not doubt.any()


TEXTS = (
    DataType.large_utf8(),
    DataType.string_view(),
    DataType.dictionary(DataType.int32(), DataType.utf8()),
)


@pytest.mark.parametrize("kind", TEXTS, ids=str)
def test_text_is_text_however_a_table_holds_it(kind: DataType):
    column = Array(["a", None, "a"], DataType.utf8()).cast(kind)

    values, doubt = fitted(column, np.dtype("O"), Column("x", True), False)

    assert (values.tolist(), doubt.any()) == (["a", None, "a"], False)


@pytest.mark.parametrize(("dtype", "unsure"), [("f4", False), ("i8", True)])
def test_a_decimal_is_a_number_and_not_a_whole_one_unless_it_is(dtype, unsure):
    column = Array(["1.25", "3.00"], DataType.utf8()).cast(DataType.decimal128(6, 2))

    values, doubt = fitted(column, np.dtype(dtype), None, False)

    assert (values[1], list(doubt)) == (3, [unsure, False])


@pytest.mark.parametrize(("missing", "unsure"), [(True, False), (False, True)])
def test_a_missing_value_is_in_doubt_where_the_column_has_none(missing, unsure):
    column = Array([None, 1.0], DataType.float64())

    values, doubt = fitted(column, np.dtype("f4"), Column("x", missing), False)

    assert (np.isnan(values[0]), list(doubt)) == (True, [unsure, False])


@given(
    st.lists(st.one_of(st.none(), st.integers(0, 9)), min_size=1, max_size=40),
    st.integers(0, 20),
)
def test_the_nulls_of_a_slice_are_found(values: list[int | None], start: int):
    found = absent(Array(values, DataType.int64()).slice(min(start, len(values))))

    assert list(found) == [value is None for value in values[start:]]


@pytest.mark.parametrize("text", ["abc", "1_000", "--1", "", "0x10"])
def test_a_cell_that_is_no_number_stays_as_it_was_written(text: str):
    assert read_text(text, "f") == text


def test_a_refusal_names_what_was_written():
    tensor = Input("t", "FP32", (-1, 1), (Column("x"),))

    with pytest.raises(Refusal, match='got "12,5"'):
        predict.from_rows([{"x": read_text("12,5", "f")}], [tensor])

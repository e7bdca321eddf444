"""Every JSON value either fits its tensor exactly or is named as a mistake."""

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_image.server.manifest import Column, Input
from model_image.server.refusal import LIMIT, Mistake
from model_image.server.values import DTYPES, array, flat

WHOLE = [name for name in DTYPES if "INT" in name]


def one(datatype: Any, missing: bool = False) -> Input:
    return Input("x", datatype, (-1, 1), (Column("x", missing),))


@given(values=st.lists(st.floats(width=32, allow_nan=False, allow_infinity=False)))
def test_finite_floats_reach_the_model_as_they_are(values: list[float]):
    mistakes: list[Mistake] = []

    made = array(values, one("FP32"), mistakes)

    assert mistakes == []
    assert made.ravel().tolist() == values


@given(value=st.integers() | st.floats(allow_nan=False, allow_infinity=False))
@pytest.mark.parametrize("datatype", ["FP32", *WHOLE])
def test_a_number_is_taken_exactly_when_its_type_can_hold_it(
    datatype: str, value: int | float
):
    mistakes: list[Mistake] = []

    made = array([value], one(datatype), mistakes)

    assert bool(mistakes) != holds(datatype, value)
    if not mistakes and datatype in WHOLE:
        assert made.item() == value


def holds(datatype: str, value: int | float) -> bool:
    if datatype == "FP32":
        # From halfway to the next power of two on, rounding gives infinity.
        return abs(value) < 2**128 - 2**103
    limits = np.iinfo(DTYPES[datatype])
    return value == int(value) and limits.min <= value <= limits.max


@pytest.mark.parametrize("datatype", [name for name in DTYPES if name != "BYTES"])
@given(value=st.text() | st.none() | st.lists(st.integers()))
def test_only_a_string_tensor_takes_what_is_not_a_number(datatype: str, value: Any):
    mistakes: list[Mistake] = []

    array([value], one(datatype), mistakes)

    assert [mistake.feature for mistake in mistakes] == ["x"]


@pytest.mark.parametrize(("datatype", "value"), [("BOOL", 1), ("FP32", True)])
def test_numbers_and_booleans_do_not_stand_for_each_other(datatype: str, value: Any):
    mistakes: list[Mistake] = []

    array([value], one(datatype), mistakes)

    assert len(mistakes) == 1


def test_null_beside_numbers_becomes_nan_where_it_may_be_missing():
    mistakes: list[Mistake] = []

    made = array([1, None, 2.5], one("FP64", missing=True), mistakes)

    assert mistakes == []
    np.testing.assert_array_equal(made.ravel(), [1, np.nan, 2.5])


def test_a_missing_text_is_none():
    assert array([None], one("BYTES", missing=True), []).item() is None


CITIES = ("Bergen", "Oslo")


def closed(datatype: Any, categories: Any, missing: bool = False) -> Input:
    column = Column("x", missing, categories, closed=True)
    return Input("x", datatype, (-1, 2), (Column("free", True), column))


def test_a_closed_column_takes_what_it_lists():
    mistakes: list[Mistake] = []
    values = ["anything", "Oslo", "at all", "Bergen"]

    made = array(values, closed("BYTES", CITIES), mistakes)

    assert mistakes == []
    assert made.ravel().tolist() == values


@given(value=st.text())
def test_a_closed_column_refuses_everything_else(value: str):
    mistakes: list[Mistake] = []

    array(["a", "Oslo", "b", value], closed("BYTES", CITIES), mistakes)

    assert [(one.feature, one.row) for one in mistakes] == (
        [] if value in CITIES else [("x", 1)]
    )


def test_what_a_closed_column_lists_is_told():
    mistakes: list[Mistake] = []

    array(["a", "Paris"], closed("BYTES", CITIES), mistakes)

    assert str(mistakes[0]) == 'row 0, x: expected one of Bergen, Oslo, got "Paris"'


def test_a_long_list_is_told_in_part():
    mistakes: list[Mistake] = []

    array([1, 99], closed("FP64", tuple(range(11))), mistakes)

    assert mistakes[0].expected == "one of 0, 1, 2, 3, 4, 5, 6, 7, 8, 9, ..."


@pytest.mark.parametrize(
    ("datatype", "categories"), [("FP64", (1, 2)), ("BYTES", CITIES)]
)
def test_a_closed_column_may_still_have_missing_values(datatype: Any, categories: Any):
    mistakes: list[Mistake] = []

    array([None, None], closed(datatype, categories, missing=True), mistakes)

    assert mistakes == []


def test_mistakes_of_a_closed_column_stop_at_the_limit():
    mistakes: list[Mistake] = []

    array(["a"] * 1000, closed("BYTES", CITIES), mistakes)

    assert len(mistakes) == LIMIT


def test_mistakes_stop_at_the_limit():
    mistakes: list[Mistake] = []

    array(["a"] * 1000, one("FP32"), mistakes)

    assert len(mistakes) == LIMIT


@given(rows=st.lists(st.lists(st.integers(), min_size=1), min_size=1))
def test_flat_keeps_every_value_in_order(rows: list[list[int]]):
    assert flat(rows) == [value for row in rows for value in row]

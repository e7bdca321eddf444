"""How a stored answer is compared with one that came."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from model_image.server.example import (
    ExampleError,
    comparable,
    differences,
    read_example,
)

leaves = (
    st.none()
    | st.booleans()
    | st.integers(-100, 100)
    | st.floats(-1e6, 1e6)
    | st.text(max_size=5)
)
values = st.recursive(
    leaves,
    lambda children: (
        st.lists(children, max_size=3)
        | st.dictionaries(st.text(max_size=3), children, max_size=3)
    ),
    max_leaves=10,
)


@given(value=values)
def test_a_value_does_not_differ_from_itself(value: Any):
    assert differences(value, json.loads(json.dumps(value)), 0) == []


@given(one=values, other=values)
def test_without_tolerance_values_differ_exactly_when_their_json_does(
    one: Any, other: Any
):
    differ = bool(differences(one, other, 0))

    assert differ == bool(differences(other, one, 0))
    if differ:
        assert json.dumps(one) != json.dumps(other)


@given(
    value=st.floats(-1e6, 1e6),
    share=st.floats(-1, 1),
    tolerance=st.floats(1e-6, 0.1),
)
def test_a_float_within_the_tolerance_agrees(
    value: float, share: float, tolerance: float
):
    moved = value + 0.99 * share * tolerance * max(1, abs(value))

    assert differences([value], [moved], tolerance) == []


@given(value=st.floats(-1e6, 1e6), tolerance=st.floats(1e-6, 0.1))
def test_a_float_beyond_the_tolerance_differs(value: float, tolerance: float):
    moved = value + 1.01 * tolerance * max(1, abs(value))

    assert len(differences([value], [moved], tolerance)) == 1


@pytest.mark.parametrize(
    ("expected", "got", "line"),
    [
        ({"a": [1.0, 2.0]}, {"a": [1.0, 3.0]}, "$.a[1]: expected 2.0, got 3.0"),
        ({"a": 1}, {}, "$.a: expected 1, got nothing"),
        ({}, {"b": "x"}, '$.b: expected nothing, got "x"'),
        ([1], [1, 2], "$: expected 1 items, got 2"),
        (True, 1, "$: expected true, got 1"),
        (1_000_000, 1_000_001, "$: expected 1000000, got 1000001"),
        (None, 0.0, "$: expected null, got 0.0"),
        ({"a": 1}, [1], '$: expected {"a": 1}, got [1]'),
    ],
)
def test_a_difference_names_the_place_and_both_values(
    expected: Any, got: Any, line: str
):
    assert differences(expected, got, 1e-3) == [line]


def test_what_names_the_call_is_not_compared():
    answer = {"predictions": [1], "id": "a", "model": {}}

    assert comparable(answer) == {"predictions": [1]}


@pytest.mark.parametrize(
    "text",
    [
        "",
        "[]",
        '{"request": 1}',
        '{"request": 1, "response": 1, "tolerance": "x"}',
        '{"request": 1, "response": 1, "tolerance": 0, "more": 1}',
    ],
)
def test_an_example_without_its_parts_is_refused_by_name(tmp_path: Path, text: str):
    path = tmp_path / "example.json"
    path.write_text(text)

    with pytest.raises(ExampleError, match=r"example\.json"):
        read_example(path)

"""How far apart two sets of answers are, whichever of them comes first."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays

from model_image.convert.parity import differences, gap

TOLERANCE = 1e-5
numbers = arrays(
    np.float64,
    array_shapes(min_dims=1, max_dims=2, min_side=1, max_side=5),
    elements=st.floats(-1e6, 1e6) | st.just(float("nan")),
)


@given(numbers)
def test_answers_do_not_differ_from_themselves(values: np.ndarray):
    assert gap({"y": values}, {"y": values.copy()}, TOLERANCE).largest == 0.0


@given(st.data(), numbers)
def test_a_difference_is_as_seen_from_either_side(data: st.DataObject, a: np.ndarray):
    b = data.draw(arrays(np.float64, a.shape, elements=st.floats(-1, 1)))
    small = np.clip(a, -1, 1)

    one, other = (
        gap({"y": x}, {"y": y}, TOLERANCE) for x, y in ((small, b), (b, small))
    )

    assert one.largest == other.largest


@given(numbers, st.integers(0, 4))
def test_the_largest_difference_is_found_where_it_is(values: np.ndarray, at: int):
    row = at % len(values)
    values = np.nan_to_num(values)
    changed = values.copy()
    changed[row] += 1e7

    found = gap({"y": values}, {"y": changed}, TOLERANCE)

    assert found.where == f"y, row {row}"
    assert found.largest > 1


def test_large_numbers_differ_by_their_share():
    found = gap({"y": np.array([1000.0])}, {"y": np.array([1001.0])}, TOLERANCE)

    assert found.largest == pytest.approx(1e-3)


@pytest.mark.parametrize(
    "other",
    [
        {},
        {"y": np.zeros((2, 2))},
        {"y": np.zeros(3)},
        {"y": np.array([0.0, np.nan])},
        {"y": np.array([0.0, np.inf])},
    ],
)
def test_what_cannot_be_compared_is_infinitely_far(other: dict[str, np.ndarray]):
    assert gap({"y": np.zeros(2)}, other, TOLERANCE).largest == np.inf


def test_a_column_of_one_is_no_column():
    assert gap({"y": np.zeros(2)}, {"y": np.zeros((2, 1))}, TOLERANCE).largest == 0.0


def test_labels_are_equal_or_not_whatever_their_distance():
    found = differences(
        {"label": np.array([1, 2])}, {"label": np.array([1, 3])}, TOLERANCE
    )

    assert found["label"].tolist() == [0.0, np.inf]


def test_either_of_two_classes_may_be_named_when_they_are_equally_likely():
    expected = {
        "label": np.array(["a", "a"], object),
        "probabilities": np.array([[0.5, 0.5], [0.6, 0.4]]),
    }
    got = expected | {"label": np.array(["b", "b"], object)}

    assert differences(expected, got, TOLERANCE)["label"].tolist() == [0.0, np.inf]

"""Counting in the bins of the training data."""

import numpy as np
import pytest

from model_image.server.profile import Categories, Distribution
from model_image.server.telemetry.bins import Names, Numbers


def numbers(*trained: Distribution) -> Numbers:
    places = range(len(trained))
    return Numbers("x", [f"f{at}" for at in places], places, trained)


def test_a_value_that_equals_an_edge_is_counted_below_it():
    counted = numbers(Distribution([1.0, 2.0], [0, 0, 0]))

    added = counted.add(np.array([[1.0], [1.5], [2.0], [3.0]]))

    assert added.tolist() == [[1, 2, 1, 0]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("value", [0.1, 0.3, 0.7, 3.19])
def test_an_edge_with_a_fraction_is_one_in_every_precision(value: float, dtype: type):
    counted = numbers(Distribution([value], [0, 0]))

    added = counted.add(np.array([[value]], dtype))

    assert added.tolist() == [[1, 0, 0]]


def test_missing_values_are_counted_apart_and_not_summed():
    counted = numbers(Distribution([1.0], [0, 0]))

    counted.add(np.array([[np.nan], [5.0], [np.nan]]))

    assert counted.counts.tolist() == [[0, 1, 2]]
    assert counted.sums.tolist() == [5.0]


def test_columns_with_fewer_edges_stand_beside_those_with_more():
    counted = numbers(Distribution([1.0], [3, 4]), Distribution([1.0, 2.0], [5, 6, 7]))

    added = counted.add(np.array([[0.0, 0.0], [9.0, 9.0], [np.inf, np.inf]]))

    assert added.tolist() == [[1, 2, 0, 0], [1, 0, 2, 0]]
    assert counted.training.tolist() == [[3, 4, 0, 0], [5, 6, 7, 0]]


def test_a_column_without_edges_counts_what_is_there_and_what_is_not():
    counted = numbers(Distribution([], [8], 2))

    added = counted.add(np.array([[1.0], [np.nan]]))

    assert added.tolist() == [[1, 1]]
    assert counted.training.tolist() == [[8, 2]]


def test_many_rows_are_counted_like_few():
    edges = Distribution([0.25, 0.5, 0.75], [0, 0, 0, 0])
    many, one_by_one = numbers(edges), numbers(edges)
    values = np.random.default_rng(0).random((100_000, 1))

    many.add(values)
    for start in range(0, len(values), 1000):
        one_by_one.add(values[start : start + 1000])

    assert (many.counts == one_by_one.counts).all()
    assert many.counts.sum() == 100_000


def test_categories_unknown_to_training_are_counted_together():
    trained = Categories({"a": 1, "b": 2, "(other)": 3}, 4)
    counted = Names("x", "f", 0, trained, {"a": "a", "b": "b"})

    counted.add(np.array(["a", "c", "d", None, "b", "b"], object))

    assert counted.names == ("b", "a", "(other)")
    assert counted.counts.tolist() == [[2, 1, 2, 1]]
    assert counted.training.tolist() == [[2, 1, 3, 4]]


def test_a_number_that_is_no_number_is_a_missing_category():
    counted = Names("x", "f", 0, Categories({"1.0": 1}), {1.0: "1.0"})

    counted.add(np.array([1.0, np.nan, np.nan], np.float32))

    assert counted.counts.tolist() == [[1, 0, 2]]

"""Telling a shift from chance."""

from math import inf, log

import numpy as np
import pytest

from model_image.server.profile import Categories, Distribution
from model_image.server.telemetry.bins import Bins, Names, Numbers
from model_image.server.telemetry.drift import Drift, bins_allowed, rows_needed
from model_image.server.values import Array

FEATURES = 500
"""Each is a trial of its own."""


def trained(rows: Array) -> Numbers:
    """Bins as packing makes them, of columns of the same length."""
    made = []
    for column in rows.T:
        edges = np.unique(np.quantile(column, np.arange(1, 10) / 10))
        counts = np.bincount(np.searchsorted(edges, column), minlength=len(edges) + 1)
        made.append(Distribution(edges.tolist(), counts.tolist()))
    places = range(rows.shape[1])
    return Numbers("x", [f"f{at}" for at in places], places, made)


def judged(bins: Bins, rows: Array, wanted: int = 500) -> Array:
    return Drift([bins], wanted).psi(bins.add(rows).ravel())[0]


@pytest.mark.parametrize("known", [80, 133, 1000, 5000])
@pytest.mark.parametrize("wanted", [1, 500])
def test_traffic_without_drift_is_not_taken_for_a_shift(known: int, wanted: int):
    random = np.random.default_rng(0)
    bins = trained(random.standard_normal((known, FEATURES)))
    traffic = random.standard_normal((int(rows_needed(known, wanted)), FEATURES))

    psi = judged(bins, traffic, wanted)

    assert np.median(psi) < 0.05
    assert np.quantile(psi, 0.99) < 0.15
    assert psi.max() < 0.2


@pytest.mark.parametrize("known", [80, 133, 1000, 5000])
@pytest.mark.parametrize("wanted", [1, 500])
def test_a_shift_by_the_width_of_the_data_is_told(known: int, wanted: int):
    random = np.random.default_rng(1)
    bins = trained(random.standard_normal((known, FEATURES)))
    traffic = random.standard_normal((int(rows_needed(known, wanted)), FEATURES)) + 1

    psi = judged(bins, traffic, wanted)

    assert np.quantile(psi, 0.01) > 0.2


def test_values_that_spread_wider_are_told_where_the_mean_stays():
    random = np.random.default_rng(2)
    bins = trained(random.standard_normal((1000, 200)))

    psi = judged(bins, random.standard_normal((500, 200)) * 2)

    assert psi.min() > 0.2


def test_psi_is_the_sum_over_the_bins():
    bins = trained(np.arange(100_000.0)[:, None])
    half = np.arange(50_000.0)[:, None]

    psi = judged(bins, half)

    # Five bins twice as full as in training, and five empty but for half a row each.
    full, empty = 1.0 / 5, 0.5 / 50_005
    expected = 5 * (full - 0.1) * log(full / 0.1) + 5 * (empty - 0.1) * log(empty / 0.1)
    assert psi[0] == pytest.approx(expected, rel=1e-3)


def test_values_that_go_missing_are_a_drift():
    random = np.random.default_rng(3)
    bins = trained(random.standard_normal((1000, 1)))
    traffic = random.standard_normal((500, 1))
    traffic[:50] = np.nan

    assert judged(bins, traffic)[0] > 0.2


def test_a_new_category_is_a_drift():
    known = {name: name for name in ("a", "b", "c")}
    bins = Names("x", "f", 0, Categories({"a": 600, "b": 300, "c": 100}), known)
    before = np.repeat(np.array([*"abc"], object), [300, 150, 50])
    after = np.append(before, np.full(60, "new", object))

    assert judged(bins, before)[0] < 0.05
    assert judged(bins, after)[0] > 0.2


@pytest.mark.parametrize("wanted", [1, 500])
def test_a_column_that_never_changes_does_not_drift_until_it_does(wanted: int):
    bins = Numbers("x", ["f"], [0], [Distribution([1.0], [1000, 0])])

    assert judged(bins, np.ones((500, 1)), wanted)[0] == pytest.approx(0, abs=1e-4)
    assert judged(bins, np.full((500, 1), 2.0), wanted)[0] > 1


def test_what_is_missing_in_training_takes_one_of_few_bins():
    trained = Distribution([1.0, 2.0, 3.0], [30, 30, 30, 30], 13)
    bins = Numbers("x", ["f"], [0], [trained])
    traffic = np.repeat([0.5, 2.5, np.nan], [225, 225, 50])[:, None]

    assert bins_allowed(133, 500) == 3
    assert judged(bins, traffic)[0] < 0.01


def test_too_few_rows_say_nothing():
    bins = trained(np.random.default_rng(4).standard_normal((10_000, 1)))

    assert np.isnan(judged(bins, np.ones((499, 1)), 500))[0]
    assert not np.isnan(judged(bins, np.ones((500, 1)), 500))[0]


def test_an_eager_setting_does_not_make_chance_a_drift():
    assert rows_needed(10_000, 1) > 50
    assert rows_needed(10_000, 500) == 500


def test_training_on_a_handful_of_rows_tells_no_drift():
    assert rows_needed(70, 500) == inf


def test_the_more_is_known_the_finer_the_bins():
    allowed = [bins_allowed(known, 500) for known in (80, 133, 200, 10_000)]

    assert allowed == [2, 3, 6, 10]

"""Figures are medians with the spread of their rounds."""

import pytest

from tests.benchmarks.figures import Spread
from tests.benchmarks.measured import SESSION_MICROSECONDS, measured, visited


def test_noise_is_the_range_over_the_median():
    assert Spread((90.0, 100.0, 130.0)).noise == pytest.approx(0.4)


def test_refused_requests_are_no_part_of_a_rate():
    load = visited("slipway", 1, 1000, failed=250).loads[16]

    assert load.rate == 750


def test_a_share_of_the_ceiling_is_taken_within_a_round(tmp_path):
    figures = measured(tmp_path, slipway=[900, 450, 800], ceiling=[1000, 500, 1000])

    share = figures.share_of_ceiling("slipway", "linear")

    assert share.values == (0.9, 0.9, 0.8)


def test_added_time_is_the_processors_less_the_bare_session(tmp_path):
    figures = measured(tmp_path, slipway=[10_000, 10_000, 10_000])

    added = figures.added_microseconds("slipway", "linear")

    # Half a second of the processor over ten thousand requests.
    assert added == pytest.approx(50 - SESSION_MICROSECONDS)

"""Durations as Prometheus reads them."""

import re

from hypothesis import given
from hypothesis import strategies as st

from components.promql import duration


@given(st.floats(0.001, 1e7))
def test_a_duration_has_no_fraction_and_loses_less_than_a_millisecond(seconds: float):
    found = re.fullmatch(r"(\d+)(ms|s)", duration(seconds))

    assert found is not None
    number, unit = found.groups()

    read = int(number) / (1000 if unit == "ms" else 1)
    assert abs(read - seconds) <= 0.0005 + seconds * 1e-9


def test_whole_seconds_stay_seconds():
    assert [duration(one) for one in (0, 5, 2.5)] == ["0s", "5s", "2500ms"]

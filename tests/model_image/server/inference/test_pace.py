"""The time a run will take is told from the time others took."""

import time
from collections.abc import Callable

import pytest

from model_image.server.inference.pace import MANY_ROWS, Pace, measure
from tests.model_image.server.models import Arrays, rows


def slow(fixed: float, per_row: float) -> tuple[list[int], Callable[[Arrays], None]]:
    seen: list[int] = []

    def run(arrays: Arrays) -> None:
        seen.append(len(arrays["x"]))
        time.sleep(fixed + per_row * len(arrays["x"]))

    return seen, run


def test_a_model_that_takes_its_time_whatever_it_is_asked_gains_by_batches():
    _, run = slow(0.02, 0.0)

    pace = measure(run, rows(1, 2))

    assert pace.batches_gain
    assert 0.02 <= pace.seconds(1) < 0.2


def test_a_model_that_takes_its_time_for_each_row_does_not():
    _, run = slow(0.0, 0.02)

    pace = measure(run, rows(1))

    assert not pace.batches_gain
    assert pace.seconds(10) >= 0.15


def test_a_very_slow_model_is_not_asked_many_rows_before_it_is_ready():
    seen, run = slow(0.3, 0.0)

    measure(run, rows(1))

    assert MANY_ROWS not in seen


def test_expectations_follow_what_runs_really_take():
    pace = Pace(0.01, 0.001)

    for _ in range(100):
        pace.saw(10, 0.04)

    assert pace.seconds(10) == pytest.approx(0.04, rel=0.01)


def test_one_slow_run_does_not_change_much():
    pace = Pace(0.0, 0.001)

    pace.saw(1, 0.003)

    assert pace.seconds(1) == pytest.approx(0.0012)

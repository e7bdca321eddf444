"""Forgetting what is long ago."""

import numpy as np

from model_image.server.telemetry.window import Window

ONE = np.array([1, 0])
OTHER = np.array([0, 1])


def test_what_was_counted_within_the_window_adds_up():
    window = Window(2, 60)

    window.add(ONE, 1000.0)
    window.add(ONE, 1000.1)
    window.add(OTHER, 1058.0)

    assert window.total(1058.5).tolist() == [2, 1]


def test_what_is_older_than_the_window_is_forgotten():
    window = Window(2, 60)

    window.add(ONE, 1000.0)
    window.add(OTHER, 1030.0)

    assert window.total(1061.0).tolist() == [0, 1]


def test_a_long_silence_empties_the_window():
    window = Window(2, 60)

    window.add(ONE, 1000.0)

    assert window.total(1e6).tolist() == [0, 0]


def test_counts_that_come_all_the_time_stay_those_of_one_window():
    window = Window(2, 60)

    for second in range(1000, 2000):
        window.add(ONE, float(second))

    assert window.total(1999.0).tolist() == [60, 0]

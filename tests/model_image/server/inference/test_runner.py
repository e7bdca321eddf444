"""Large work leaves the event loop; small work does not pay for it."""

import asyncio
import threading

from model_image.server.inference.pace import Pace
from model_image.server.inference.runner import Runner
from tests.model_image.server.models import LIMITS, Doubler, metrics, rows


def fast() -> Pace:
    """A millisecond a row; each runner has its own, for it learns from what it sees."""
    return Pace(0.0, 0.001)


def test_small_work_is_done_in_place():
    model = Doubler()

    given = Runner(model, fast(), LIMITS, metrics()).run_now(rows(1))

    assert given
    assert given["y"].tolist() == [[2]]
    assert model.threads == [threading.current_thread()]


def test_large_work_is_not_done_in_place():
    model = Doubler()

    assert Runner(model, fast(), LIMITS, metrics()).run_now(rows(*range(100))) is None
    assert model.runs == []


def test_what_is_not_done_in_place_is_done_by_a_worker():
    model = Doubler()
    runner = Runner(model, fast(), LIMITS, metrics())

    given = asyncio.run(runner.run(rows(1, 2), ("z",)))

    assert {name: each.tolist() for name, each in given.items()} == {"z": [[3], [6]]}
    assert model.threads != [threading.current_thread()]


def test_a_model_that_turns_slow_leaves_the_event_loop():
    model = Doubler(seconds=0.05)
    runner = Runner(model, Pace(0.0, 0.001), LIMITS, metrics())

    runner.run_now(rows(1))

    assert runner.run_now(rows(1)) is None


def test_runs_in_place_are_counted():
    counts = metrics()

    Runner(Doubler(), fast(), LIMITS, counts).run_now(rows(1, 2, 3))

    assert b"slipway_batch_rows_sum 3.0" in counts.page()[0]

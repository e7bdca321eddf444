"""Too much work is refused at once, so that what is accepted is answered in time."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.model_image.server.life.moody import asking, moody
from tests.model_image.server.life.process import resident_bytes
from tests.model_image.server.life.record import record
from tests.open_loop import OpenLoop, Outcome

Serve = Callable[..., Any]
ROW_SECONDS, THREADS, QUEUE_SECONDS = 0.02, 2, 0.5
CAPACITY = THREADS / ROW_SECONDS
LIMIT_SECONDS = QUEUE_SECONDS + ROW_SECONDS


@pytest.fixture
def slow(serve: Serve, tmp_path: Path) -> Any:
    """A server of a model that takes 20 ms for each row, whatever else there is."""
    return serve(
        moody(tmp_path, per_row=ROW_SECONDS),
        SLIPWAY_THREADS=str(THREADS),
        SLIPWAY_QUEUE_SECONDS=str(QUEUE_SECONDS),
    )


def overloaded(server: Any, seconds: float, times: float = 5.0) -> Outcome:
    callers = OpenLoop(server.ports[0], CAPACITY * times, [asking(2.0)])
    return asyncio.run(callers.run(seconds))


def test_five_times_the_load_gets_bounded_latency_and_503s_that_say_when(slow: Any):
    outcome = overloaded(slow, 5)

    assert outcome.lost == []
    assert set(outcome.answered) == {200, 503}
    assert outcome.answered[200] > CAPACITY * 5 / 2
    assert outcome.quantile(200, 0.99) < LIMIT_SECONDS + 2
    assert int(outcome.headers[503]["retry-after"]) >= 1


def test_a_server_that_was_overloaded_takes_everybody_afterwards(slow: Any):
    overloaded(slow, 2)

    outcome = overloaded(slow, 2, times=0.3)

    assert set(outcome.answered) == {200}


@pytest.mark.proof
def test_a_minute_of_five_times_the_load_leaves_latency_and_memory_flat(slow: Any):
    # Until the allocator has what the threads and their tables take.
    overloaded(slow, 60)
    before = resident_bytes(slow.process.pid)

    outcome = overloaded(slow, 60)

    after = resident_bytes(slow.process.pid)
    assert outcome.lost == []
    assert set(outcome.answered) == {200, 503}
    assert outcome.quantile(200, 0.99) < LIMIT_SECONDS + 0.5
    assert after < before * 1.05
    record(
        "overload",
        f"A minute at 5 times the capacity of a 20 ms model ({CAPACITY:.0f} a second), "
        f"`SLIPWAY_QUEUE_SECONDS={QUEUE_SECONDS}`: {outcome.answered[200]:,} answered "
        f"with p50 {outcome.quantile(200, 0.5) * 1000:.0f} ms and p99 "
        f"{outcome.quantile(200, 0.99) * 1000:.0f} ms (limit "
        f"{LIMIT_SECONDS * 1000:.0f} ms), {outcome.answered[503]:,} refused with 503 "
        f"after {outcome.quantile(503, 0.5) * 1000:.1f} ms in the median (the callers "
        f"were {outcome.late * 1000:.0f} ms late at most); resident "
        f"memory {before / 2**20:.1f} MB before and {after / 2**20:.1f} MB after.",
    )

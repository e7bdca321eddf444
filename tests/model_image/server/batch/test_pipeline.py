"""The line of chunks: in order, bounded, left at once when something fails."""

import threading
import time
from collections.abc import Iterator

import pytest

from model_image.server.batch.pipeline import in_order


def test_what_goes_in_first_comes_out_first():
    def work(number: int) -> int:
        time.sleep(0.02 if number % 3 == 0 else 0)
        return number

    assert list(in_order(work, range(20), 4)) == list(range(20))


def test_no_more_is_read_than_the_threads_can_soon_take():
    read: list[int] = []

    def given() -> Iterator[int]:
        for number in range(100):
            read.append(number)
            yield number

    line = in_order(lambda number: number, given(), 2)
    for _ in range(3):
        next(line)

    assert len(read) <= 3 + 2 + 2


def test_threads_work_at_the_same_time():
    both = threading.Barrier(2, timeout=10)

    assert len(list(in_order(lambda _: both.wait(), range(2), 2))) == 2


def test_a_failure_ends_it_and_what_was_not_begun_is_dropped():
    begun: list[int] = []

    def work(number: int) -> None:
        begun.append(number)
        raise ValueError(number)

    with pytest.raises(ValueError, match="0"):
        list(in_order(work, range(100), 1))

    assert len(begun) < 10

"""A bounded line of chunks through several threads, out in the order they went in."""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from typing import TypeVar

In = TypeVar("In")
Out = TypeVar("Out")

_WAITING = 2
"""Chunks read ahead of the threads."""


def in_order(
    work: Callable[[In], Out], given: Iterable[In], threads: int
) -> Iterator[Out]:
    """
    The work done on each, of which never more than a few are held.

    Where the line is left early, what no thread has begun is dropped.
    """
    pool = ThreadPoolExecutor(threads, thread_name_prefix="batch")
    running: deque[Future[Out]] = deque()
    try:
        for one in given:
            running.append(pool.submit(work, one))
            if len(running) >= threads + _WAITING:
                yield running.popleft().result()
        while running:
            yield running.popleft().result()
    finally:
        # Not waited for: what a thread still writes is whole or not there.
        pool.shutdown(wait=False, cancel_futures=True)

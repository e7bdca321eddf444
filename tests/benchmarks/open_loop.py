"""
Open-loop load: requests come when they are due, however long the last ones take.

A time is counted from the moment a request was due, not from when there was a free
connection to send it on, so a server that stalls cannot hide those who had to wait
(coordinated omission). The client never sleeps: it has a processor of its own, and
timers of event loops are too coarse for answers that take a tenth of a millisecond.
"""

import math
import random
import time
from collections.abc import Sequence
from urllib.parse import urlsplit

import msgspec

from .callers import Callers
from .running import BenchmarkError, Running

_GRACE_SECONDS = 20


class Steady(msgspec.Struct, frozen=True):
    """What callers at a steady rate saw."""

    rate: float
    """Requests a second that were due."""
    p50_ms: float
    p99_ms: float
    refused: int
    """Answers that were no 2xx."""
    lost: int
    """Requests whose connection was closed instead of an answer."""
    late_p99_ms: float
    """How long after it was due a request was sent: that much is the client's fault."""


def steady(running: Running, rate: float, seconds: float) -> Steady:
    """Ask one server at that rate, at random moments; raises BenchmarkError."""
    callers = Callers(running.port, _request(running))
    try:
        asked_at(callers, _moments(rate, seconds))
    except OSError as error:
        raise BenchmarkError(f"open-loop load: {error}") from None
    finally:
        callers.close()
    return Steady(
        rate,
        quantile(callers.seconds, 0.5) * 1000,
        quantile(callers.seconds, 0.99) * 1000,
        callers.refused,
        callers.lost,
        quantile(callers.late, 0.99) * 1000,
    )


def quantile(values: Sequence[float], share: float) -> float:
    """The least of the values that this share of them does not exceed."""
    return sorted(values)[max(math.ceil(share * len(values)) - 1, 0)]


def asked_at(callers: Callers, moments: Sequence[float]) -> None:
    """Send a request at each moment, in seconds from now; return when all came."""
    start = time.perf_counter()
    deadline = start + moments[-1] + _GRACE_SECONDS
    sent = 0
    while sent < len(moments) or not callers.all_idle:
        now = time.perf_counter()
        while sent < len(moments) and start + moments[sent] <= now:
            if not callers.send(start + moments[sent]):
                break
            sent += 1
        callers.receive()
        if now > deadline:
            raise BenchmarkError("open-loop load: answers did not come in time")


def _moments(rate: float, seconds: float) -> list[float]:
    """When requests are due: as independent callers come, the same in every run."""
    random_gap = random.Random(0).expovariate
    due = 0.0
    moments: list[float] = []
    while due < seconds or not moments:
        due += random_gap(rate)
        moments.append(due)
    return moments


def _request(running: Running) -> bytes:
    body = running.body()
    head = (
        f"POST {urlsplit(running.url).path} HTTP/1.1\r\nHost: 127.0.0.1\r\n"
        f"Content-Type: application/json\r\nContent-Length: {len(body)}\r\n\r\n"
    )
    return head.encode() + body

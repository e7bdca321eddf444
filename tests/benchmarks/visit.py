"""One server, one model, one round: all that is measured while it runs."""

import msgspec

from .models import Model
from .open_loop import Steady, steady
from .processes import proportional_mb, resident_mb
from .running import BenchmarkError, Running, running
from .servers import Server
from .wrk import Load, load

CONNECTIONS = (1, 16, 64)
CAPACITY_AT = 16
SHARE_OF_CAPACITY = 0.7
# With the connections: one warm-up, and the steady rate.
MEASUREMENTS = len(CONNECTIONS) + 2


class Visit(msgspec.Struct, frozen=True):
    """What one visit found."""

    server: str
    model: str
    round: int
    cold_seconds: float
    pss_mb: float
    rss_mb: float
    loads: dict[int, Load]
    steady: Steady | None
    """At that share of what it did with 16 connections, or why not."""
    note: str = ""


def visit(server: Server, model: Model, number: int, seconds: float) -> Visit:
    """Start a server, load it in every way, stop it; raises BenchmarkError."""
    with running(server, model) as ready:
        status, answer = ready.answer(ready.body())
        if status != 200:
            raise BenchmarkError(f"{server.name} answered {status}: {answer[:200]!r}")
        load(ready, CAPACITY_AT, seconds / 2)
        loads = {count: load(ready, count, seconds) for count in CONNECTIONS}
        found, note = _steady(ready, loads[CAPACITY_AT].rate, seconds)
        members = ready.tree
        return Visit(
            server.name,
            model.name,
            number,
            ready.cold_seconds,
            proportional_mb(members),
            resident_mb(members),
            loads,
            found,
            note,
        )


def _steady(
    ready: Running, capacity: float, seconds: float
) -> tuple[Steady | None, str]:
    try:
        return steady(ready, SHARE_OF_CAPACITY * capacity, seconds), ""
    except BenchmarkError as error:
        return None, str(error)

"""Made-up measurements, for tests of what is made of them."""

from pathlib import Path

from tests.benchmarks.figures import Figures, figures
from tests.benchmarks.open_loop import Steady
from tests.benchmarks.records import Records, Session
from tests.benchmarks.visit import Visit
from tests.benchmarks.wrk import Load

SESSION_MICROSECONDS = 10.0


def visited(
    server: str, number: int, rate: int, *, failed: int = 0, steady: bool = True
) -> Visit:
    """A visit in which each load was one second at this rate."""
    load = Load(rate, 1.0, 1.5, 4.5, failed, 0, processor_seconds=0.5)
    found = Steady(rate * 0.7, 0.25, 1.25, 0, 0, 0.01) if steady else None
    loads = {count: load for count in (1, 16, 64)}
    return Visit(server, "linear", number, 0.4, 50.0, 70.0, loads, found)


def measured(folder: Path, **rates: list[int]) -> Figures:
    """Figures of some servers, a rate for each round; `_` in a name stands for `-`."""
    records = Records(folder / "records.jsonl")
    for number in (1, 2, 3):
        records.add(Session("linear", number, SESSION_MICROSECONDS))
    for server, values in rates.items():
        for number, rate in enumerate(values, 1):
            records.add(visited(server.replace("_", "-"), number, rate))
    return figures(records)

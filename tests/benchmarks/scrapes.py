"""
What being watched costs a server: `python -m tests.benchmarks.scrapes`.

The same server answers 16 connections in turns, alone and scraped each second (fifteen
times as often as Prometheus does), so that the cost stands out from the noise.
"""

import argparse
import statistics
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from .models import MODELS, model
from .running import BenchmarkError, Running, ask, pinned_to_client_core, running
from .servers import OURS, SERVERS
from .visit import CAPACITY_AT
from .wrk import Load, load

_EVERY_S = 1.0
_USUAL_S = 15.0


def main() -> int:
    """Measure, and print the ratio and what it comes to at the usual interval."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.scrapes")
    parser.add_argument("--model", choices=MODELS, default="linear")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4)
    asked = parser.parse_args()
    alone: list[Load] = []
    watched: list[Load] = []
    try:
        chosen = model(asked.model)
        pinned_to_client_core()
        with running(SERVERS[OURS], chosen) as ready:
            load(ready, CAPACITY_AT, asked.seconds)
            for _ in range(asked.rounds):
                alone.append(load(ready, CAPACITY_AT, asked.seconds))
                with scraped(ready):
                    watched.append(load(ready, CAPACITY_AT, asked.seconds))
    except BenchmarkError as error:
        print(f"scrapes: {error}", file=sys.stderr)
        return 3
    ratios = [b.rate / a.rate for a, b in zip(alone, watched, strict=True)]
    ratio = statistics.median(ratios)
    spread = f"{min(ratios):.3f} to {max(ratios):.3f}"
    print(f"alone {statistics.median(one.rate for one in alone):,.0f} answers a second")
    print(f"scraped each second {ratio:.3f} of that ({spread})")
    print(f"scraped as usual about {1 - (1 - ratio) * _EVERY_S / _USUAL_S:.4f} of it")
    return 0


@contextmanager
def scraped(ready: Running) -> Iterator[None]:
    """Ask for the metrics each second meanwhile."""
    over = threading.Event()

    def scrape() -> None:
        while not over.wait(_EVERY_S):
            status, text = ask(ready.metrics_port, "GET", "/metrics")
            if status != 200 or b"slipway_model_info" not in text:
                raise BenchmarkError(f"/metrics answered {status}")

    thread = threading.Thread(target=scrape)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


if __name__ == "__main__":
    sys.exit(main())

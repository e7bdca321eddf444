"""The serving benchmark: `python -m tests.benchmarks.serving --write`."""

import argparse
import sys
import time
from collections.abc import Iterator

from stacks.machine.packages import PackagesError

from .figures import figures
from .models import MODELS, Model, model
from .records import Records, Session, records
from .running import BenchmarkError, pinned_to_client_core
from .servers import SERVERS, Server
from .session import session_microseconds
from .speed_section import speed_section, write_speed
from .visit import visit


def main() -> int:
    """Measure what is not measured yet; 0 when all of it is."""
    asked = _arguments()
    kept = records()
    if asked.afresh:
        kept.forget(asked.servers)
    try:
        models = [model(name) for name in asked.models]
        pinned_to_client_core()
        failed = _measure(kept, models, asked)
    except (BenchmarkError, PackagesError) as error:
        print(f"serving: {error}", file=sys.stderr)
        return 3
    missing = len(list(_missing(kept, models, asked)))
    if kept.visits and kept.sessions:
        print(speed_section(figures(kept)))
    if missing:
        print(f"{missing} visits are left, {failed} failed; the same command goes on")
        return 1
    if asked.write:
        write_speed(figures(kept))
    return 0


def _measure(kept: Records, models: list[Model], asked: argparse.Namespace) -> int:
    """Round by round, so that what disturbs the machine disturbs all; the failures."""
    deadline = time.monotonic() + asked.minutes * 60
    failed = 0
    for number, server, each in _missing(kept, models, asked):
        if time.monotonic() > deadline:
            break
        if not kept.has_session(each.name, number):
            microseconds = session_microseconds(each, asked.seconds)
            kept.add(Session(each.name, number, microseconds))
        print(f"round {number}, {each.name}, {server.name}", flush=True)
        try:
            kept.add(visit(server, each, number, asked.seconds))
        except BenchmarkError as error:
            failed += 1
            print(f"   {error}", flush=True)
    return failed


def _missing(
    kept: Records, models: list[Model], asked: argparse.Namespace
) -> Iterator[tuple[int, Server, Model]]:
    for number in range(1, asked.rounds + 1):
        for each in models:
            for name in asked.servers:
                server = SERVERS[name]
                if server.serves(each) and not kept.has_visit(name, each.name, number):
                    yield number, server, each


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.serving")
    add = parser.add_argument
    add("--servers", nargs="+", choices=SERVERS, default=list(SERVERS))
    add("--models", nargs="+", choices=MODELS, default=list(MODELS))
    add("--rounds", type=int, default=3)
    add("--seconds", type=float, default=4, help="of each measurement")
    add("--minutes", type=float, default=120, help="after which no server is begun")
    add("--afresh", action="store_true", help="forget these servers' records first")
    add("--write", action="store_true", help="write the document when all is there")
    return parser.parse_args()


if __name__ == "__main__":
    sys.exit(main())

"""What servers make of bad requests and of SIGTERM: run me with `-m`, `--write`."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import dataclass

from stacks.machine.packages import PackagesError

from .departure import Departure, departure
from .forms import FAULTS, spoiled
from .markdown import table, write
from .models import Model, model
from .running import BenchmarkError, Running, pinned_to_client_core, running
from .servers import OURS, SERVERS, Server
from .speed_section import DOCUMENT, measured_on, versions

_AFTER = ("in flight on SIGTERM", "new after 0.2 s", "exit code", "processes left")
_ASKED = (OURS, "slipway-predict")
_NOT_APPLICABLE = "-"


@dataclass(frozen=True)
class Conduct:
    """One server's answers to each fault, and its end."""

    title: str
    statuses: dict[str, int | str]
    departure: Departure

    @property
    def mistakes(self) -> list[str]:
        """Where it is wrong: a fault that is no 4xx, a caller lost, a process left."""
        faults = [
            fault for fault, status in self.statuses.items() if not _right(status)
        ]
        parts = self.departure.is_right.items()
        return faults + [part for part, is_right in parts if not is_right]


def main() -> int:
    """Ask every server; 0 when Slipway is all right."""
    parser = argparse.ArgumentParser(prog="python -m tests.benchmarks.behaviour")
    chosen = [*_ASKED, *(name for name in SERVERS if name.endswith("-stock"))]
    parser.add_argument("--servers", nargs="+", choices=chosen, default=chosen)
    parser.add_argument("--write", action="store_true", help="write the document too")
    asked = parser.parse_args()
    try:
        pinned_to_client_core()
        found = {name: conduct(SERVERS[name]) for name in asked.servers}
    except (BenchmarkError, PackagesError) as error:
        print(f"behaviour: {error}", file=sys.stderr)
        return 3
    print(section := behaviour_section([*found.values()]))
    if asked.write:
        write(DOCUMENT, "behaviour", section)
    wrong = [one for name, one in found.items() if name in _ASKED and one.mistakes]
    for one in wrong:
        print(f"{one.title} is wrong in: {', '.join(one.mistakes)}", file=sys.stderr)
    return 1 if wrong else 0


def conduct(server: Server) -> Conduct:
    """
    Everything about one server.

    Bad requests meet its own handling of scikit-learn's model. For the end, a model
    is asked that takes its time: the net, around onnxruntime.
    """
    print(f"asking {server.name}", file=sys.stderr, flush=True)
    with running(server, chosen := model("linear")) as ready:
        statuses = {fault: _status(ready, chosen, fault) for fault in FAULTS}
        # A server that breaks on one bad request has more than a wrong status.
        good, _ = ready.answer(ready.body())
        if good != 200:
            statuses["a good one afterwards"] = good
    slow = SERVERS[server.name.replace("-stock", "-onnx")]
    is_slow = slow.serves(net := model("net"))
    end = departure(slow, net if is_slow else chosen)
    return Conduct(server.title, statuses, end)


def behaviour_section(found: Sequence[Conduct]) -> str:
    """The table, with what is wrong in bold."""
    rows = [
        [
            one.title,
            *(_shown(status, _right(status)) for status in one.statuses.values()),
            *_end(one.departure),
        ]
        for one in found
    ]
    return "\n".join(
        [
            f"Asked {measured_on()}; what is wrong is bold.",
            "",
            table(["server", *FAULTS, *_AFTER], rows),
            "",
            f"The peers: {versions()}.",
        ]
    )


def _status(ready: Running, chosen: Model, fault: str) -> int | str:
    package = ready.server.package(chosen)
    body = spoiled(fault, ready.server.form, chosen.row, package.manifest)
    if body is None:
        return _NOT_APPLICABLE
    try:
        return ready.answer(body)[0]
    except OSError:
        return "no answer"


def _right(status: int | str) -> bool:
    return status == _NOT_APPLICABLE or (
        isinstance(status, int) and 400 <= status < 500
    )


def _end(end: Departure) -> list[str]:
    right = end.is_right
    code = "still runs" if end.exit_code is None else str(end.exit_code)
    return [
        _shown(end.in_flight, right["in_flight"]),
        _shown(end.newcomer, right["newcomer"]),
        _shown(code, right["exit_code"]),
        _shown(end.left, right["left"]),
    ]


def _shown(value: object, is_right: bool) -> str:
    return str(value) if is_right else f"**{value}**"


if __name__ == "__main__":
    sys.exit(main())

"""Whoever got through to a server that is told to stop is answered."""

import asyncio
import json
import signal
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.model_image.conftest import WINE
from tests.model_image.server.life.record import record
from tests.open_loop import OpenLoop, Outcome

Serve = Callable[..., Any]
BEFORE_SECONDS, DRAIN_SECONDS, AFTER_SECONDS = 1.0, 1.0, 1.0


def stopped_under_load(server: Any, rate: float) -> Outcome:
    """What became of requests from before the signal until after the port's end."""
    (row,) = json.loads((WINE / "example.json").read_bytes())["request"]["rows"]

    async def run() -> Outcome:
        callers = OpenLoop(server.ports[0], rate, [json.dumps(row).encode()])
        asyncio.get_running_loop().call_later(BEFORE_SECONDS, server.signal)
        return await callers.run(BEFORE_SECONDS + DRAIN_SECONDS + AFTER_SECONDS)

    return asyncio.run(run())


def test_nobody_who_got_through_is_lost_when_a_server_stops(serve: Serve):
    server = serve(WINE, SLIPWAY_DRAIN_SECONDS=str(DRAIN_SECONDS))

    outcome = stopped_under_load(server, 200)

    assert outcome.lost == []
    assert set(outcome.answered) == {200}
    assert outcome.answered[200] >= 200 * (BEFORE_SECONDS + DRAIN_SECONDS) * 0.9
    assert server.process.wait(20) == 0


@pytest.mark.proof
@pytest.mark.timeout(600)
def test_nobody_is_lost_at_1000_a_second_20_times_in_a_row(serve: Serve):
    answered: Counter[int] = Counter()
    refused, slowest = 0, 0.0
    for _ in range(20):
        server = serve(WINE, SLIPWAY_DRAIN_SECONDS=str(DRAIN_SECONDS))
        outcome = stopped_under_load(server, 1000)
        assert outcome.lost == []
        assert server.process.wait(20) == 0
        answered += outcome.answered
        refused += outcome.refused
        slowest = max(slowest, outcome.quantile(200, 0.99))

    assert set(answered) == {200}
    record(
        "drain",
        "SIGTERM at 1,000 requests a second, a quarter of them on new connections, 20 "
        f"times in a row: {answered[200]:,} answered, none lost, {refused:,} not let "
        f"in after the port was closed; p99 at most {slowest * 1000:.0f} ms.",
    )


@pytest.fixture
def as_process_one(tmp_path: Path) -> subprocess.Popen[str]:
    """A server that is process 1 of a namespace of its own, without an init."""
    can = ["unshare", "--pid", "--fork", "--mount-proc", "true"]
    if subprocess.run(can, capture_output=True, check=False).returncode:
        pytest.skip("process namespaces may not be made here")
    command = [*can[:-1], sys.executable, "-m", "model_image.server"]
    settings = {
        "PATH": "/usr/bin:/bin",
        "SLIPWAY_HOST": "127.0.0.1",
        "SLIPWAY_PORT": "0",
        "SLIPWAY_METRICS_PORT": "0",
        "SLIPWAY_MODEL": str(WINE),
        "SLIPWAY_DRAIN_SECONDS": "0.2",
    }
    root = WINE.parents[2]
    return subprocess.Popen(
        command, cwd=root, env=settings, stdout=subprocess.PIPE, text=True
    )


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_process_1_of_a_container_hears_the_signal_to_stop(
    as_process_one: subprocess.Popen[str], number: int
):
    with as_process_one as outer:
        assert outer.stdout
        events = []
        for line in outer.stdout:
            events.append(json.loads(line)["event"])
            if events[-1] == "ready":
                children = Path(f"/proc/{outer.pid}/task/{outer.pid}/children")
                inner = int(children.read_text())
                subprocess.run(["kill", f"-{number}", str(inner)], check=True)

        assert "draining" in events
        assert events[-1] == "stopped"
        assert outer.wait(20) == 0

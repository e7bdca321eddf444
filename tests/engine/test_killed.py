"""What a `pulumi up` leaves that is killed while its hook proves a replica."""

import os
import signal
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.estate import Estate
from tests.packages import EXAMPLE, variant

from .pulumi_run import PulumiRun
from .recording import CONTAINER, Recording

pytestmark = [pytest.mark.engine, pytest.mark.docker]
PATIENCE_S = 60


@dataclass
class Killed:
    """A stack whose update was killed, and the replica that served before."""

    estate: Estate
    run: PulumiRun
    stack: str
    old: str

    def replicas(self) -> dict[str, bool]:
        """The ID of every replica, and whether it takes traffic."""
        return {
            each.id: any(
                "model" in (network["Aliases"] or [])
                for network in each.attrs["NetworkSettings"]["Networks"].values()
            )
            for each in self.estate.containers(self.stack)
        }

    def served_by(self) -> str:
        """The start of the ID of the replica that answers a caller."""
        url = self.run.output(self.stack, "endpoint")
        answer = httpx.get(f"{url}/v2/health/ready")
        assert answer.status_code == 200
        return answer.headers["x-slipway-instance"]


@pytest.fixture
def killed(tmp_path: Path) -> Iterator[Killed]:
    (tmp_path / "clone").mkdir()
    estate = Estate.clone(tmp_path / "clone", pulumi=True)
    try:
        yield _killed(estate, PulumiRun(estate, tmp_path))
    finally:
        estate.clean()


def _killed(estate: Estate, run: PulumiRun) -> Killed:
    stack = estate.write_dev()
    for each in (estate.shared, stack):
        assert run("up", each).end == "done"
    [old] = estate.containers(stack)
    source, target = estate.root / EXAMPLE, estate.root / "models/1.1.0"
    variant(source, target, version="1.1.0")
    health = {"interval_s": 1, "startup_s": 15, "window_s": PATIENCE_S}
    estate.write_dev("models/1.1.0", health=health)
    _kill_in_the_hook(estate, stack)
    return Killed(estate, run, stack, old.id)


def _kill_in_the_hook(estate: Estate, stack: str) -> None:
    """Start an update and kill all its processes once there is a new replica."""
    command = ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"]
    update = subprocess.Popen(
        [*command, "--stack", stack],
        cwd=estate.root,
        env=estate.environment,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    deadline = time.monotonic() + PATIENCE_S
    try:
        while len(_running(estate, stack)) < 2:
            assert time.monotonic() < deadline, "no new replica was made"
            time.sleep(0.1)
        # Made by the provider, and then some: now the hook waits for its window.
        time.sleep(3)
    finally:
        for process in _session(update.pid):
            os.kill(process, signal.SIGKILL)
        update.wait()


def _running(estate: Estate, stack: str) -> list[Any]:
    return [each for each in estate.containers(stack) if each.status == "running"]


def _session(leader: int) -> list[int]:
    """Pulumi gives the program and each plugin a process group of its own."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        if int(fields[3]) == leader:
            found.append(int(stat.parent.name))
    return found


def test_the_old_replica_serves_and_pulumi_does_not_know_of_the_new_one(
    killed: Killed,
) -> None:
    """What a person finds, and why an `up` alone is no way out of it."""
    left, replicas = killed.run.left(killed.stack), killed.replicas()
    assert [id for id, serves in replicas.items() if serves] == [killed.old]
    assert killed.old.startswith(killed.served_by())

    locked = killed.run.pulumi("up", "--yes", "--stack", killed.stack)
    [orphan] = replicas.keys() - {killed.old}

    assert [each.rpartition("::")[2] for each in left.pending] == ["model-1"]
    assert orphan not in [each["id"] for each in left.state]
    assert "pulumi cancel" in locked.stderr


def test_cancel_up_and_refresh_are_the_way_out(killed: Killed) -> None:
    stack = ("--stack", killed.stack)

    killed.run.pulumi("cancel", "--yes", *stack)
    killed.estate.write_dev("models/1.1.0")
    assert killed.run("up", killed.stack).end == "done"
    serving = [id for id, serves in killed.replicas().items() if serves]
    clear = ("refresh", "--yes", "--skip-preview", "--clear-pending-creates")
    assert killed.run.pulumi(*clear, *stack).returncode == 0

    left = killed.run.left(killed.stack)
    assert left.pending == []
    assert list(killed.replicas()) == serving
    assert serving[0].startswith(killed.served_by())
    assert _containers(left) >= set(serving)
    nothing = ("preview", "--expect-no-changes")
    assert killed.run.pulumi(*nothing, *stack).returncode == 0
    assert killed.run("destroy", killed.stack).end == "done"


def _containers(left: Recording) -> set[str]:
    return {each["id"] for each in left.state if each["type"] == CONTAINER}

"""A container of an image: how soon it is ready, and what it holds then."""

import time
from contextlib import suppress
from dataclasses import dataclass

import httpx

from tests.benchmarks.forms import body
from tests.benchmarks.models import Model
from tests.benchmarks.processes import proportional_mb, tree
from tests.benchmarks.running import BenchmarkError

from .command import Docker, without_hosts
from .contestant import Contestant

_READY_SECONDS = 90


@dataclass(frozen=True)
class Start:
    """One container, from `docker run` to its first answer."""

    seconds: float
    """Until it said that it is ready."""
    megabytes: float
    """All its processes (PSS), after that answer."""


def start(docker: Docker, tag: str, contestant: Contestant, model: Model) -> Start:
    """Run a container with its own defaults, ask it once, and remove it."""
    begun = time.perf_counter()
    name = docker("run", "--detach", tag)
    try:
        template = "{{.NetworkSettings.IPAddress}}:{{.State.Pid}}"
        address, pid = docker.asked(name, template).split(":")
        url = f"http://{address}:{contestant.port}"
        with httpx.Client(base_url=url, trust_env=False, timeout=30) as client:
            if not _ready(client, contestant.server.ready, begun):
                said = without_hosts(docker("logs", "--tail", "5", name))
                raise BenchmarkError(f"{contestant.name} was never ready: {said}")
            seconds = time.perf_counter() - begun
            _answered(client, contestant, model)
        return Start(seconds, proportional_mb(tree(int(pid))))
    finally:
        docker("rm", "--force", "--volumes", name)


def _ready(client: httpx.Client, path: str, begun: float) -> bool:
    while time.perf_counter() - begun < _READY_SECONDS:
        with suppress(httpx.TransportError):
            if client.get(path, timeout=2).status_code == 200:
                return True
        time.sleep(0.01)
    return False


def _answered(client: httpx.Client, contestant: Contestant, model: Model) -> None:
    server = contestant.server
    content = body(server.form, [model.row], server.package(model).manifest)
    headers = {"Content-Type": "application/json"}
    answer = client.post(server.address(model), content=content, headers=headers)
    if answer.status_code != 200:
        said = without_hosts(answer.text[:300])
        raise BenchmarkError(f"{contestant.name} answered {answer.status_code}: {said}")

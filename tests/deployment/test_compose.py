"""`python -m stacks compose`, and what `docker compose up` makes of its file."""

import os
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import httpx
import pytest

from tests.estate import Estate, free_port

pytestmark = pytest.mark.docker
MODELS = ("model", "sidecar")
EVERY = (*MODELS, "edge", "prometheus", "application", "sidecar-application")


@dataclass(frozen=True)
class Composed:
    """A Compose file that is up."""

    file: Path
    project: str
    environment: dict[str, str]

    def run(self, *words: str) -> str:
        """What a command of docker compose prints; it must succeed."""
        command = ["docker", "compose", "--file", str(self.file), "--profile=sidecar"]
        run = subprocess.run(
            [*command, *words],
            env=self.environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert run.returncode == 0, run.stderr[-3000:]
        return run.stdout

    def containers(self, service: str) -> list[dict[str, Any]]:
        """Docker's own words about the containers of a service."""
        labels = [
            f"com.docker.compose.project={self.project}",
            f"com.docker.compose.service={service}",
        ]
        found = docker.from_env().containers.list(
            all=True, filters={"label": labels}, ignore_removed=True
        )
        return [container.attrs for container in found]


@pytest.fixture(scope="module")
def clone(
    shared_estate: Estate, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Estate]:
    root = tmp_path_factory.mktemp("compose") / "clone"
    estate = Estate.clone(root, registry_of=shared_estate)
    yield estate
    estate.clean()


@pytest.fixture(scope="module")
def composed(clone: Estate) -> Iterator[Composed]:
    """The file of a dev stack with two replicas, up, whole, while dev is up too."""
    version = ["docker", "compose", "version"]
    if subprocess.run(version, capture_output=True, check=False).returncode:
        pytest.skip("Docker's compose plugin is not installed")
    dev = clone.write_dev(replicas=2, cpu=0.25, memory_mb=200, env={"PRICE": "5$"})
    clone.up(dev)
    written = clone.run("compose", dev)
    assert written.returncode == 0, written.stderr
    ports = {"EDGE_PORT": str(free_port()), "PROMETHEUS_PORT": str(free_port())}
    file = clone.root / "docker-compose.yaml"
    composed = Composed(file, f"slipway-{dev}", {**os.environ, **ports})
    try:
        composed.run("up", "--detach", "--wait", "--wait-timeout=120")
        yield composed
    finally:
        composed.run("down", "--volumes", "--rmi=local", "--timeout=1")


@pytest.mark.parametrize(
    ("service", "through"),
    [
        ("application", "http://edge:8080"),
        ("sidecar-application", "unix:/run/slipway/model.sock"),
    ],
)
def test_an_application_gets_its_answers(
    composed: Composed, service: str, through: str
):
    assert f'ms through {through}: {{"predictions":' in composed.run("logs", service)


def test_callers_of_this_machine_reach_the_model_through_the_edge(composed: Composed):
    port = composed.environment["EDGE_PORT"]
    answer = httpx.get(f"http://127.0.0.1:{port}/v2/health/ready", trust_env=False)
    assert answer.status_code == 200


def test_prometheus_scrapes_every_replica_and_the_sidecar(composed: Composed):
    url = f"http://127.0.0.1:{composed.environment['PROMETHEUS_PORT']}/api/v1/query"
    deadline = time.monotonic() + 60
    ready = []
    while len(ready) < 3 and time.monotonic() < deadline:
        query = {"query": "slipway_ready == 1"}
        ready = httpx.get(url, params=query, trust_env=False).json()["data"]["result"]
        time.sleep(1)

    assert len(ready) == 3


@pytest.mark.parametrize("service", EVERY)
def test_docker_holds_every_container_to_what_the_file_says(
    composed: Composed, service: str
):
    for container in composed.containers(service):
        host = container["HostConfig"]
        assert host["ReadonlyRootfs"] is True
        assert host["CapDrop"] == ["ALL"]
        assert host["SecurityOpt"] == ["no-new-privileges:true"]
        assert host["Memory"] == host["MemorySwap"] > 0
        assert host["PidsLimit"] == 256
        assert host["NanoCpus"] > 0
        assert container["Config"]["User"] not in ("", "root", "0")


@pytest.mark.parametrize(("service", "replicas"), [("model", 2), ("sidecar", 1)])
def test_the_models_run_as_the_stack_says(
    composed: Composed, service: str, replicas: int
):
    containers = composed.containers(service)

    assert len(containers) == replicas
    for container in containers:
        assert container["State"]["Health"]["Status"] == "healthy"
        assert container["HostConfig"]["Memory"] == 200 * 2**20
        assert container["HostConfig"]["NanoCpus"] == 250_000_000
        assert container["Config"]["StopTimeout"] == 15
        assert "PRICE=5$" in container["Config"]["Env"]
        assert not container["HostConfig"]["PortBindings"]


def test_a_sidecar_that_is_started_again_is_found_at_the_same_socket(
    composed: Composed,
):
    """Its socket is still there, for nobody took it away."""
    composed.run("kill", "sidecar")
    composed.run("up", "--detach", "--wait", "--wait-timeout=120")

    latest = composed.run("logs", "--tail=1", "sidecar-application")
    assert "200 in " in latest


def test_up_changes_nothing_where_the_file_has_not_changed(composed: Composed):
    before = {s: [c["Id"] for c in composed.containers(s)] for s in EVERY}

    composed.run("up", "--detach", "--wait", "--wait-timeout=120")

    assert {s: [c["Id"] for c in composed.containers(s)] for s in EVERY} == before


def test_what_is_not_built_yet_is_refused(estate: Estate):
    estate.write("lone-dev", tier="dev", package="model_image/example/package")
    estate.write("lone-prod", tier="prod", upstream="lone-dev")

    unbuilt = estate.run("compose", "lone-dev", "--output", "unbuilt.yaml")
    empty = estate.run("compose", "lone-prod", "--output", "empty.yaml")

    assert (unbuilt.returncode, empty.returncode) == (1, 1)
    assert "is not built as it is now; `python -m stacks up lone-dev`" in unbuilt.stderr
    assert "nothing is promoted to it yet" in empty.stderr
    assert not (estate.root / "unbuilt.yaml").exists()


def test_a_file_that_somebody_else_wrote_is_left_alone(clone: Estate):
    digest = f"sha256:{'ab' * 32}"
    image = {"name": "wine", "version": "1.0.0", "digest": digest}
    clone.write("own-prod", tier="prod", upstream="dev", image=image)
    mine = clone.root / "mine.yaml"
    mine.write_text("services: {}\n")

    refused = clone.run("compose", "own-prod", "--output", "mine.yaml")
    nowhere = clone.run("compose", "own-prod", "--output", "missing/new.yaml")
    written = clone.run("compose", "own-prod", "--output", "new.yaml")

    assert refused.returncode == 1
    assert "mine.yaml exists and was not made by this command" in refused.stderr
    assert mine.read_text() == "services: {}\n"
    assert (nowhere.returncode, written.returncode) == (1, 0)
    assert "cannot be written (No such file or directory)" in nowhere.stderr
    assert digest in (clone.root / "new.yaml").read_text()

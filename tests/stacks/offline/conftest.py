"""Small programs, a recorder of what a run tells, and a clean Docker around each."""

import json
import os
import textwrap
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import docker
import pytest
import yaml
from docker.models.containers import Container

from stacks.offline import Declaration, declare
from stacks.offline import run as offline
from stacks.offline.progress import Step, Summary

# Others may run these tests on the same Docker Engine at the same time.
STACK = f"offline-test-{os.getpid()}"
PREFIX = f"{STACK}-"
IMAGE = os.environ.get("SLIPWAY_TEST_BASE", "")


@dataclass
class Recorder:
    """Keeps all that a run tells."""

    steps: list[Step] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    lines: list[str] = field(default_factory=list)
    on_line: Callable[[str], None] = lambda line: None

    def started(self, step: Step) -> None:
        pass

    def finished(self, step: Step) -> None:
        self.steps.append(step)

    def failed(self, step: Step, error: str) -> None:
        self.errors.append(f"{step.op} {step.name}: {error}")

    def log(self, message: str, urn: str) -> None:
        self.lines.append(message)
        self.on_line(message)

    @property
    def done(self) -> list[str]:
        """What was done, in order, but for the stack and what stayed the same."""
        return [
            f"{step.op} {step.name.removeprefix(PREFIX)}"
            for step in self.steps
            if step.op != "same" and step.type != "pulumi:pulumi:Stack"
        ]


class Project:
    """A program in a folder of its own, and the runs of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.told = Recorder()
        (root / "stacks").mkdir(parents=True)
        (root / "Pulumi.yaml").write_text("name: offline-test\nruntime: python\n")
        self.configure()

    def program(self, source: str) -> "Project":
        head = f"import pulumi\nimport pulumi_docker as docker\nIMAGE = {IMAGE!r}\n"
        body = textwrap.dedent(source).replace("offline-test-", PREFIX)
        (self.root / "__main__.py").write_text(head + body)
        return self

    def configure(self, **config: object) -> "Project":
        file = self.root / "stacks" / f"Pulumi.{STACK}.yaml"
        found = {f"offline-test:{key}": value for key, value in config.items()}
        file.write_text(yaml.safe_dump({"config": found}))
        return self

    def declare(self, **options: object) -> Declaration:
        return declare(self.root, STACK, **options)  # type: ignore[arg-type]

    def up(self, *, preview: bool = False) -> Summary:
        self.told = Recorder(on_line=self.told.on_line)
        return offline.up(self.root, STACK, self.told, preview=preview)

    def destroy(self, *, remove_data: bool = True) -> Summary:
        self.told = Recorder()
        return offline.destroy(self.root, STACK, self.told, remove_data=remove_data)

    @property
    def state(self) -> dict[str, Any]:
        """What is recorded."""
        return json.loads(self.state_file.read_text())

    @property
    def state_file(self) -> Path:
        return self.root.parent / "state" / "offline-test" / f"{STACK}.json"


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Project:
    monkeypatch.setenv("SLIPWAY_STATE_HOME", str(tmp_path / "state"))
    return Project(tmp_path / "project")


@pytest.fixture
def engine() -> Iterator[docker.DockerClient]:
    """This machine's Docker Engine, with nothing of these tests before or after."""
    client = docker.from_env()
    _clean(client)
    yield client
    _clean(client)
    client.close()


def _clean(client: docker.DockerClient) -> None:
    for container in containers(client):
        container.remove(force=True, v=True)
    for network in client.networks.list():
        if str(network.name).startswith(PREFIX):
            network.remove()
    for volume in client.volumes.list():
        if volume.name.startswith(PREFIX):
            volume.remove(force=True)


def containers(client: docker.DockerClient) -> list[Container]:
    """The containers of these tests."""
    found = client.containers.list(all=True, ignore_removed=True)
    return [each for each in found if str(each.name).startswith(PREFIX)]


def names(client: docker.DockerClient) -> dict[str, list[str]]:
    """What of these tests is in Docker now."""
    return {
        "containers": sorted(str(c.name) for c in containers(client)),
        "networks": _own(n.name for n in client.networks.list()),
        "volumes": _own(v.name for v in client.volumes.list()),
    }


def _own(found: Iterable[str | None]) -> list[str]:
    return sorted(name for name in found if name and name.startswith(PREFIX))

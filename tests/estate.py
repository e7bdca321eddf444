"""A throwaway clone with stacks of its own, driven by the real commands."""

import json
import os
import shutil
import socket
import subprocess
import sys
import uuid
from dataclasses import dataclass, field
from importlib.util import cache_from_source
from pathlib import Path
from typing import Any, Self

import docker
import yaml

from tests.leftovers import remove

ROOT = Path(__file__).parents[1]
_UNTRACKED = ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"]


@dataclass
class Estate:
    """
    A copy of the work tree in a git repository of its own, with its own state.

    Stack names carry a mark, so that nothing of the user's is ever touched.
    """

    root: Path
    mark: str
    registry_port: int
    environment: dict[str, str] = field(repr=False)
    ports: dict[str, int] = field(default_factory=dict)
    """The port of each stack, kept while its file is written again."""
    watched_at: int | None = None
    """The port of Prometheus, where the estate has one; every stack names it."""

    @classmethod
    def clone(
        cls, root: Path, *, registry_of: "Estate | None" = None, pulumi: bool = False
    ) -> Self:
        """
        A clone in `root`, with a registry of its own unless it is another's.

        Its engine is the offline one, or the Pulumi CLI on PATH with a backend and no
        passphrase of its own.
        """
        listed = subprocess.run(_UNTRACKED, cwd=ROOT, capture_output=True, check=True)
        for name in filter(None, listed.stdout.decode().split("\0")):
            if (ROOT / name).is_file():
                _copy(ROOT / name, root / name)
        (root / ".venv").symlink_to(ROOT / ".venv")
        subprocess.run(["git", "init", "--quiet"], cwd=root, check=True)
        home = root.with_name(f"{root.name}-state")
        home.mkdir()
        machine = {"base": os.environ["SLIPWAY_TEST_BASE"]}
        (home / "machine.json").write_text(json.dumps(machine))
        estate = cls(
            root,
            uuid.uuid4().hex[:6],
            registry_of.registry_port if registry_of else free_port(),
            {
                **os.environ,
                **_engine(home, pulumi=pulumi),
                "SLIPWAY_STATE_HOME": str(home),
            },
        )
        for file in (root / "stacks").glob("Pulumi.*.yaml"):
            file.unlink()
        estate.write(estate.shared, tier="shared")
        return estate

    @property
    def shared(self) -> str:
        """The name of the stack with the registry."""
        return self.stack("shared")

    def stack(self, name: str) -> str:
        """The name that a stack has here."""
        return f"t{self.mark}-{name}"

    def watch(self, **monitoring: Any) -> int:
        """Let the shared stack watch the others; returns the port of Prometheus."""
        self.watched_at = port = free_port()
        told = {"port": port, "alertmanager_port": free_port(), **monitoring}
        self.write(self.shared, tier="shared", monitoring=told)
        return port

    def write(
        self,
        stack: str,
        *,
        port: int | None = None,
        registry_port: int | None = None,
        **settings: Any,
    ) -> None:
        """Write the stack's file: these settings, and what every stack here has."""
        file = self.root / "stacks" / f"Pulumi.{stack}.yaml"
        own = self.ports.setdefault(stack, free_port())
        config = {
            "pulumi:disable-default-providers": ["*"],
            "slipway:platform": {"kind": "local", "port": port or own},
            "slipway:registry": {
                "kind": "local",
                "port": registry_port or self.registry_port,
            },
            **{f"slipway:{key}": value for key, value in settings.items()},
        }
        if self.watched_at is not None:
            config.setdefault("slipway:monitoring", {"port": self.watched_at})
        file.write_text(yaml.safe_dump({"config": config}, sort_keys=False))

    def write_dev(
        self,
        package: str = "model_image/example/package",
        *,
        port: int | None = None,
        registry_port: int | None = None,
        **service: Any,
    ) -> str:
        """A dev stack for this package, quick to judge; returns its name."""
        health = {"interval_s": 1, "startup_s": 15, "window_s": 1}
        self.write(
            self.stack("dev"),
            port=port,
            registry_port=registry_port,
            tier="dev",
            package=package,
            service={"health": health, **service},
        )
        return self.stack("dev")

    def command(self, *words: str, module: str = "stacks") -> list[str]:
        """The command line of one of the project's commands."""
        return [sys.executable, "-m", module, *words]

    def run(
        self, *words: str, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """Run `python -m stacks ...` here, whatever becomes of it."""
        return subprocess.run(
            self.command(*words),
            cwd=self.root,
            env=environment or self.environment,
            capture_output=True,
            text=True,
            check=False,
        )

    def started(self, *words: str) -> subprocess.Popen[bytes]:
        """The same, begun and not waited for, in a process group of its own."""
        return subprocess.Popen(
            self.command(*words),
            cwd=self.root,
            env=self.environment,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )

    def up(self, stack: str) -> dict[str, Any]:
        """Bring a stack up, which must succeed; returns its outputs."""
        result = self.run("up", stack, "--json")
        assert result.returncode == 0, result.stderr
        return json.loads(result.stdout)

    def promote(
        self,
        version: str,
        source: str,
        target: str,
        *more: str,
        environment: dict[str, str] | None = None,
    ) -> None:
        """Take a release from one stack to the next, which must succeed."""
        words = ("promote", version, "--from", source, "--to", target, "--yes")
        result = self.run(*words, *more, environment=environment)
        assert result.returncode == 0, result.stderr

    def containers(self, stack: str, role: str = "model") -> list[Any]:
        """The stack's containers, newest first."""
        labels = [f"slipway.stack={stack}", f"slipway.role={role}"]
        found = docker.from_env().containers.list(
            all=True, filters={"label": labels}, ignore_removed=True
        )
        return sorted(found, key=lambda one: one.attrs["Created"], reverse=True)

    def clean(self) -> None:
        """Remove all that this estate's stacks made, whatever state they are in."""
        files = (self.root / "stacks").glob("Pulumi.*")
        remove({file.name.split(".")[1] for file in files}.__contains__)

    def clean_images(self) -> None:
        """Remove what was pushed to this estate's registry from Docker's own store."""
        client = docker.from_env()
        for tag in image_tags(client):
            if tag.startswith(f"127.0.0.1:{self.registry_port}/"):
                client.images.remove(tag)


def image_tags(client: docker.DockerClient) -> list[str]:
    """Not by `images.list`, which asks again for each; other tests remove some."""
    return [tag for image in client.api.images() for tag in image["RepoTags"] or ()]


def _copy(source: Path, copy: Path) -> None:
    """A file, and its bytecode if it has one: each clone would compile it again."""
    copy.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, copy)
    compiled = Path(cache_from_source(source))
    if source.suffix == ".py" and compiled.exists():
        cache = copy.parent / compiled.parent.name
        cache.mkdir(exist_ok=True)
        shutil.copy2(compiled, cache)


def _engine(home: Path, *, pulumi: bool) -> dict[str, str]:
    folders = os.get_exec_path()
    if pulumi:
        return {
            "PULUMI_BACKEND_URL": f"file://{home}",
            "PULUMI_CONFIG_PASSPHRASE": "",
            "PULUMI_SKIP_UPDATE_CHECK": "true",
        }
    others = [path for path in folders if not shutil.which("pulumi", path=path)]
    return {"PATH": os.pathsep.join(others)}


def free_port() -> int:
    """A port that nothing listens on now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]

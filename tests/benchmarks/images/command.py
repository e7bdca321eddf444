"""One command line run to its end, and docker's for one daemon."""

import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from stacks.machine.docker import docker_cli
from tests.benchmarks.running import BenchmarkError

# A client that is installed meanwhile does not take over in the middle of a run.
_client = cache(docker_cli)


def run(
    *words: str | Path, folder: Path | None = None, env: Mapping[str, str] | None = None
) -> str:
    """What it prints; raises BenchmarkError with its last words where it fails."""
    done = subprocess.run(
        [*map(str, words)],
        cwd=folder,
        env=os.environ | dict(env or {}),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        what = " ".join([Path(words[0]).name, *map(str, words[1:3])])
        said = without_hosts((done.stderr or done.stdout).strip()[-1500:])
        raise BenchmarkError(f"`{what}` failed: {said}")
    return done.stdout.strip()


def without_hosts(text: str) -> str:
    """The same without the names of servers, such as a private package index."""
    return re.sub(r"(https?://)[^/\s'\"]+", r"\1…", text)


@dataclass(frozen=True)
class Docker:
    """The docker command for this machine's own daemon, or for another one."""

    socket: Path | None = None

    def __call__(self, *words: str | Path) -> str:
        env = {"DOCKER_BUILDKIT": "1"}
        if self.socket:
            env["DOCKER_HOST"] = f"unix://{self.socket}"
        return run(_client(), *words, env=env)

    def asked(self, name: str, template: str) -> str:
        """What docker knows of a container or an image."""
        return self("inspect", "--format", template, name)

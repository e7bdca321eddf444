"""A builder with nothing: a Docker daemon of the benchmark's own, gone afterwards."""

import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from model_image.scratch import scratch
from tests.benchmarks.processes import kill, left_after, tree
from tests.benchmarks.running import BenchmarkError

from . import bridge
from .command import Docker, without_hosts
from .recipe import Recipe

_START_SECONDS = 30
_STOP_SECONDS = 30


@dataclass(frozen=True)
class Builder:
    """A daemon that holds the base image, and whatever was built on it since."""

    docker: Docker
    secrets: Mapping[str, Path]

    def build(self, recipe: Recipe, tag: str) -> None:
        """Build an image; what reaches the package index reaches its RUN lines."""
        options = ["--quiet", "--tag", tag, "--file", str(recipe.dockerfile)]
        options += [f"--secret=id={id},src={file}" for id, file in self.secrets.items()]
        options += [f"--build-arg={key}={value}" for key, value in recipe.given.items()]
        self.docker("build", *options, recipe.context)

    def push(self, tag: str) -> None:
        """Push an image to the registry that its tag names."""
        self.docker("push", "--quiet", tag)


@contextmanager
def builder(
    home: Path, base: str, archive: Path | None, secrets: Mapping[str, Path]
) -> Iterator[Builder]:
    """
    A daemon in a folder of `home`, beside the machine's own and out of its way.

    Nothing of other people's images or build caches can help it, and nothing of theirs
    is removed for it. The base is there: nobody is charged for it.
    """
    # The name of a socket must be short, which that of a cache's folder may not be.
    short = tempfile.TemporaryDirectory(prefix="slipway-", ignore_cleanup_errors=True)
    with scratch(home) as folder, short as state:
        process = _started(folder, Path(state))
        try:
            docker = Docker(Path(state, "docker.sock"))
            _await(docker, process, folder / "dockerd.log")
            if archive:
                docker("load", "--quiet", "--input", archive)
            else:
                docker("pull", "--quiet", base)
            yield Builder(docker, secrets)
        finally:
            _stop(process)


def _started(folder: Path, state: Path) -> subprocess.Popen[bytes]:
    (folder / "daemon.json").write_text("{}")
    command = [
        # It ends with the benchmark, however that ends.
        *("setpriv", "--pdeathsig", "TERM"),
        "dockerd",
        f"--config-file={folder / 'daemon.json'}",
        f"--host=unix://{state / 'docker.sock'}",
        f"--data-root={folder / 'data'}",
        f"--exec-root={state / 'run'}",
        f"--pidfile={state / 'pid'}",
        f"--bridge={bridge.NAME}",
        "--iptables=false",
        f"--containerd-namespace={bridge.NAME}",
        f"--containerd-plugins-namespace={bridge.NAME}-plugins",
    ]
    with (folder / "dockerd.log").open("wb") as log:
        return subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )


def _await(docker: Docker, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while process.poll() is None and time.monotonic() < deadline:
        try:
            docker("version")
        except BenchmarkError:
            time.sleep(0.2)
        else:
            return
    said = without_hosts(log.read_text(errors="replace").strip()[-600:])
    raise BenchmarkError(f"a second dockerd did not start: {said}")


def _stop(process: subprocess.Popen[bytes]) -> None:
    members = tree(process.pid)
    process.terminate()
    try:
        process.wait(_STOP_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    kill(left_after(members, 2))

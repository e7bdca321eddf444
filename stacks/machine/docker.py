"""Docker on this machine: found, else installed, else explained."""

import os
import shutil
import subprocess
import time
from collections.abc import Callable
from pathlib import Path

import docker
import docker.errors

from stacks.settings import local_state

from .packages import PackagesError, install_packages

Say = Callable[[str], None]
_START_S = 30
_ADDRESSES = "base=172.18.0.0/15,size=24"
"""512 networks of 254 addresses: Docker's own default ends at 31 networks."""


class MachineError(Exception):
    """The machine cannot do what a stack needs; the text says what to do."""


def require_docker(say: Say) -> None:
    """
    Make sure that Docker answers, installing and starting it where that is allowed.

    Raises MachineError when it is absent and may not be installed, or not permitted.
    """
    if _answers():
        return
    if os.environ.get("DOCKER_HOST"):
        raise MachineError(
            f"Docker does not answer at DOCKER_HOST={os.environ['DOCKER_HOST']}; "
            "start it, or unset DOCKER_HOST"
        )
    if os.geteuid() != 0:
        raise MachineError(
            "Docker does not answer; start it (with Docker Desktop, colima or rootless "
            "Docker, set DOCKER_HOST to its socket), or run this as root on Debian or "
            "Ubuntu to have it installed"
        )
    if not shutil.which("dockerd"):
        say("installing Docker (the distribution's own)")
        try:
            install_packages("docker.io")
        except PackagesError as error:
            raise MachineError(f"Docker is not installed: {error}") from None
    if not _answers():
        say("starting Docker")
        _start()


def docker_cli() -> str:
    """
    A docker command that builds with BuildKit.

    Up to 20.10 the client has it inside; a newer one needs the buildx plugin, and one
    without may well come first on PATH.
    """
    for path in _clients():
        if _quiet(path, "buildx", "version") or _client_major(path) < 23:
            return path
    raise MachineError(
        "no docker command on PATH can build with BuildKit; install Docker's buildx "
        "plugin (docker-buildx-plugin, or docker-buildx)"
    )


def _answers() -> bool:
    try:
        docker.from_env(timeout=10).ping()
    except docker.errors.DockerException as error:
        if "Permission denied" in str(error):
            raise MachineError(
                "Docker refuses this user (permission denied on its socket); join the "
                "`docker` group or run this as root"
            ) from None
        return False
    return True


def _start() -> None:
    """By the init system where there is one, else detached with a log of its own."""
    if Path("/run/systemd/system").is_dir():
        subprocess.run(["systemctl", "start", "docker"], check=False)
    else:
        local_state.folder().mkdir(parents=True, exist_ok=True)
        with (local_state.folder() / "dockerd.log").open("ab") as log:
            subprocess.Popen(
                ["dockerd", "--default-address-pool", _ADDRESSES],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )
    deadline = time.monotonic() + _START_S
    while not _answers():
        if time.monotonic() > deadline:
            raise MachineError(
                f"Docker did not start within {_START_S} s; see "
                f"{local_state.folder() / 'dockerd.log'}"
            )
        time.sleep(0.3)


def _clients() -> list[str]:
    folders = os.get_exec_path()
    paths = [os.path.join(folder, "docker") for folder in folders]
    return [path for path in dict.fromkeys(paths) if os.access(path, os.X_OK)]


def _client_major(path: str) -> int:
    command = [path, "version", "--format", "{{.Client.Version}}"]
    answer = subprocess.run(command, capture_output=True, text=True, check=False)
    major = answer.stdout.partition(".")[0]
    return int(major) if major.isdigit() else 99


def _quiet(*command: str) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0

"""Images built and run by the docker client that SLIPWAY_DOCKER names, for tests."""

import io
import json
import os
import subprocess
import tarfile
import time
from pathlib import Path
from typing import Any

import httpx

SERVER = Path(__file__).parents[1] / "model_image" / "server"
LOCKED = [
    "--read-only",
    "--tmpfs=/tmp",
    "--cap-drop=ALL",
    "--security-opt=no-new-privileges",
]
# Nothing of these is in an image, whatever its flavour.
FORBIDDEN = {
    "sh", "bash", "dash", "busybox", "perl", "apt", "apt-get", "dpkg", "pip", "pip3",
    "curl", "wget", "gcc", "cc", "ld", "ldd", "su", "mount", "env",
}  # fmt: skip


def docker(*words: str | Path) -> bytes:
    """What a docker command prints; it must succeed."""
    command = [os.environ.get("SLIPWAY_DOCKER", "docker"), *map(str, words)]
    environment = os.environ | {"DOCKER_BUILDKIT": "1"}
    run = subprocess.run(command, capture_output=True, env=environment, check=False)
    assert run.returncode == 0, run.stderr.decode()[-3000:]
    return run.stdout


def inspected(name: str) -> dict[str, Any]:
    """Docker's own words about a container or an image."""
    return json.loads(docker("inspect", name))[0]


def layers(image: str) -> list[str]:
    """The digests of an image's layers, the lowest first."""
    return inspected(image)["RootFS"]["Layers"]


def built(context: Path, *options: str | Path) -> str:
    """The ID of an image built on SLIPWAY_TEST_BASE, with this machine's secrets."""
    secrets = {"ca.crt": "SSL_CERT_FILE", "pip.conf": "PIP_CONFIG_FILE"}
    given = [
        f"--secret=id={name},src={os.environ[variable]}"
        for name, variable in secrets.items()
        if os.environ.get(variable)
    ]
    base = f"--build-arg=BASE={os.environ['SLIPWAY_TEST_BASE']}"
    return docker("build", "-q", base, *given, *options, context).decode().strip()


def contents(image: str) -> dict[str, tarfile.TarInfo]:
    """Everything in an image, by path."""
    container = docker("create", image).decode().strip()
    try:
        exported = docker("export", container)
    finally:
        docker("rm", "-f", container)
    with tarfile.open(fileobj=io.BytesIO(exported)) as archive:
        return {member.name: member for member in archive.getmembers()}


def executables(files: dict[str, tarfile.TarInfo]) -> set[str]:
    """The names of the programs among an image's files."""
    return {
        Path(path).name
        for path, member in files.items()
        if member.isfile() and member.mode & 0o111 and "/bin/" in f"/{path}"
    }


def serve(name: str, image: str, *options: str) -> str:
    """Run an image locked down until it is ready; returns its address."""
    run = ["run", "-d", "--name", name, "-p", "127.0.0.1::8080"]
    docker(*run, *LOCKED, *options, image)
    port = inspected(name)["NetworkSettings"]["Ports"]["8080/tcp"][0]["HostPort"]
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"{address}/v2/health/ready").is_success:
                return address
        except httpx.TransportError:
            pass
        time.sleep(0.05)
    raise AssertionError(docker("logs", name).decode())


def becomes_healthy(name: str) -> bool:
    """Whether Docker finds a container healthy before long."""
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        if inspected(name)["State"]["Health"]["Status"] == "healthy":
            return True
        time.sleep(0.2)
    return False


def logged(name: str) -> list[dict[str, Any]]:
    """A container's log so far."""
    return [json.loads(line) for line in docker("logs", name).decode().splitlines()]

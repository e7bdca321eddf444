"""The image that the others start from, where no registry offers one."""

import hashlib
import os
import shutil
import subprocess
import tempfile
from pathlib import Path

import docker
import docker.errors

from model_image.recipe import default_base
from stacks.settings import local_state

from .docker import MachineError, Say
from .packages import PackagesError, install_packages

_SUITE = "bookworm"
_PACKAGES = "ca-certificates,python3,python3-pip,python3-venv"
MEMORY = "machine.json"


def require_base(say: Say) -> None:
    """
    Make sure that this machine can start from the default base.

    When no registry answers, the same (Debian 12 with its Python 3.11) is made from
    Debian's packages, and remembered outside the clone: with it, every later program
    run on this machine, under either engine, starts from the same image.
    """
    client = docker.from_env(timeout=600)
    made = local_state.read(MEMORY).get("base")
    if _exists(client, made or default_base()):
        return
    if made is None and _pulled(client, say):
        return
    local_state.write(MEMORY, {"base": _make(client, say)})


def _exists(client: docker.DockerClient, reference: str) -> bool:
    try:
        client.images.get(reference)
    except docker.errors.ImageNotFound:
        return False
    return True


def _pulled(client: docker.DockerClient, say: Say) -> bool:
    say(f"pulling {default_base().partition('@')[0]}")
    try:
        client.images.pull(default_base())
    except docker.errors.APIError as error:
        say(f"it could not be pulled: {error.explanation or error}")
        return False
    return True


def _make(client: docker.DockerClient, say: Say) -> str:
    """Import a Debian made here; its tag is a hash of its bytes."""
    say("making a Debian base from its packages instead")
    if not shutil.which("mmdebstrap"):
        try:
            install_packages("mmdebstrap")
        except PackagesError as error:
            raise MachineError(f"no base image can be made: {error}") from None
    with tempfile.TemporaryDirectory() as scratch:
        archive = Path(scratch) / "base.tar"
        command = ["mmdebstrap", "--quiet", "--variant=minbase"]
        result = subprocess.run(
            [*command, f"--include={_PACKAGES}", _SUITE, str(archive)],
            env={**os.environ, "SOURCE_DATE_EPOCH": "0"},
            capture_output=True,
            text=True,
            check=False,
        )
        if result.returncode != 0:
            words = result.stderr.strip().splitlines() or ["no output"]
            raise MachineError(f"mmdebstrap could not make a base image: {words[-1]}")
        with archive.open("rb") as content:
            digest = hashlib.file_digest(content, "sha256").hexdigest()
        reference = f"slipway/debian:12-{digest[:12]}"
        repository, _, tag = reference.partition(":")
        client.api.import_image_from_file(str(archive), repository=repository, tag=tag)
    return reference

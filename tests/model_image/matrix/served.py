"""A package behind the real server, in its own locked environment."""

import json
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager

import httpx

from model_image.isolated_server import server_command
from model_image.package import ModelPackage


@contextmanager
def served(package: ModelPackage) -> Iterator[httpx.Client]:
    """A client of a server that is ready; both are gone afterwards."""
    command = server_command(package, 0, 0, lambda sentence: None)
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        try:
            with httpx.Client(base_url=_address(process), timeout=30) as client:
                yield client
        finally:
            process.terminate()


def _address(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    port = 0
    for line in process.stdout:
        said = json.loads(line)
        port = said.get("ports", [port])[0]
        if said["event"] == "ready":
            return f"http://127.0.0.1:{port}"
    raise AssertionError("the server ended before it was ready")

"""A package behind the real server, in its own locked environment."""

import json
import os
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx

from model_image.environment import environment
from model_image.package import ModelPackage

ROOT = Path(__file__).parents[3]


@contextmanager
def served(package: ModelPackage) -> Iterator[httpx.Client]:
    """A client of a server that is ready; both are gone afterwards."""
    python = environment(package.lock, lambda sentence: None)
    settings = {
        "PATH": os.environ["PATH"],
        "PYTHONDONTWRITEBYTECODE": "1",
        "SLIPWAY_DRAIN_SECONDS": "0",
        "SLIPWAY_HOST": "127.0.0.1",
        "SLIPWAY_METRICS_PORT": "0",
        "SLIPWAY_MODEL": str(package.path),
        "SLIPWAY_PORT": "0",
    }
    command = [python, "-m", "model_image.server"]
    with subprocess.Popen(
        command, cwd=ROOT, env=settings, stdout=subprocess.PIPE, text=True
    ) as process:
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

"""The check that runs inside the container, several times a minute."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


def checked(port: int | str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "model_image.server.health"],
        cwd=ROOT,
        env={"SLIPWAY_PORT": str(port)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_ready_server_is_healthy(wine_server: Any):
    assert checked(wine_server.ports[0]).returncode == 0


def test_a_draining_server_is_not_healthy(package: Path, start: Callable[..., Any]):
    server = start(package, SLIPWAY_DRAIN_SECONDS="10")
    server.until("ready")
    server.signal()
    server.until("draining")

    check = checked(server.ports[0])

    assert check.returncode == 1
    assert "503" in check.stdout


@pytest.mark.parametrize("port", [1, "none"])
def test_no_server_is_not_healthy(port: int | str):
    check = checked(port)

    assert check.returncode == 1
    assert "Traceback" not in check.stderr


@pytest.mark.parametrize("module", ["health", "replay"])
def test_what_runs_beside_the_server_does_not_load_the_model_runtime(module: str):
    code = (
        f"import sys, model_image.server.{module}\n"
        "heavy = {'numpy', 'onnxruntime', 'msgspec', 'uvicorn', 'asyncio'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )

    loaded = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)

    assert loaded.strip() == "[]"

"""The check that runs inside the container, several times a minute."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[3]


def checked(**settings: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "model_image.server.health"],
        cwd=ROOT,
        env={f"SLIPWAY_{key}": str(value) for key, value in settings.items()},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_ready_server_is_healthy(wine_server: Any):
    assert checked(PORT=wine_server.ports[0]).returncode == 0


def test_a_draining_server_is_not_healthy(package: Path, start: Callable[..., Any]):
    server = start(package, SLIPWAY_DRAIN_SECONDS="10")
    server.until("ready")
    server.signal()
    server.until("draining")

    check = checked(PORT=server.ports[0])

    assert check.returncode == 1
    assert "503" in check.stdout


@pytest.mark.parametrize("port", [1, "none"])
def test_no_server_is_not_healthy(port: int | str):
    check = checked(PORT=port)

    assert check.returncode == 1
    assert "Traceback" not in check.stderr


def test_a_server_on_a_unix_socket_is_healthy_there_and_on_no_port(
    package: Path, start: Callable[..., Any], tmp_path: Path
):
    path = tmp_path / "model.sock"
    start(package, SLIPWAY_SOCKET=str(path)).until("ready")

    check = checked(SOCKET=path, PORT=1)

    assert (check.returncode, check.stdout) == (0, "HTTP/1.1 200 OK\n")


def test_a_socket_that_is_not_there_is_named(tmp_path: Path):
    check = checked(SOCKET=tmp_path / "model.sock")

    assert check.returncode == 1
    assert check.stdout.startswith(f"nothing answers on {tmp_path / 'model.sock'}: ")
    assert check.stderr == ""


@pytest.mark.parametrize("module", ["health", "replay"])
def test_what_runs_beside_the_server_does_not_load_the_model_runtime(module: str):
    code = (
        f"import sys, model_image.server.{module}\n"
        "heavy = {'numpy', 'onnxruntime', 'msgspec', 'httptools', 'asyncio'}\n"
        "print(sorted(heavy & sys.modules.keys()))"
    )

    loaded = subprocess.check_output([sys.executable, "-c", code], cwd=ROOT, text=True)

    assert loaded.strip() == "[]"

"""The example application, run as Compose runs it, against a real server."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[4]
PACKAGE = ROOT / "model_image/example/package"
TOKEN = "a-token-of-some-length"


@contextmanager
def running(*command: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, *command],
        cwd=ROOT,
        env={"PATH": os.environ["PATH"], **env},
        stdout=subprocess.PIPE,
        text=True,
    )
    with process:
        yield process
        process.kill()


@contextmanager
def application(folder: Path, url: str, **env: str) -> Iterator[subprocess.Popen[str]]:
    given = {
        "MODEL_URL": url,
        "MODEL_EXAMPLE": str(PACKAGE / "example.json"),
        "MODEL_ANSWERED": str(folder / "answered"),
    }
    with running("stacks/compose/mounted/application.py", **given, **env) as process:
        yield process


@contextmanager
def server(**env: str) -> Iterator[str | int]:
    """Where it listens."""
    own = {"SLIPWAY_MODEL": str(PACKAGE), "SLIPWAY_METRICS_PORT": "0", **env}
    with running("-m", "model_image.server", **own) as process:
        lines = map(json.loads, process.stdout or ())
        address = next(told["ports"][0] for told in lines if "ports" in told)
        next(told for told in lines if told["event"] == "ready")
        yield address


@pytest.fixture
def tokens(tmp_path: Path) -> str:
    """The file that server and application share."""
    file = tmp_path / "tokens"
    file.write_text(f"{TOKEN}\n")
    return str(file)


def said(process: subprocess.Popen[str]) -> str:
    assert process.stdout
    return process.stdout.readline()


def test_it_asks_a_model_on_the_network(tmp_path: Path):
    with (
        server(SLIPWAY_HOST="127.0.0.1", SLIPWAY_PORT="0") as port,
        application(tmp_path, f"http://127.0.0.1:{port}") as process,
    ):
        line = said(process)

    assert line.startswith("200 in ")
    assert f'through http://127.0.0.1:{port}: {{"predictions":' in line


def test_it_asks_a_sidecar_through_its_socket_and_shows_its_token(
    tmp_path: Path, tokens: str
):
    path = str(tmp_path / "model.sock")
    with (
        server(SLIPWAY_SOCKET=path, SLIPWAY_TOKENS=tokens),
        application(tmp_path, f"unix:{path}", MODEL_TOKENS=tokens) as process,
    ):
        line = said(process)

    assert line.startswith("200 in ")
    assert f'through unix:{path}: {{"predictions":' in line


def test_only_a_good_answer_keeps_it_healthy(tmp_path: Path, tokens: str):
    path = str(tmp_path / "model.sock")
    with (
        server(SLIPWAY_SOCKET=path, SLIPWAY_TOKENS=tokens),
        application(tmp_path, f"unix:{path}") as process,
    ):
        first, second = said(process), said(process)

    assert first.startswith("401 in ")
    assert second.startswith("401 in ")
    assert not (tmp_path / "answered").exists()


def test_a_model_that_is_away_is_asked_again(tmp_path: Path):
    path = str(tmp_path / "model.sock")
    with application(tmp_path, f"unix:{path}") as process:
        before = said(process)
        with server(SLIPWAY_SOCKET=path):
            lines = iter(lambda: said(process), "")
            answered = next(line for line in lines if line.startswith("200 in "))

    assert before.startswith(f"no answer through unix:{path}: ")
    assert answered
    assert (tmp_path / "answered").exists()


def test_it_ends_when_it_is_told_to(tmp_path: Path):
    with application(tmp_path, "unix:/nowhere") as process:
        said(process)
        process.send_signal(signal.SIGTERM)

        assert process.wait(10) == 0

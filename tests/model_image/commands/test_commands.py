"""The commands, as a person types them."""

import json
import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx
import pytest

from model_image.server.manifest import MODEL
from tests.estate import free_port
from tests.model_image.trained import Trained, iris

pytestmark = pytest.mark.sandbox

ROOT = Path(__file__).parents[3]
WINE = ROOT / "model_image" / "example" / "package"


def run(*words: str | Path) -> subprocess.CompletedProcess[str]:
    """`python -m model_image ...`."""
    return subprocess.run(
        [sys.executable, "-m", "model_image", *map(str, words)],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Trained:
    return iris(tmp_path_factory.mktemp("trained"))


@pytest.fixture(scope="module")
def packing(
    trained: Trained, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, subprocess.CompletedProcess[str]]:
    """A package made by the command, and what the command said."""
    target = tmp_path_factory.mktemp("models") / "iris"
    words = ["--name", "iris", "--version", "1.0.0", "--metric", "accuracy=0.97"]
    result = run(
        "pack", trained.model, *words, "--data", trained.sample, "--output", target
    )
    return target, result


def test_pack_says_what_it_made_and_how_equal_it_is(
    packing: tuple[Path, subprocess.CompletedProcess[str]],
):
    _, result = packing

    assert result.returncode == 0, result.stderr
    assert re.search(r"iris 1\.0\.0 in .*\n +sha256:[0-9a-f]{64}\n", result.stdout)
    assert re.search(
        r"equal to the original on 150 rows and \d+ edge rows: largest difference",
        result.stdout,
    )
    assert "converting (sklearn), isolated" in result.stderr


def test_inspect_shows_schema_metrics_and_proof(
    packing: tuple[Path, subprocess.CompletedProcess[str]],
):
    result = run("inspect", packing[0])

    assert result.returncode == 0, result.stderr
    for part in ("sepal length (cm)", "4.3 to 7.9", "[-1, 4]", "accuracy 0.97"):
        assert part in result.stdout
    assert "equal to the original within 1e-05" in result.stdout


def test_inspect_gives_machines_the_whole_of_it(
    packing: tuple[Path, subprocess.CompletedProcess[str]],
):
    told = json.loads(run("inspect", packing[0], "--json").stdout)

    assert told["manifest"]["name"] == "iris"
    assert told["evidence"]["identity"] == told["identity"]


def test_verify_proves_the_package_beside_its_original(
    packing: tuple[Path, subprocess.CompletedProcess[str]], trained: Trained
):
    result = run(
        "verify", packing[0], "--against", trained.model, "--data", trained.sample
    )

    assert result.returncode == 0, result.stderr
    assert "iris 1.0.0 is whole and answers its example" in result.stdout
    assert "equal to the original on 150 rows" in result.stdout


def test_verify_refuses_a_package_that_answers_as_another_model(
    packing: tuple[Path, subprocess.CompletedProcess[str]], tmp_path: Path
):
    other = iris(tmp_path, C=0.001)

    result = run("verify", packing[0], "--against", other.model, "--data", other.sample)

    assert result.returncode == 2
    assert "does not answer as the original: they give another answer at label" in (
        result.stderr
    )


@pytest.mark.parametrize("command", ["inspect", "verify", "serve"])
def test_a_broken_package_is_refused_in_one_sentence(package: Path, command: str):
    (package / MODEL).write_bytes(b"")

    result = run(command, package)

    assert result.returncode == 2
    assert result.stdout == ""
    assert "model.onnx is not the file that was packed" in result.stderr
    assert len(result.stderr.splitlines()) == 1


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        (["none.pkl"], "none.pkl"),
        (["/"], "/"),
        (["/dev/zero"], "/dev/zero"),
        ([str(ROOT / "README.md")], "README.md"),
    ],
)
def test_what_is_no_model_is_refused_in_one_sentence(words: list[str], sentence: str):
    result = run("pack", *words, "--name", "a", "--version", "1.0.0")

    assert result.returncode == 2, result.stderr
    assert sentence in result.stderr.splitlines()[-1]
    assert "Traceback" not in result.stderr
    assert not (ROOT / "models").exists()


def test_serve_answers_until_it_is_interrupted_and_then_drains():
    port, metrics = free_port(), free_port()
    ports = [f"--port={port}", f"--metrics-port={metrics}"]
    process = subprocess.Popen(
        [sys.executable, "-m", "model_image", "serve", str(WINE), *ports],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    request = json.loads((WINE / "example.json").read_text())["request"]
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + 60
    while not _is_ready(address):
        assert process.poll() is None
        assert time.monotonic() < deadline

    answer = httpx.post(f"{address}/predict", json=request)
    os.kill(process.pid, signal.SIGINT)
    log, _ = process.communicate()

    assert answer.status_code == 200
    assert process.returncode == 0
    assert json.loads(log.splitlines()[-1])["event"] == "stopped"


def _is_ready(address: str) -> bool:
    try:
        return httpx.get(f"{address}/v2/health/ready").is_success
    except httpx.TransportError:
        time.sleep(0.1)
        return False

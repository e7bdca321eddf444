"""The stored example, asked again of a server that runs."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

from model_image.server.example import differences

ROOT = Path(__file__).parents[3]


def replayed(port: int, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "model_image.server.replay"],
        cwd=ROOT,
        env={"SLIPWAY_PORT": str(port), "SLIPWAY_MODEL": str(folder)},
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_expected_and_the_real_answer_come_back_to_be_compared(
    wine_server: Any, package: Path
):
    replay = replayed(wine_server.ports[0], package)

    told = json.loads(replay.stdout)
    assert (told["status"], told["version"]) == (200, "1.0.0")
    assert differences(told["expected"], told["got"], told["tolerance"]) == []


def test_a_server_that_answers_differently_is_not_excused(
    wine_server: Any, mixed: Path
):
    told = json.loads(replayed(wine_server.ports[0], mixed).stdout)

    assert told["status"] == 422
    assert differences(told["expected"], told["got"], told["tolerance"])


def test_no_server_is_one_sentence_and_exit_code_1(package: Path):
    replay = replayed(1, package)

    assert (replay.returncode, replay.stdout) == (1, "")
    assert replay.stderr.startswith("the example got no answer on port 1")

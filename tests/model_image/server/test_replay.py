"""The stored example, asked again of a server that runs."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from model_image.server.example import differences
from tests.estate import free_port

ROOT = Path(__file__).parents[3]


def replayed(folder: Path, **settings: Any) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "model_image.server.replay"],
        cwd=ROOT,
        env={
            "SLIPWAY_MODEL": str(folder),
            **{f"SLIPWAY_{key}": str(value) for key, value in settings.items()},
        },
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_expected_and_the_real_answer_come_back_to_be_compared(
    wine_server: Any, package: Path
):
    replay = replayed(package, PORT=wine_server.ports[0])

    told = json.loads(replay.stdout)
    assert (told["status"], told["version"]) == (200, "1.0.0")
    assert differences(told["expected"], told["got"], told["tolerance"]) == []


def test_a_server_that_answers_differently_is_not_excused(
    wine_server: Any, mixed: Path
):
    told = json.loads(replayed(mixed, PORT=wine_server.ports[0]).stdout)

    assert told["status"] == 422
    assert differences(told["expected"], told["got"], told["tolerance"])


def test_no_server_is_one_sentence_and_exit_code_1(package: Path):
    replay = replayed(package, PORT=1)

    assert (replay.returncode, replay.stdout) == (1, "")
    assert replay.stderr.startswith("the example got no answer on port 1")


def test_a_server_on_a_unix_socket_is_asked_there(
    package: Path, start: Callable[..., Any], tmp_path: Path
):
    path = tmp_path / "model.sock"
    start(package, SLIPWAY_SOCKET=str(path)).until("ready")

    told = json.loads(replayed(package, SOCKET=path, PORT=1).stdout)

    assert told["status"] == 200
    assert differences(told["expected"], told["got"], told["tolerance"]) == []


def test_a_socket_that_is_not_there_is_named(package: Path, tmp_path: Path):
    path = tmp_path / "model.sock"

    replay = replayed(package, SOCKET=path)

    assert (replay.returncode, replay.stdout) == (1, "")
    assert replay.stderr.startswith(f"the example got no answer on {path}: ")


def test_where_callers_show_tokens_the_example_is_asked_without_one(
    package: Path, start: Callable[..., Any], tmp_path: Path
):
    tokens = tmp_path / "tokens"
    tokens.write_text("a-token-of-some-length")
    server = start(package, SLIPWAY_TOKENS=str(tokens))
    server.until("ready")
    port, private = server.ports

    replay = replayed(package, PORT=port, METRICS_PORT=private, TOKENS=tokens)

    told = json.loads(replay.stdout)
    assert told["status"] == 200
    assert differences(told["expected"], told["got"], told["tolerance"]) == []


def test_where_nobody_can_ask_inside_the_log_has_the_answer(
    package: Path, start: Callable[..., Any]
):
    server = start(package, SLIPWAY_LOG_EXAMPLE="yes", SLIPWAY_PORT=str(free_port()))

    told = server.until("example")

    assert (told["status"], told["version"]) == (200, "1.0.0")
    assert differences(told["expected"], told["got"], told["tolerance"]) == []

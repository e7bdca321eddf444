"""A model that goes wrong harms who asked for it, and nobody else."""

import json
import signal
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.model_image.server.life.moody import FATAL, STUCK, asking, moody

Serve = Callable[..., Any]


def asked(server: Any, *ages: float) -> httpx.Response:
    with server.client as client:
        return client.post("/predict", content=asking(*ages))


def all_asked(server: Any, *ages: float) -> list[httpx.Response]:
    """One request for each age, all at once."""
    with ThreadPoolExecutor(len(ages)) as callers:
        return list(callers.map(lambda age: asked(server, age), ages))


def metric(server: Any, name: str) -> float:
    url = f"http://127.0.0.1:{server.ports[1]}/metrics"
    lines = httpx.get(url).text.splitlines()
    return next(float(line.split()[1]) for line in lines if line.split()[0] == name)


def test_a_row_that_makes_the_model_raise_harms_no_other_of_its_batch(
    serve: Serve, tmp_path: Path
):
    # On a busy machine what is run once more may take longer than others would wait.
    server = serve(moody(tmp_path, fixed=0.05), SLIPWAY_QUEUE_SECONDS="60")
    ages = [float(age) for age in range(30)]
    ages[7] = ages[19] = -1.0

    answers = all_asked(server, *ages)

    for age, answer in zip(ages, answers, strict=True):
        if age < 0:
            assert answer.status_code == 500
            assert "nobody is younger" not in answer.text
        else:
            assert answer.json()["predictions"] == [{"doubled": 2 * age}]
    assert metric(server, "slipway_batch_rows_sum") > metric(
        server, "slipway_batch_rows_count"
    )


def test_a_model_that_does_not_come_back_makes_the_server_not_live(
    serve: Serve, tmp_path: Path
):
    server = serve(
        moody(tmp_path, fixed=0.05),
        SLIPWAY_STUCK_SECONDS="1",
        SLIPWAY_REQUEST_SECONDS="0.5",
    )

    answer = asked(server, STUCK)

    assert answer.status_code == 504
    with server.client as client:
        until(lambda: client.get("/v2/health/live").status_code == 503)
        assert client.get("/v2/health/ready").status_code == 503
        assert client.get("/v2").status_code == 200


def test_whoever_waits_behind_a_stuck_model_is_told_in_time(
    serve: Serve, tmp_path: Path
):
    server = serve(moody(tmp_path, fixed=0.05), SLIPWAY_REQUEST_SECONDS="1")

    answers = all_asked(server, STUCK, 1.0, 2.0)

    assert answers[0].status_code == 504
    assert {answer.status_code for answer in answers} <= {200, 503, 504}


def test_a_server_that_is_stuck_can_still_be_stopped(serve: Serve, tmp_path: Path):
    server = serve(
        moody(tmp_path, fixed=0.05),
        SLIPWAY_REQUEST_SECONDS="0.5",
        SLIPWAY_DRAIN_SECONDS="0",
    )
    assert asked(server, STUCK).status_code == 504

    server.signal()

    assert server.process.wait(20) == 0


def test_a_model_that_ends_the_process_leaves_nothing_behind(
    serve: Serve, tmp_path: Path
):
    server = serve(moody(tmp_path, fixed=0.05))

    with pytest.raises(httpx.TransportError):
        asked(server, FATAL)

    assert server.process.wait(20) == 9
    with pytest.raises(httpx.TransportError):
        asked(server, 1.0)


def test_a_server_that_was_killed_can_be_started_again_on_its_port(
    serve: Serve, tmp_path: Path
):
    package = moody(tmp_path)
    first = serve(package)
    port = first.ports[0]
    with first.client as kept:
        assert kept.post("/predict", content=asking(1.0)).status_code == 200
        first.signal(signal.SIGKILL)
        first.process.wait(20)

        second = serve(package, SLIPWAY_PORT=str(port))

        assert asked(second, 2.0).json()["predictions"] == [{"doubled": 4.0}]


def until(holds: Callable[[], bool]) -> None:
    """Wait for what has to come, and not for ever."""
    end = time.monotonic() + 20
    while not holds():
        assert time.monotonic() < end, "it never came"
        time.sleep(0.05)


def test_a_failure_of_the_model_is_logged_with_its_trace_and_without_the_row(
    start: Serve, tmp_path: Path
):
    server = start(moody(tmp_path))
    server.until("ready")

    answer = asked(server, -31337.0)

    failed = server.until("failed")
    assert failed["id"] == answer.json()["id"]
    assert "nobody is younger than nothing" in failed["trace"]
    assert "31337" not in json.dumps(server.lines)

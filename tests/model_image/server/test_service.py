"""The server's life, as whatever runs the container sees it."""

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

from model_image.server.manifest import MANIFEST, MODEL

Start = Callable[..., Any]


def half_sent(port: int, body: bytes) -> socket.socket:
    """A connection whose request is not whole yet."""
    connection = socket.create_connection(("127.0.0.1", port), timeout=10)
    head = f"POST /predict HTTP/1.1\r\nhost: t\r\ncontent-length: {len(body)}\r\n\r\n"
    connection.sendall(head.encode() + body[:5])
    return connection


def test_sigterm_stops_a_ready_server_with_exit_code_0(package: Path, start: Start):
    server = start(package)
    server.until("ready")

    server.signal()

    assert server.exit_code() == 0
    assert [line["event"] for line in server.lines[-2:]] == ["draining", "stopped"]


def test_readiness_goes_at_once_on_sigterm_and_predictions_are_still_answered(
    package: Path, start: Start, wine_rows: list[dict[str, float]]
):
    server = start(package, SLIPWAY_DRAIN_SECONDS="5")
    server.until("ready")

    server.signal()
    server.until("draining")

    with server.client as client:
        ready = client.get("/v2/health/ready")
        live = client.get("/v2/health/live")
        answer = client.post("/predict", json={"rows": wine_rows})
    assert (ready.status_code, live.status_code, answer.status_code) == (503, 200, 200)
    assert answer.headers["connection"] == "close"


def test_a_request_that_is_under_way_when_the_drain_ends_is_answered(
    package: Path, start: Start
):
    server = start(package, SLIPWAY_DRAIN_SECONDS="0")
    server.until("ready")
    body = b'{"rows": [{"alcohol": "strong"}]}'
    with half_sent(server.ports[0], body) as connection:
        server.signal()
        server.until("draining")
        time.sleep(0.5)

        connection.sendall(body[5:])

        assert connection.recv(12) == b"HTTP/1.1 422"
    assert server.exit_code() == 0


def test_the_port_is_closed_to_new_connections_after_the_drain(
    package: Path, start: Start
):
    server = start(package, SLIPWAY_DRAIN_SECONDS="0")
    server.until("ready")
    with half_sent(server.ports[0], b"x" * 10):
        server.signal()
        server.until("draining")
        time.sleep(0.5)

        with pytest.raises(httpx.TransportError), server.client as client:
            client.get("/v2/health/live")


def test_a_second_sigterm_ends_the_wait(package: Path, start: Start):
    server = start(package, SLIPWAY_DRAIN_SECONDS="60")
    server.until("ready")
    server.signal()
    server.until("draining")
    before = time.monotonic()

    server.signal()

    assert server.exit_code() == 0
    assert time.monotonic() - before < 5


def test_a_third_sigterm_does_not_wait_for_a_caller_that_never_finishes(
    package: Path, start: Start
):
    server = start(package, SLIPWAY_DRAIN_SECONDS="60")
    server.until("ready")
    with half_sent(server.ports[0], b"x" * 10):
        server.signal()
        server.until("draining")
        server.signal()
        time.sleep(0.3)
        assert server.process.poll() is None

        server.signal()

        assert server.exit_code() == 0


@pytest.fixture
def loading(package: Path, start: Start) -> Any:
    """A server whose model file gives nothing and never ends."""
    (package / MODEL).unlink()
    os.mkfifo(package / MODEL)
    server = start(package)
    server.until("listening")
    return server


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/v2/health/live", 200),
        ("/v2/health/startup", 503),
        ("/v2/health/ready", 503),
        ("/v2/models/wine/ready", 503),
    ],
)
def test_while_a_model_loads_the_server_lives_and_is_not_ready(
    loading: Any, path: str, status: int
):
    with loading.client as client:
        assert client.get(path).status_code == status


def test_a_prediction_asked_too_early_is_refused_as_not_ready(loading: Any):
    with loading.client as client:
        answer = client.post("/predict", json={"rows": [{}]})

    assert answer.status_code == 503
    assert answer.json()["error"] == "the model is not ready: starting"


def test_sigterm_while_a_model_loads_stops_the_server_at_once(loading: Any):
    loading.signal()

    assert loading.exit_code() == 0


def test_a_corrupted_model_ends_the_server_with_one_sentence(
    package: Path, start: Start
):
    with (package / MODEL).open("ab") as file:
        file.write(b"!")

    server = start(package)

    assert server.exit_code() == 1
    (error,) = [line for line in server.lines if line["level"] == "error"]
    assert "model.onnx is not the file that was packed" in error["error"]


def test_a_folder_without_a_manifest_ends_the_server_with_one_sentence(
    tmp_path: Path, start: Start
):
    server = start(tmp_path)

    assert server.exit_code() == 1
    (error,) = server.lines
    assert f"has no {MANIFEST}" in error["error"]


def test_a_model_that_answers_its_example_differently_never_becomes_ready(
    package: Path, start: Start, repack: Callable[..., None]
):
    repack(package, {"response": {"predictions": [{"label": "class_1"}]}})

    server = start(package)

    assert server.exit_code() == 1
    assert "does not give the answer stored in" in server.lines[-2]["error"]
    assert "ready" not in {line["event"] for line in server.lines}


def test_a_port_in_use_ends_the_server_with_one_sentence(package: Path, start: Start):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        server = start(package, SLIPWAY_PORT=str(port))

        assert server.exit_code() == 1
        assert f"port {port} on 127.0.0.1 cannot be used" in server.lines[-1]["error"]


def test_wrong_settings_end_the_server_with_a_line_for_each(
    package: Path, start: Start
):
    server = start(package, SLIPWAY_PORT="http", SLIPWAY_THREADS="none")

    assert server.exit_code() == 2
    assert len(server.lines) == 2


def test_onnxruntime_leaves_no_trace_of_telemetry(
    package: Path, tmp_path: Path, start: Start
):
    home = tmp_path / "home"
    home.mkdir()

    server = start(package, HOME=str(home), XDG_CACHE_HOME=str(home))
    server.until("ready")
    server.signal()
    server.exit_code()

    assert list(home.rglob("*")) == []

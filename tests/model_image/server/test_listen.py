"""Where the server can be reached, and what it says where it cannot listen."""

import socket
from collections.abc import Callable
from pathlib import Path
from typing import Any

import httpx
import pytest

Start = Callable[..., Any]
Rows = list[dict[str, float]]


@pytest.fixture
def address(tmp_path: Path) -> Path:
    """A short path: a socket's may have a hundred characters."""
    return tmp_path / "s"


def asked(address: Path, rows: Rows) -> httpx.Response:
    transport = httpx.HTTPTransport(uds=str(address))
    with httpx.Client(transport=transport, base_url="http://model") as client:
        return client.post("/predict", json={"rows": rows})


def test_a_sidecar_answers_on_a_unix_socket(
    package: Path, start: Start, address: Path, wine_rows: Rows
):
    server = start(package, SLIPWAY_SOCKET=str(address))
    server.until("ready")

    assert server.ports[0] == str(address)
    assert asked(address, wine_rows).json()["predictions"][0]["label"] == "class_1"


def test_a_socket_that_a_killed_server_left_is_taken_over(
    package: Path, start: Start, address: Path, wine_rows: Rows
):
    killed = start(package, SLIPWAY_SOCKET=str(address))
    killed.until("ready")
    killed.process.kill()
    killed.process.wait()
    assert address.exists()

    start(package, SLIPWAY_SOCKET=str(address)).until("ready")

    assert asked(address, wine_rows).status_code == 200


def test_a_socket_where_another_server_answers_is_not_taken(
    package: Path, start: Start, address: Path
):
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(str(address))
        other.listen()

        server = start(package, SLIPWAY_SOCKET=str(address))

        assert server.exit_code() == 1
    assert f"{address}, where another server answers" in server.lines[-1]["error"]


def test_a_socket_in_no_folder_is_refused_in_a_sentence(package: Path, start: Start):
    server = start(package, SLIPWAY_SOCKET="/nowhere/s")

    assert server.exit_code() == 1
    assert "/nowhere/s, which cannot be listened on" in server.lines[-1]["error"]


def test_a_file_that_is_no_socket_is_not_removed(
    package: Path, start: Start, address: Path
):
    address.write_text("precious")

    server = start(package, SLIPWAY_SOCKET=str(address))

    assert server.exit_code() == 1
    assert address.read_text() == "precious"


def test_the_private_port_serves_people_and_prometheus(package: Path, start: Start):
    server = start(package)
    server.until("ready")

    with httpx.Client(base_url=f"http://127.0.0.1:{server.ports[1]}") as client:
        page, metrics = client.get("/"), client.get("/metrics")

    assert page.headers["content-type"] == "text/html; charset=utf-8"
    assert "slipway_ready 1.0" in metrics.text


@pytest.mark.parametrize("path", ["/metrics", "/card", "/profile.json"])
def test_what_is_private_is_not_on_the_callers_port(wine: httpx.Client, path: str):
    assert wine.get(path).status_code == 404

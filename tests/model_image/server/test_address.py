"""Where the server is looked for by what runs beside it."""

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from model_image.server.address import connect, shown


@pytest.fixture
def port() -> Iterator[str]:
    """A port of the loopback that something listens on."""
    with socket.create_server(("127.0.0.1", 0)) as listening:
        yield str(listening.getsockname()[1])


@pytest.mark.parametrize("host", ["", "0.0.0.0", "127.0.0.1"])
def test_a_server_that_listens_everywhere_is_met_on_the_loopback(port: str, host: str):
    with connect({"SLIPWAY_HOST": host, "SLIPWAY_PORT": port}, 5) as connection:
        assert connection.getpeername() == ("127.0.0.1", int(port))


def test_a_socket_takes_the_place_of_the_port(port: str, tmp_path: Path):
    path = str(tmp_path / "model.sock")
    env = {"SLIPWAY_SOCKET": path, "SLIPWAY_PORT": port}
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind(path)
        listening.listen()

        with connect(env, 5) as connection:
            assert connection.getpeername() == path

    assert shown(env) == path


def test_a_server_that_accepts_and_says_nothing_is_given_up(port: str):
    with (
        connect({"SLIPWAY_PORT": port}, 0.05) as connection,
        pytest.raises(TimeoutError),
    ):
        connection.recv(1)


def test_the_port_is_the_default_one_where_none_is_set():
    assert shown({}) == "port 8080"

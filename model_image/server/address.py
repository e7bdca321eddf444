"""Where the server of this container listens, for what runs beside it."""

import socket
from collections.abc import Mapping

_LOOPBACK = {"0.0.0.0": "127.0.0.1", "::": "::1"}


def connect(env: Mapping[str, str], timeout: float | None = None) -> socket.socket:
    """
    A connection to the server that runs with the settings in `env`.

    Raises OSError where nothing answers, and ValueError where that is no address.
    """
    if path := env.get("SLIPWAY_SOCKET"):
        connection = socket.socket(socket.AF_UNIX)
        connection.settimeout(timeout)
        try:
            connection.connect(path)
        except OSError:
            connection.close()
            raise
        return connection
    host = env.get("SLIPWAY_HOST") or "0.0.0.0"
    address = (_LOOPBACK.get(host, host), int(_port(env)))
    return socket.create_connection(address, timeout)


def shown(env: Mapping[str, str]) -> str:
    """The same address for a sentence."""
    return env.get("SLIPWAY_SOCKET") or f"port {_port(env)}"


def _port(env: Mapping[str, str]) -> str:
    return env.get("SLIPWAY_PORT") or "8080"

"""Callers who do not keep to HTTP, or not to its spirit."""

import json
import socket
from contextlib import suppress
from typing import Any

from tests.model_image.conftest import WINE

GOOD = json.dumps(json.loads((WINE / "example.json").read_bytes())["request"]).encode()
HEAD = b"POST /predict HTTP/1.1\r\nhost: t\r\n"


def connected(port: int) -> socket.socket:
    return socket.create_connection(("127.0.0.1", port), timeout=20)


def said(port: int, *parts: bytes) -> bytes:
    """All that comes back for these bytes until the server closes."""
    with connected(port) as connection:
        # A server that has refused need not read on.
        with suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
        return rest(connection)


def first(port: int, *parts: bytes) -> bytes:
    """What comes first for these bytes, from a server that may read on."""
    with connected(port) as connection, suppress(ConnectionError):
        with suppress(ConnectionError):
            for part in parts:
                connection.sendall(part)
        return connection.recv(1 << 16)
    return b""


def rest(connection: socket.socket) -> bytes:
    """What comes until the other side closes; TimeoutError where it does not."""
    heard = b""
    with suppress(ConnectionError):
        while part := connection.recv(1 << 16):
            heard += part
    return heard


def statuses(heard: bytes) -> list[int]:
    """Of each answer in what was heard."""
    parts = heard.split(b"HTTP/1.1 ")[1:]
    return [int(part[:3]) for part in parts]


def request(body: bytes, head: bytes = HEAD) -> bytes:
    """A request of /predict, or of another head, with this body."""
    return head + b"content-length: %d\r\n\r\n" % len(body) + body


def answered(server: Any) -> None:
    """An honest caller, on a connection of its own, gets what it came for."""
    with server.client as client:
        answer = client.post("/predict", content=GOOD)
    assert answer.status_code == 200

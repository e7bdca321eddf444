"""Callers who say nothing, too slowly or too much keep nobody out."""

import socket
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

PROBE = b"GET /v2/health/ready HTTP/1.1\r\nhost: t\r\n\r\n"


@pytest.fixture
def port(package: Path, start: Callable[..., Any]) -> int:
    """A server that has little patience and room for sixteen."""
    server = start(package, SLIPWAY_CONNECTIONS="16", SLIPWAY_REQUEST_SECONDS="1")
    server.until("ready")
    return server.ports[0]


@pytest.fixture
def opened(port: int) -> Iterator[Callable[[], socket.socket]]:
    """Opens connections, and closes them in the end."""
    with ExitStack() as stack:
        yield lambda: stack.enter_context(
            socket.create_connection(("127.0.0.1", port), timeout=10)
        )


def said(connection: socket.socket) -> bytes:
    """All that comes until the other side closes."""
    parts: list[bytes] = []
    try:
        while part := connection.recv(65536):
            parts.append(part)
    except ConnectionResetError:
        pass
    return b"".join(parts)


def status(connection: socket.socket) -> bytes:
    connection.sendall(PROBE)
    answer = b""
    while not answer.endswith(b"}"):
        answer += connection.recv(65536)
    return answer.split()[1]


def test_a_new_caller_takes_the_place_of_the_one_idle_for_longest(
    opened: Callable[[], socket.socket],
):
    idle = [opened() for _ in range(16)]
    time.sleep(0.2)
    assert status(idle[0]) == b"200"

    newcomer = opened()

    assert status(newcomer) == b"200"
    assert status(idle[0]) == b"200"
    assert said(idle[1]) == b""


def test_a_full_house_is_told_to_the_newcomer(opened: Callable[[], socket.socket]):
    for _ in range(16):
        opened().sendall(b"POST /predict HTTP/1.1\r\n")
    time.sleep(0.2)

    answer = said(opened())

    assert answer.startswith(b"HTTP/1.1 503 ")
    assert b"retry-after: 1\r\n" in answer
    assert b"too many connections" in answer


@pytest.mark.parametrize(
    "begun",
    [
        b"",
        b"POST /predict HTTP/1.1\r\nhost:",
        b"POST /predict HTTP/1.1\r\nhost: t\r\ncontent-length: 9\r\n\r\n{",
    ],
)
def test_who_never_ends_a_request_is_told_and_left(
    opened: Callable[[], socket.socket], begun: bytes
):
    connection = opened()
    connection.sendall(begun)

    answer = said(connection)

    assert answer.startswith(b"HTTP/1.1 408 ")
    assert b"within 1 seconds" in answer


def test_dripping_bytes_buys_no_time(opened: Callable[[], socket.socket]):
    connection = opened()
    ended = time.monotonic() + 20
    connection.sendall(b"POST /predict HTTP/1.1\r\nx: ")

    def drip() -> bool:
        connection.sendall(b"x")
        time.sleep(0.1)
        return time.monotonic() < ended

    with pytest.raises((BrokenPipeError, ConnectionResetError)):
        any(not drip() for _ in range(1000))


def test_a_connection_that_waits_between_requests_is_kept(
    opened: Callable[[], socket.socket],
):
    connection = opened()
    assert status(connection) == b"200"

    time.sleep(2.5)

    assert status(connection) == b"200"


def test_endless_headers_are_refused(opened: Callable[[], socket.socket]):
    connection = opened()

    try:
        connection.sendall(b"GET / HTTP/1.1\r\n" + b"x-filler: 123456\r\n" * 10_000)
    except ConnectionResetError:
        return

    assert said(connection).startswith(b"HTTP/1.1 431 ")


@pytest.mark.parametrize(
    "nonsense",
    [
        b"\x16\x03\x01\x02\x00\x01\x00\x01",
        b"GET / HTTP/9.9\r\n\r\n",
        b"POST /predict HTTP/1.1\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n",
        b"POST /predict HTTP/1.1\r\ncontent-length: 4\r\n"
        b"transfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"POST /predict HTTP/1.1\r\ntransfer-encoding: chunked\r\n\r\nzz\r\n",
    ],
)
def test_what_is_not_http_is_refused_in_json(
    opened: Callable[[], socket.socket], nonsense: bytes
):
    connection = opened()
    connection.sendall(nonsense)

    answer = said(connection)

    assert answer.startswith(b"HTTP/1.1 400 ")
    assert b'{"error": "what came is not an HTTP request"}' in answer

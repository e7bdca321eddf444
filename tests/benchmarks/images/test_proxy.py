"""The proxy passes on what it is given, and counts each direction apart."""

import socket
import threading

from tests.benchmarks.images.proxy import counted


def _answers_once(listener: socket.socket) -> None:
    """Reads to the end of what one caller sends, then answers."""
    connection, _ = listener.accept()
    with connection:
        while connection.recv(1 << 16):
            pass
        connection.sendall(b"b" * 700)


def test_each_direction_is_counted_and_arrives_whole():
    with socket.create_server(("127.0.0.1", 0)) as listener:
        threading.Thread(target=_answers_once, args=[listener]).start()
        with counted(listener.getsockname()[1]) as proxy:
            caller = socket.create_connection(("127.0.0.1", proxy.port), timeout=20)
            with caller, caller.makefile("rb") as answer:
                caller.sendall(b"a" * 300_000)
                caller.shutdown(socket.SHUT_WR)
                received = answer.read()

            assert received == b"b" * 700
            assert (proxy.sent, proxy.received) == (300_000, 700)

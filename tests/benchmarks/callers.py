"""Many callers in one thread that never sleeps, each with a connection it keeps."""

import select
import socket
import time
from collections import deque

import httptools

CONNECTIONS = 128


class _Connection:
    """A connection with one request at a time, made anew where the server ends it."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port))
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        self.due = 0.0
        self.status = 0
        self._parser = httptools.HttpResponseParser(self)

    def send(self, request: bytes, due: float) -> None:
        self.due = due
        self.status = 0
        self._parser = httptools.HttpResponseParser(self)
        self.socket.sendall(request)

    def receive(self) -> bool:
        """Read what came; False where the server has closed the connection."""
        if data := self.socket.recv(1 << 16):
            self._parser.feed_data(data)
        return bool(data)

    def on_message_complete(self) -> None:
        self.status = self._parser.get_status_code()


class Callers:
    """Connections, and the requests that are under way on them."""

    def __init__(self, port: int, request: bytes) -> None:
        self._port = port
        self._request = request
        self._idle: deque[_Connection] = deque()
        self._by_number: dict[int, _Connection] = {}
        self._poll = select.epoll()
        for _ in range(CONNECTIONS):
            self._open()
        self.seconds: list[float] = []
        """From when each was due until its answer was whole."""
        self.late: list[float] = []
        """From when each was due until it was sent."""
        self.refused = 0
        """Answers that were no 2xx."""
        self.lost = 0
        """Requests whose connection was closed instead of an answer."""

    @property
    def all_idle(self) -> bool:
        """Whether every request was answered."""
        return len(self._idle) == CONNECTIONS

    def send(self, due: float) -> bool:
        """Send the request that was due then, if a connection is free."""
        if not self._idle:
            return False
        self.late.append(time.perf_counter() - due)
        self._idle.popleft().send(self._request, due)
        return True

    def receive(self) -> None:
        """Take the answers that are there."""
        for number, _ in self._poll.poll(0):
            connection = self._by_number[number]
            if not connection.receive():
                self._replace(connection)
            elif connection.status:
                self.seconds.append(time.perf_counter() - connection.due)
                self.refused += connection.status >= 300
                self._idle.append(connection)

    def close(self) -> None:
        """End all connections."""
        self._poll.close()
        for connection in self._by_number.values():
            connection.socket.close()

    def _open(self) -> None:
        connection = _Connection(self._port)
        self._by_number[connection.socket.fileno()] = connection
        self._poll.register(connection.socket, select.EPOLLIN)
        self._idle.append(connection)

    def _replace(self, connection: _Connection) -> None:
        if connection in self._idle:
            self._idle.remove(connection)
        else:
            self.lost += 1
        del self._by_number[connection.socket.fileno()]
        connection.socket.close()
        self._open()

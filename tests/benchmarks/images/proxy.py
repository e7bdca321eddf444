"""A TCP proxy that counts the bytes of each direction."""

import socket
import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress

_CHUNK = 1 << 18


class Proxy(socketserver.ThreadingTCPServer):
    """A port on loopback that leads to another one."""

    daemon_threads = True
    block_on_close = False

    def __init__(self, target: int) -> None:
        super().__init__(("127.0.0.1", 0), _Way)
        self.target = target
        self.sent = 0
        """Bytes that callers sent."""
        self.received = 0
        """Bytes that callers were sent."""
        self._lock = threading.Lock()

    @property
    def port(self) -> int:
        """Where callers find it."""
        return self.server_address[1]

    def count(self, sent: int = 0, received: int = 0) -> None:
        """Add to what was counted."""
        with self._lock:
            self.sent += sent
            self.received += received


class _Way(socketserver.BaseRequestHandler):
    """One connection, and the one that it leads to."""

    server: Proxy  # pyright: ignore[reportIncompatibleVariableOverride]

    def handle(self) -> None:
        with socket.create_connection(("127.0.0.1", self.server.target)) as there:
            back = threading.Thread(target=self._return, args=[there], daemon=True)
            back.start()
            with suppress(OSError):
                while part := self.request.recv(_CHUNK):
                    self.server.count(sent=len(part))
                    there.sendall(part)
                there.shutdown(socket.SHUT_WR)
            back.join()

    def _return(self, there: socket.socket) -> None:
        with suppress(OSError):
            while part := there.recv(_CHUNK):
                self.server.count(received=len(part))
                self.request.sendall(part)
            self.request.shutdown(socket.SHUT_WR)


@contextmanager
def counted(target: int) -> Iterator[Proxy]:
    """A proxy that answers for as long as it is needed."""
    with Proxy(target) as proxy:
        threading.Thread(target=proxy.serve_forever, daemon=True).start()
        try:
            yield proxy
        finally:
            proxy.shutdown()

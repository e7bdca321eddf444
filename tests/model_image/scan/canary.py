"""What hostile files aim at: a file that must not appear, a port nobody may call."""

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Canary:
    """A place on disk and a listening socket; both stay as they are, or code ran."""

    file: Path
    listener: socket.socket

    @property
    def port(self) -> int:
        """Where a connection would be noticed."""
        return self.listener.getsockname()[1]

    @property
    def command(self) -> str:
        """A shell's way of touching both."""
        return f"touch {self.file}; echo > /dev/tcp/127.0.0.1/{self.port}"

    def is_alive(self) -> bool:
        """Whether nothing has touched the file or called the port."""
        try:
            self.listener.accept()[0].close()
        except BlockingIOError:
            return not self.file.exists()
        return False


@contextmanager
def canary_in(folder: Path) -> Iterator[Canary]:
    """A canary with a socket of its own."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield Canary(folder / "canary", listener)

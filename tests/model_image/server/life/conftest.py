"""Servers whose logs are read all the time, for tests that put them under load."""

from collections.abc import Callable, Iterator
from pathlib import Path
from threading import Thread
from typing import Any

import pytest

from tests.model_image.conftest import WINE

Serve = Callable[..., Any]


@pytest.fixture
def serve(start: Callable[..., Any]) -> Iterator[Serve]:
    """Starts servers that are ready; a pipe that nobody empties would stop them."""
    readers: list[Thread] = []
    servers: list[Any] = []

    def serving(folder: Path, **env: str) -> Any:
        server = start(folder, **env)
        server.until("ready")
        readers.append(Thread(target=server.read, daemon=True))
        readers[-1].start()
        servers.append(server)
        return server

    yield serving
    for server, reader in zip(servers, readers, strict=True):
        server.process.kill()
        reader.join()


@pytest.fixture
def server(serve: Serve) -> Any:
    """A server of the example, for one test to hurt."""
    return serve(WINE)

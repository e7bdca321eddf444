"""Registries of a test's own, from the image that the shared stack's is made of."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import docker
import httpx
from docker.models.containers import Container

from tests.estate import Estate, free_port


@contextmanager
def another_registry(
    shared_estate: Estate,
    environment: dict[str, str] | None = None,
    files: dict[Path, str] | None = None,
) -> Iterator[tuple[str, Container]]:
    """A registry on loopback, empty; its address, and the container."""
    port = free_port()
    image = shared_estate.containers(shared_estate.shared, "registry")[0].image
    container = docker.from_env().containers.run(
        image,
        detach=True,
        ports={"5000/tcp": ("127.0.0.1", port)},
        volumes=[f"{here}:{there}:ro" for here, there in (files or {}).items()],
        environment=environment or {},
    )
    try:
        await_registry(port)
        yield f"127.0.0.1:{port}", container
    finally:
        container.remove(force=True, v=True)


def await_registry(port: int) -> None:
    """Wait until a registry answers, whatever it says."""
    deadline = time.monotonic() + 15
    while time.monotonic() < deadline:
        try:
            if httpx.get(f"http://127.0.0.1:{port}/v2/").status_code in (200, 401):
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise TimeoutError(f"no registry answers on port {port}")

"""A real S3 protocol on loopback, and more of AWS, spoken by moto's server."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager

import httpx
import pytest
from moto.server import ThreadedMotoServer


@contextmanager
def served() -> Iterator[str]:
    """The address of an S3 server."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


def entered(address: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Make the environment name an account of it, in which nothing is."""
    httpx.post(f"{address}/moto-api/reset")
    monkeypatch.setenv("AWS_ENDPOINT_URL", address)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tester")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush-hush")


@contextmanager
def emptied(
    address: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> Iterator[httpx.Client]:
    """An empty bucket as plain HTTP; the environment has its account."""
    entered(address, monkeypatch)
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    account = {"Authorization": "AWS tester:hush-hush"}
    with httpx.Client(base_url=f"{address}/{name}/", headers=account) as client:
        client.put("")
        yield client

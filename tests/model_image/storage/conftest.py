"""A cache of each test's own, and real places to keep packages in."""

import logging
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from moto.server import ThreadedMotoServer

from tests.estate import Estate


@pytest.fixture(autouse=True)
def cache_home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where what is fetched goes."""
    home = tmp_path / "cache"
    monkeypatch.setenv("SLIPWAY_CACHE_HOME", str(home))
    return home


@pytest.fixture
def said() -> list[str]:
    """What a transfer said, when its `append` is what it says it to."""
    return []


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """The address of an S3 server, moto's, on loopback."""
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """An empty bucket `models`, as plain HTTP; the environment has its account."""
    monkeypatch.setenv("AWS_ENDPOINT_URL", s3_server)
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "tester")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "hush-hush")
    monkeypatch.setenv("AWS_REGION", "us-east-1")
    account = {"Authorization": "AWS tester:hush-hush"}
    with httpx.Client(base_url=f"{s3_server}/models/", headers=account) as client:
        httpx.post(f"{s3_server}/moto-api/reset")
        client.put("")
        yield client


@pytest.fixture
def registry(shared_estate: Estate) -> str:
    """`oci://host:port` of Debian's registry, which the shared stack runs."""
    return f"oci://127.0.0.1:{shared_estate.registry_port}"

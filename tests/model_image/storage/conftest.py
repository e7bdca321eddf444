"""A cache of each test's own, and real places to keep packages in."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests import s3
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
    with s3.served() as address:
        yield address


@pytest.fixture
def bucket(s3_server: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[httpx.Client]:
    """An empty bucket `models`, as plain HTTP; the environment has its account."""
    with s3.emptied(s3_server, "models", monkeypatch) as client:
        yield client


@pytest.fixture
def registry(shared_estate: Estate) -> str:
    """`oci://host:port` of Debian's registry, which the shared stack runs."""
    return f"oci://127.0.0.1:{shared_estate.registry_port}"

"""A registry for the benchmark alone, behind a proxy that counts."""

import time
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

import httpx

from tests.benchmarks.running import BenchmarkError
from tests.benchmarks.servers import ROOT

from .command import Docker
from .proxy import Proxy, counted

_NAME = "slipway-benchmark-registry"
_SOURCE = ROOT / "components" / "local" / "images" / "registry"
_MANIFEST = "application/vnd.docker.distribution.manifest.v2+json"
_START_SECONDS = 20


@dataclass(frozen=True)
class Registry:
    """Images go in and out through the proxy; what is read here is not counted."""

    proxy: Proxy
    address: str

    def tag(self, name: str, version: str) -> str:
        """What an image is called that is to be pushed here."""
        return f"127.0.0.1:{self.proxy.port}/{name}:{version}"

    def manifest(self, tag: str) -> dict[str, Any]:
        """The manifest of an image."""
        name, version = _parts(tag)
        url = f"{self.address}/v2/{name}/manifests/{version}"
        return _asked(httpx.get(url, headers={"Accept": _MANIFEST}, timeout=60)).json()

    def config(self, tag: str) -> dict[str, Any]:
        """The configuration of an image."""
        digest = self.manifest(tag)["config"]["digest"]
        return _asked(httpx.get(self._blob(tag, digest), timeout=60)).json()

    def unpacked(self, tag: str, digest: str) -> int:
        """How many bytes a layer has when it is not compressed."""
        inflate = zlib.decompressobj(wbits=31)
        size = 0
        with httpx.stream("GET", self._blob(tag, digest), timeout=60) as answer:
            for part in _asked(answer).iter_raw():
                size += len(inflate.decompress(part))
        return size + len(inflate.flush())

    def _blob(self, tag: str, digest: str) -> str:
        return f"{self.address}/v2/{_parts(tag)[0]}/blobs/{digest}"


@contextmanager
def registry(base: str, name: str = _NAME) -> Iterator[Registry]:
    """The registry of the local platform, empty, in this machine's own Docker."""
    docker = Docker()
    _remove(docker, name)
    try:
        docker("build", "--quiet", "--tag", name, f"--build-arg=BASE={base}", _SOURCE)
        docker("run", "--detach", "--name", name, "-p", "127.0.0.1::5000", name)
        port = docker("port", name, "5000/tcp").splitlines()[0].rpartition(":")[2]
        address = f"http://127.0.0.1:{port}"
        _await(address)
        with counted(int(port)) as proxy:
            yield Registry(proxy, address)
    finally:
        _remove(docker, name)


def _parts(tag: str) -> tuple[str, str]:
    """The repository and the version in a tag."""
    name, _, version = tag.partition("/")[2].rpartition(":")
    return name, version


def _asked(answer: httpx.Response) -> httpx.Response:
    if not answer.is_success:
        raise BenchmarkError(
            f"the registry answered {answer.status_code} to {answer.url.path}"
        )
    return answer


def _await(address: str) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while time.monotonic() < deadline:
        with suppress(httpx.TransportError):
            if httpx.get(f"{address}/v2/").is_success:
                return
        time.sleep(0.1)
    raise BenchmarkError(f"the registry did not answer within {_START_SECONDS} s")


def _remove(docker: Docker, name: str) -> None:
    for words in (["rm", "--force", "--volumes", name], ["rmi", "--force", name]):
        with suppress(BenchmarkError):
            docker(*words)

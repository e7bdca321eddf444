"""Packages in Debian's own OCI registry."""

import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import httpx
import pytest

from model_image.errors import PackError
from model_image.package import ModelPackage
from model_image.storage.fetch import fetch
from model_image.storage.push import push
from model_image.storage.reference import OciReference, parse
from model_image.storage.repository import Repository
from tests.packages import variant

pytestmark = pytest.mark.docker
ROOT = Path(__file__).parents[3]
_ACCEPT = {"Accept": "application/vnd.oci.image.manifest.v1+json"}
_FETCH = (
    "import sys; from model_image.storage.fetch import fetch; fetch(sys.argv[1], print)"
)


@pytest.fixture
def pushed(registry: str, package: Path, said: list[str]) -> str:
    """The reference of the package, which is in the registry."""
    return push(ModelPackage.read(package), f"{registry}/packages/wine", said.append)


def _manifest(registry: str, name: str) -> Any:
    url = f"http{registry.removeprefix('oci')}/v2/packages/wine/manifests/{name}"
    return httpx.get(url, headers=_ACCEPT)


def test_a_package_comes_back_as_it_went(pushed: str, package: Path, said: list[str]):
    folder = fetch(pushed, said.append)

    assert ModelPackage.read(folder).identity == ModelPackage.read(package).identity


def test_the_version_is_a_tag_of_what_was_pushed(registry: str, pushed: str):
    answer = _manifest(registry, "1.0.0")

    assert pushed.endswith(answer.headers["Docker-Content-Digest"])
    assert answer.json()["artifactType"] == "application/vnd.slipway.package.v1"


def test_a_tag_of_ones_own_takes_its_place(
    registry: str, package: Path, pushed: str, said: list[str]
):
    target = f"{registry}/packages/wine:candidate"

    again = push(ModelPackage.read(package), target, said.append)

    assert again == pushed
    assert _manifest(registry, "candidate").is_success


def test_a_second_push_moves_nothing_and_has_the_same_digest(
    registry: str, package: Path, pushed: str, tmp_path: Path, said: list[str]
):
    (package / "evidence.json").write_text('{"rows": 3}')
    push(ModelPackage.read(package), f"{registry}/packages/wine", said.append)
    said.clear()

    again = push(ModelPackage.read(package), f"{registry}/packages/wine", said.append)

    assert (again, said) == (pushed, [])


def test_evidence_travels_along(registry: str, package: Path, said: list[str]):
    (package / "evidence.json").write_text('{"rows": 4}')
    read = ModelPackage.read(package)

    reference = push(read, f"{registry}/packages/measured", said.append)

    folder = fetch(reference, said.append)
    assert (folder / "evidence.json").read_text() == '{"rows": 4}'


def test_an_empty_file_is_a_file(
    registry: str, package: Path, tmp_path: Path, said: list[str]
):
    hollow = variant(package, tmp_path / "hollow", version="2.0.0", model=b"")

    reference = push(ModelPackage.read(hollow), f"{registry}/wine", said.append)

    assert (fetch(reference, said.append) / "model.onnx").read_bytes() == b""


def test_a_blob_is_read_no_further_than_was_announced(pushed: str, package: Path):
    reference = parse(pushed)
    assert isinstance(reference, OciReference)
    digest = ModelPackage.read(package).manifest.files["model.onnx"]

    with pytest.raises(PackError, match="sends more than the 10 bytes"):
        list(Repository(reference).blob(digest, 10))


def test_what_is_not_there_is_said(registry: str, said: list[str]):
    reference = f"{registry}/packages/wine@sha256:{'0' * 64}"

    with pytest.raises(PackError, match=f"{reference} is not there"):
        fetch(reference, said.append)


def test_an_image_is_no_package(registry: str, said: list[str]):
    """The registry's own images are told from packages by their type."""
    config = b"{}"
    url = f"http{registry.removeprefix('oci')}/v2/packages/image"
    start = httpx.post(f"{url}/blobs/uploads/").headers["Location"]
    empty = "sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a"
    httpx.put(
        start, params={**httpx.URL(start).params, "digest": empty}, content=config
    )
    manifest = {
        "schemaVersion": 2,
        "mediaType": _ACCEPT["Accept"],
        "config": {
            "mediaType": "application/vnd.oci.image.config.v1+json",
            "digest": empty,
            "size": 2,
        },
        "layers": [],
    }
    put = httpx.put(
        f"{url}/manifests/1",
        json=manifest,
        headers={"Content-Type": _ACCEPT["Accept"]},
    )
    digest = put.headers["Docker-Content-Digest"]

    with pytest.raises(PackError, match="is not a package but an image"):
        fetch(f"{registry}/packages/image@{digest}", said.append)


def test_no_network_is_needed_for_what_is_here(
    pushed: str, said: list[str], monkeypatch: pytest.MonkeyPatch
):
    fetch(pushed, said.append)
    gone = pushed.replace("127.0.0.1", "registry.invalid")

    assert fetch(gone, said.append)


def test_a_fetch_that_is_killed_leaves_no_package(
    registry: str, package: Path, tmp_path: Path, cache_home: Path, said: list[str]
):
    model = os.urandom(2**20) * 40
    large = variant(package, tmp_path / "large", version="2.0.0", model=model)
    reference = push(ModelPackage.read(large), f"{registry}/wine", said.append)
    identity = ModelPackage.read(large).identity.removeprefix("sha256:")
    partial = cache_home / "packages" / f"{identity}.partial"
    with subprocess.Popen(
        [sys.executable, "-c", _FETCH, reference], cwd=ROOT
    ) as killed:
        while not (partial / "model.onnx").exists():
            assert killed.poll() is None
        killed.send_signal(signal.SIGKILL)

    assert not (cache_home / "packages" / identity).exists()
    assert (fetch(reference, said.append) / "model.onnx").read_bytes() == model
    assert not partial.exists()

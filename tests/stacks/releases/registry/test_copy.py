"""An image goes from one registry to another with all that is attached to it."""

import hashlib
import json
import os
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from docker.models.containers import Container

from model_image.errors import PackError
from model_image.storage.artifact import MEDIA_TYPE, NOTHING, Descriptor
from model_image.storage.reference import OciReference
from model_image.storage.repository import Repository
from stacks.releases.registry.copy import CopyError, copy
from tests.estate import Estate
from tests.registries import another_registry, await_registry

pytestmark = pytest.mark.docker

INDEX = "application/vnd.oci.image.index.v1+json"


def repository(host: str, name: str) -> Repository:
    return Repository(OciReference(host, name))


def digest_of(content: bytes) -> str:
    return f"sha256:{hashlib.sha256(content).hexdigest()}"


@dataclass
class Published:
    """Puts images into a repository, a part at a time."""

    where: Repository

    def blob(self, content: bytes) -> dict[str, object]:
        blob = Descriptor.of(content, "application/octet-stream")
        self.where.push_blob(blob, content, print)
        return {
            "mediaType": blob.media_type,
            "digest": blob.digest,
            "size": blob.size,
        }

    def manifest(self, *layers: bytes, tag: str = "", **more: object) -> str:
        content = json.dumps(
            {
                "schemaVersion": 2,
                "mediaType": MEDIA_TYPE,
                "config": self.blob(NOTHING),
                "layers": [self.blob(one) for one in layers],
                **more,
            },
            indent=3,  # bytes that no encoder of ours would write
        ).encode()
        self.where.push_manifest(content, tag or digest_of(content))
        return digest_of(content)

    def index(self, *digests: str, tag: str = "") -> str:
        manifests = [
            {
                "mediaType": MEDIA_TYPE,
                "digest": digest,
                "size": len(self.where.manifest(digest) or b""),
            }
            for digest in digests
        ]
        content = json.dumps(
            {"schemaVersion": 2, "mediaType": INDEX, "manifests": manifests}
        ).encode()
        self.where.push_manifest(content, tag or digest_of(content), INDEX)
        return digest_of(content)


@pytest.fixture
def source(shared_estate: Estate) -> Published:
    host = f"127.0.0.1:{shared_estate.registry_port}"
    return Published(repository(host, f"copied/{os.urandom(4).hex()}"))


@pytest.fixture(scope="module")
def other(shared_estate: Estate) -> Iterator[tuple[str, Container]]:
    with another_registry(shared_estate) as found:
        yield found


@pytest.fixture
def target(other: tuple[str, Container]) -> Repository:
    return repository(other[0], f"team/{os.urandom(4).hex()}")


def test_two_platforms_with_signature_sbom_and_attestation_arrive(
    source: Published, target: Repository
) -> None:
    layers = [os.urandom(100_000) for _ in range(3)]
    amd, arm = source.manifest(*layers[:2]), source.manifest(layers[0], layers[2])
    image = source.index(amd, arm)
    tag = image.replace(":", "-")
    signature = source.manifest(b"a signature", tag=f"{tag}.sig")
    sbom = source.manifest(b"an sbom", subject={"digest": image})
    source.index(sbom, tag=tag)
    attestation = source.manifest(b"an attestation", subject={"digest": arm})
    source.index(attestation, tag=arm.replace(":", "-"))
    told: list[str] = []

    copied = copy(source.where, target, image, told.append)

    names = (image, amd, arm, f"{tag}.sig", tag, sbom, attestation)
    for name in names:
        found, was = target.stored(name), source.where.stored(name)
        assert found == was is not None, f"{name} is not what it was"
    assert digest_of(target.manifest(f"{tag}.sig") or b"") == signature
    assert b"".join(target.blob(digest_of(layers[2]), 100_000)) == layers[2]
    assert copied.bytes == 300_000 + len(NOTHING) + 11 + 7 + 14


def test_what_is_there_is_not_copied_again(
    source: Published, target: Repository
) -> None:
    image = source.manifest(os.urandom(100_000))
    copy(source.where, target, image, print)

    again = copy(source.where, target, image, print)

    assert (again.bytes, again.blobs, again.present) == (0, 0, 2)


def test_within_one_registry_blobs_are_mounted(source: Published) -> None:
    image = source.manifest(os.urandom(100_000))
    near = repository(source.where.host, f"near/{os.urandom(4).hex()}")

    copied = copy(source.where, near, image, print)

    assert (copied.bytes, copied.mounted) == (0, 2)
    assert near.stored(image) == source.where.stored(image)


def test_what_the_source_has_lost_is_named(
    source: Published, target: Repository
) -> None:
    with pytest.raises(CopyError, match=r"has no sha256:7777.*build and promote it"):
        copy(source.where, target, f"sha256:{'7' * 64}", print)


class Liar(Repository):
    """Answers another manifest than was asked for."""

    def stored(self, name: str, accept: str = "") -> object:  # type: ignore[override]
        found = super().stored(name)
        return found and type(found)(found.content + b"\n", found.media_type)


def test_a_registry_that_answers_another_manifest_is_not_believed(
    source: Published, target: Repository
) -> None:
    image = source.manifest(b"a layer")
    liar = Liar(OciReference(source.where.host, source.where.name))

    with pytest.raises(CopyError, match="do not trust that registry"):
        copy(liar, target, image, print)

    assert target.stored(image) is None


def test_a_registry_that_goes_away_leaves_nothing_half_and_the_next_copy_goes_on(
    source: Published, shared_estate: Estate
) -> None:
    layers = [os.urandom(40_000_000) for _ in range(3)]
    image = source.manifest(*layers)
    with another_registry(shared_estate) as (host, container):
        target = repository(host, "wine")
        gone = threading.Timer(0.15, container.kill)
        gone.start()
        with pytest.raises(PackError, match=r"127\.0\.0\.1:\d+ cannot be reached"):
            _copy_until_it_fails(source.where, target, image)
        gone.join()
        container.start()
        await_registry(int(host.rpartition(":")[2]))
        copy(source.where, target, image, print)

        assert target.stored(image) == source.where.stored(image)
        for layer in layers:
            assert target.has(Descriptor.of(layer, ""))


def _copy_until_it_fails(source: Repository, target: Repository, image: str) -> None:
    while True:
        copy(source, target, image, print)
        time.sleep(0.05)

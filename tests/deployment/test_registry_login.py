"""A registry that asks who it talks to."""

import base64
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path

import docker
import pytest

from tests.estate import Estate, image_tags
from tests.registries import another_registry

pytestmark = [pytest.mark.docker, pytest.mark.engine]

PASSWORD = "open-sesame-42"
_ACCOUNT = "team:$2b$05$5pDXfYbgaok/WkMBKVJdReAGzZQVfPEABl.PWbUMAn/xra5TuOgOm\n"


@pytest.fixture
def address(shared_estate: Estate, tmp_path: Path) -> Iterator[str]:
    """A registry on loopback that lets `team` in, with its password."""
    (tmp_path / "htpasswd").write_text(_ACCOUNT)
    asking = {
        "REGISTRY_AUTH": "htpasswd",
        "REGISTRY_AUTH_HTPASSWD_REALM": "test",
        "REGISTRY_AUTH_HTPASSWD_PATH": "/htpasswd",
    }
    files = {tmp_path / "htpasswd": "/htpasswd"}
    with another_registry(shared_estate, asking, files) as (host, _):
        yield f"{host}/models"


def test_images_are_pushed_and_pulled_with_the_account_of_the_settings(
    shared_estate: Estate, tmp_path: Path, address: str
) -> None:
    estate = Estate.clone(tmp_path / "clone", registry_of=shared_estate, pulumi=True)
    registry = {
        "kind": "oci",
        "address": address,
        "username": "team",
        "password": "REGISTRY_PASSWORD",
    }
    dev, staging = estate.write_dev(), estate.stack("staging")
    try:
        estate.write(
            dev, tier="dev", package="model_image/example/package", registry=registry
        )
        _set_password(estate, dev)
        image = estate.up(dev)["image"]

        digest = image.partition("@")[2]
        estate.write(
            staging,
            tier="staging",
            upstream=dev,
            registry=registry,
            gates={"running": False},  # dev's containers go, so that this is a pull
        )
        _set_password(estate, staging)
        _forget(image)
        login = _docker_login(tmp_path / "docker", address)
        estate.promote("1.0.0", dev, staging, environment=estate.environment | login)
        pulled = estate.up(staging)["image"]

        assert pulled == image == f"{address}/wine@{digest}"
        for file in (tmp_path / "clone-state").rglob("*"):
            assert not file.is_file() or PASSWORD.encode() not in file.read_bytes()
    finally:
        estate.clean()


def _docker_login(folder: Path, address: str) -> dict[str, str]:
    """What `docker login` leaves, by which promotion reads a registry."""
    folder.mkdir()
    account = base64.b64encode(f"team:{PASSWORD}".encode()).decode()
    host = address.partition("/")[0]
    config = {"auths": {host: {"auth": account}}}
    (folder / "config.json").write_text(json.dumps(config))
    return {"DOCKER_CONFIG": str(folder)}


def _set_password(estate: Estate, stack: str) -> None:
    setting = ["secrets:REGISTRY_PASSWORD", PASSWORD]
    for words in (
        ["stack", "init", stack],
        ["config", "set", "--secret", "--stack", stack, *setting],
    ):
        command = ["pulumi", *words]
        subprocess.run(
            command,
            cwd=estate.root,
            env=estate.environment,
            check=True,
            capture_output=True,
        )


def _forget(image: str) -> None:
    """Remove Docker's own copy, so that the next use is a pull."""
    client = docker.from_env()
    for container in client.containers.list(
        all=True, filters={"ancestor": image}, ignore_removed=True
    ):
        container.remove(force=True)
    client.images.remove(image, force=True)
    for tag in image_tags(client):
        if tag.startswith(image.partition("@")[0] + ":"):
            client.images.remove(tag, force=True)

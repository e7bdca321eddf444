"""Plain manifests of a stack, for those who bring them by other hands."""

from typing import Any

import pytest
import yaml

from stacks.offline import Declaration
from stacks.render.manifests import rendered
from tests.components.kubernetes.conftest import in_cluster

IMAGE = f"registry.example.com/wine@sha256:{'ef' * 32}"


@pytest.fixture(scope="module")
def declared() -> Declaration:
    registry = {
        "kind": "oci",
        "address": "registry.example.com/team",
        "username": "robot",
        "password": "TOKEN",
    }
    return in_cluster(service={"secrets": ["TOKEN"]}, registry=registry)


@pytest.fixture(scope="module")
def text(declared: Declaration) -> str:
    return rendered("prod", declared, IMAGE).text()


@pytest.fixture(scope="module")
def objects(text: str) -> dict[str, Any]:
    return {one["kind"]: one for one in yaml.safe_load_all(text)}


def test_it_is_the_same_to_the_byte(declared: Declaration, text: str) -> None:
    assert rendered("prod", declared, IMAGE).text() == text


def test_the_namespace_comes_first(text: str) -> None:
    first = next(iter(yaml.safe_load_all(text)))
    assert first["kind"] == "Namespace"


def test_secrets_are_named_and_never_written(
    text: str, objects: dict[str, Any]
) -> None:
    assert "Secret" not in objects
    assert "# To be made by you: Secret wine-secrets (Opaque): TOKEN" in text
    assert "Secret wine-registry-1 (kubernetes.io/dockerconfigjson)" in text
    pod = objects["Deployment"]["spec"]["template"]["spec"]
    (volume,) = (one for one in pod["volumes"] if "secret" in one)
    assert volume["secret"]["secretName"] == "wine-secrets"
    assert pod["imagePullSecrets"] == [{"name": "wine-registry-1"}]


def test_nothing_in_it_is_for_an_engine(text: str, objects: dict[str, Any]) -> None:
    assert "pulumi" not in text
    assert not any(line.endswith(": null") for line in text.splitlines())
    assert objects["Deployment"]["metadata"]["labels"]["slipway.engine"] == "gitops"


def test_an_image_that_is_not_built_yet_is_the_one_that_was_built_last() -> None:
    package = "model_image/example/package"
    dev = in_cluster(tier="dev", upstream=None, image=None, package=package)

    documents = list(yaml.safe_load_all(rendered("dev", dev, IMAGE).text()))

    (deployment,) = (one for one in documents if one["kind"] == "Deployment")
    (container,) = deployment["spec"]["template"]["spec"]["containers"]
    assert container["image"] == IMAGE
    told = {one["name"]: one["value"] for one in container["env"]}
    assert told["SLIPWAY_IMAGE"] == IMAGE

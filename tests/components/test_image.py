"""The two images, as the program declares them."""

import os

import pytest

from stacks.offline import Declaration, declare
from stacks.offline.values import Secret
from tests.estate import ROOT
from tests.own_package import own_package

IMAGE = "docker-build:index:Image"


@pytest.fixture(scope="module")
def own(tmp_path_factory: pytest.TempPathFactory) -> Declaration:
    """A dev stack whose package brings its own requirements, from a private index."""
    config = {
        "slipway:tier": "dev",
        "slipway:platform": {"kind": "local", "port": 8001},
        "slipway:package": str(own_package(tmp_path_factory.mktemp("own"))),
    }
    env = os.environ | {"PIP_INDEX_URL": "https://index.example/simple"}
    return declare(ROOT, "dev", config=config, env=env)


def test_the_model_image_starts_from_the_server_image_by_digest(
    dev: Declaration,
) -> None:
    model = dev.only(IMAGE, "model")
    server = dev.only(IMAGE, "server")
    assert server.urn in model.property_dependencies["buildArgs"]


def test_a_tag_of_dev_carries_version_and_recipe_and_never_moves(
    dev: Declaration,
) -> None:
    model = dev.only(IMAGE, "model")
    recipe = model.inputs["labels"]["slipway.recipe"]
    assert model.inputs["tags"] == [f"127.0.0.1:5005/wine:1.0.0-dev.{recipe}"]


def test_the_image_says_what_it_holds(dev: Declaration) -> None:
    labels = dev.only(IMAGE, "model").inputs["labels"]
    assert labels["org.opencontainers.image.title"] == "wine"
    assert labels["org.opencontainers.image.version"] == "1.0.0"
    assert labels["org.opencontainers.image.licenses"]
    assert labels["org.opencontainers.image.source"]
    assert labels["slipway.package"].startswith("sha256:")


def test_a_preview_builds_nothing(dev: Declaration) -> None:
    assert [one.inputs["buildOnPreview"] for one in dev.all(IMAGE)] == [False] * 3


def test_an_image_outlives_the_stack_that_built_it(dev: Declaration) -> None:
    assert all(one.retain_on_delete for one in dev.all(IMAGE))


def test_a_built_image_is_written_to_the_ledger(dev: Declaration) -> None:
    hooks = dev.only(IMAGE, "model").hooks
    assert hooks == {"after_create": ["model-built"], "after_update": ["model-built"]}


def test_no_absolute_path_is_an_input_of_an_image(dev: Declaration) -> None:
    """Such an input differs on each machine, and would show as a change."""
    for image in dev.all(IMAGE):
        assert not image.inputs["context"]["location"].startswith("/")
        assert not image.inputs["dockerfile"]["location"].startswith("/")


def test_staging_and_prod_build_no_model(prod: Declaration) -> None:
    built = [image.name for image in prod.all(IMAGE)]
    assert built == ["model-edge-image"]


def test_a_package_with_requirements_starts_from_the_code_alone(
    own: Declaration, dev: Declaration
) -> None:
    server = own.only(IMAGE, "server").inputs
    assert server["buildArgs"]["CONTENT"] == "code"
    assert "CONTENT" not in dev.only(IMAGE, "server").inputs["buildArgs"]


def test_the_code_alone_never_takes_the_tag_of_the_whole_server(
    own: Declaration, dev: Declaration
) -> None:
    (alone,), (whole,) = (
        one.only(IMAGE, "server").inputs["tags"] for one in (own, dev)
    )
    assert alone == f"{whole}-code"


def test_its_model_image_is_built_on_the_same_base_with_a_dockerfile_of_its_own(
    own: Declaration,
) -> None:
    model, server = own.only(IMAGE, "model"), own.only(IMAGE, "server")
    location = "model_image/requirements.Dockerfile"
    assert model.inputs["dockerfile"]["location"] == location
    assert model.inputs["buildArgs"]["BASE"] == server.inputs["buildArgs"]["BASE"]
    assert server.urn in model.property_dependencies["buildArgs"]


def test_the_way_to_a_private_index_is_a_secret_of_the_build_that_needs_it(
    own: Declaration, dev: Declaration
) -> None:
    secrets = own.only(IMAGE, "model").inputs["secrets"]
    assert isinstance(secrets, Secret)
    assert "secrets" not in dev.only(IMAGE, "model").inputs

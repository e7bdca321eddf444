"""A stack whose package is in a registry, brought up for real."""

import httpx
import pytest

from model_image.package import ModelPackage
from model_image.storage.push import push
from tests.estate import Estate
from tests.packages import EXAMPLE

pytestmark = pytest.mark.docker


def test_dev_builds_a_package_that_is_fetched_by_digest(
    estate: Estate, registry: str, said: list[str]
):
    package = ModelPackage.read(EXAMPLE)
    reference = push(package, f"{registry}/packages/wine", said.append)

    outputs = estate.up(estate.write_dev(reference))

    metadata = httpx.get(f"{outputs['endpoint']}/v2/models/wine").json()
    assert metadata["versions"] == ["1.0.0"]
    built = estate.root / ".slipway" / "packages" / package.identity[7:19]
    assert ModelPackage.read(built).identity == package.identity


def test_what_cannot_be_fetched_is_one_sentence_and_builds_nothing(
    estate: Estate, registry: str
):
    reference = f"{registry}/packages/wine@sha256:{'0' * 64}"

    result = estate.run("up", estate.write_dev(reference))

    assert result.returncode == 1
    assert f"{reference} is not there; push the package" in result.stderr
    assert "Traceback" not in result.stderr
    assert estate.containers(estate.stack("dev")) == []

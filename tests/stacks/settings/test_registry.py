"""Which tags a registry lets move, so that none that must stay is ever asked to."""

import pytest
from pydantic import TypeAdapter

from stacks.settings.registry import EcrRegistry, RegistrySettings

ECR = {"kind": "ecr", "account": "111111111111", "region": "eu-central-1"}
GOOGLE = {"kind": "artifact_registry", "project": "models-42", "location": "europe"}


def registry(**told: object) -> RegistrySettings:
    return TypeAdapter[RegistrySettings](RegistrySettings).validate_python(told)


@pytest.mark.parametrize("tag", ["latest", "stable", "prod", "wine-staging"])
def test_ecr_moves_what_is_excepted_from_being_immutable(tag: str) -> None:
    assert registry(**ECR).moves(tag)


@pytest.mark.parametrize("tag", ["1.4.2", "1.4", "1", "1.4.2-dev.0a1b2c", "1.4.2-r2"])
def test_ecr_never_moves_a_version(tag: str) -> None:
    assert not registry(**ECR).moves(tag)
    assert registry(**ECR, immutable=False).moves(tag)


def test_immutable_tags_of_google_are_all_or_none() -> None:
    assert registry(**GOOGLE).moves("latest")
    assert not registry(**GOOGLE, immutable=True).moves("latest")


def test_addresses_follow_from_the_settings() -> None:
    assert registry(**ECR, prefix="ml").address == (
        "111111111111.dkr.ecr.eu-central-1.amazonaws.com/ml"
    )
    assert registry(**GOOGLE).address == "europe-docker.pkg.dev/models-42/models"
    china = EcrRegistry.model_validate({**ECR, "region": "cn-north-1"})
    assert china.host.endswith(".amazonaws.com.cn")

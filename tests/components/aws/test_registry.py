"""Repositories of ECR: who may do what, and what never goes."""

import json
from typing import Any

from stacks.offline import Declaration
from tests.components.aws.conftest import ACCOUNT, REGISTRY
from tests.components.conftest import declared

REPOSITORY = "aws:ecr/repository:Repository"


def policy(declaration: Declaration) -> dict[str, Any]:
    one = declaration.all("aws:ecr/repositoryPolicy:RepositoryPolicy")[0]
    return {s["Sid"]: s for s in json.loads(one.inputs["policy"])["Statement"]}


def test_the_servers_own_image_has_one_too(registry: Declaration) -> None:
    names = {one.inputs["name"] for one in registry.all(REPOSITORY)}
    assert names == {"slipway/server", "wine", "fraud"}


def test_a_version_never_moves_and_nothing_tagged_expires(
    registry: Declaration,
) -> None:
    for one in registry.all(REPOSITORY):
        assert one.inputs["imageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
        assert one.protect
    for one in registry.all("aws:ecr/lifecyclePolicy:LifecyclePolicy"):
        rules = json.loads(one.inputs["policy"])["rules"]
        assert {rule["selection"]["tagStatus"] for rule in rules} == {"untagged"}


def test_readers_pull_and_writers_push_and_nobody_removes() -> None:
    kept = {**REGISTRY, "repositories": ["wine"]}
    who = {"readers": ["333333333333"], "writers": ["222222222222"]}
    platform = {"kind": "aws", "account": "111111111111", "region": ACCOUNT["region"]}

    found = policy(
        declared("shared", tier="shared", platform=platform, registry=kept | who)
    )

    assert len(found["Pull"]["Principal"]["AWS"]) == 2
    assert found["Push"]["Principal"]["AWS"] == ["arn:aws:iam::222222222222:root"]
    assert not any("Delete" in one for s in found.values() for one in s["Action"])

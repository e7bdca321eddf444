"""What the platforms of all clouds have in common."""

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stacks.settings.aws import AwsPlatform
from stacks.settings.cloud import fitting
from stacks.settings.mistakes import SettingsError
from stacks.settings.stack import StackSettings
from tests.components.aws.conftest import ACCOUNT, REGISTRY
from tests.components.conftest import IMAGE

STACKS = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,80}", fullmatch=True)


@given(STACKS)
def test_a_name_is_one_that_every_cloud_takes(stack: str) -> None:
    name = AwsPlatform.model_validate(ACCOUNT).called(stack)
    assert re.fullmatch(r"[a-z]([a-z0-9-]{0,21}[a-z0-9])?", name)
    assert "--" not in name


@given(st.text("ab-", min_size=1), st.text("ab-", min_size=1), st.integers(8, 40))
def test_a_name_fits_and_stays_itself(one: str, other: str, longest: int) -> None:
    assert len(fitting(one, longest)) <= longest
    if max(len(one), len(other)) <= longest:
        assert (fitting(one, longest) == fitting(other, longest)) == (one == other)


def test_long_names_that_differ_stay_different() -> None:
    names = {fitting(f"slipway-{'a' * 40}-{number}", 23) for number in range(50)}
    assert len(names) == 50


def parsed(**changes: Any) -> StackSettings:
    platform = {**ACCOUNT, **changes.pop("platform", {})}
    told = {
        "tier": "prod",
        "upstream": "staging",
        "image": IMAGE,
        "platform": platform,
        "registry": REGISTRY,
        "service": {"replicas": 2, "cpu": 0.5, "memory_mb": 1024},
        **changes,
    }
    entries = {f"slipway:{key}": value for key, value in told.items() if value}
    return StackSettings.parse("prod", entries)


KEPT = "arn:aws:ssm:eu-central-1:222222222222:parameter/key"
HUB = {"kind": "oci", "address": "docker.io/me", "username": "me", "password": "HUB"}
GIVEN = {
    "kind": "given",
    "vpc": "vpc-0a1b2c3d",
    "subnets": ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
    "balancer_subnets": ["subnet-0a1b2c3d", "subnet-1a1b2c3d"],
}
BATCH = {"name": "nightly", "input": "s3://a/b.csv", "output": "s3://a/c/"}


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        ({"registry": None}, "slipway:registry is missing"),
        ({"platform": {"contacts": [{}]}}, "each is an email or a webhook"),
        ({"platform": {"secret_ids": {"KEY": KEPT}}}, "KEY is not in service.secrets"),
        ({"platform": {"secret_ids": {"KEY": "a-name"}}}, "secret_ids.KEY"),
        ({"platform": {"log_days": 10}}, "CloudWatch has 1, 3, 5"),
        ({"platform": {"network": GIVEN}}, "from where callers come"),
        ({"registry": {"kind": "local"}}, "cannot pull from this machine"),
        ({"registry": {**REGISTRY, "region": "us-east-1"}}, "say internet: true"),
        ({"registry": HUB}, "which ECS cannot use"),
        ({"monitoring": {"port": 9090}}, "port belongs to the local platform"),
        ({"batch": [BATCH, BATCH]}, "names nightly twice"),
        ({"batch": [{**BATCH, "claim": {"name": "lake"}}]}, "only a cluster has"),
        ({"batch": [{**BATCH, "input": "/data/b.csv"}]}, "is not in a bucket"),
        ({"batch": [{**BATCH, "schedule": "0 3 1 * 1"}]}, "not both"),
        ({"platform": {"sleep": {"down": "0 1 * * *", "up": "0 2 * * *"}}}, "at night"),
    ],
)
def test_a_mistake_is_told_before_anything_is_declared(
    changes: dict[str, Any], told: str
) -> None:
    with pytest.raises(SettingsError, match=told):
        parsed(**changes)


def test_what_changes_a_copy_is_another_deployment() -> None:
    one = parsed().platform.deployed
    assert parsed(platform={"architecture": "arm64"}).platform.deployed != one
    assert parsed(platform={"log_days": 7}).platform.deployed == one

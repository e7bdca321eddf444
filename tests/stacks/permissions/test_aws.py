"""Whoever deploys is allowed what the program declares, and nothing that is not."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest
from botocore.stub import ANY

from stacks.offline import Declaration
from stacks.permissions.aws import everything, grants, missing, needed, policy
from stacks.settings.aws import AwsPlatform
from stacks.settings.aws_account import AwsAccount
from tests.components.aws.botocore_judge import mistakes, unknown_actions
from tests.components.aws.conftest import (
    ACCOUNT,
    REGISTRY,
    full,
    in_aws,
    plain,
    registry,
)
from tests.stacks.observe.aws.conftest import Account, account

__all__ = ["account", "full", "plain", "registry"]
EXAMPLE = Path("stacks/examples/aws/deploy-policy.json")


@pytest.fixture(scope="module")
def sleeping() -> Declaration:
    """A public dev stack with a way to the internet, which sleeps at night."""
    return in_aws(
        tier="dev",
        upstream=None,
        image=None,
        package="model_image/example/package",
        registry=REGISTRY,
        service={"cpu": 0.25, "memory_mb": 512},
        platform={
            "public": True,
            "network": {"kind": "made", "internet": True},
            "sleep": {"down": "0 20 * * 1-5", "up": "0 7 * * 1-5"},
        },
    )


@pytest.mark.parametrize("stack", ["plain", "full", "registry", "sleeping"])
def test_every_type_that_is_declared_has_its_permissions(
    stack: str, request: pytest.FixtureRequest
) -> None:
    declaration: Declaration = request.getfixturevalue(stack)
    types = {one.type for one in declaration.resources if one.type.startswith("aws:")}
    assert types
    assert {one.removeprefix("aws:") for one in types} <= set(needed())


def test_nothing_is_allowed_for_what_is_never_declared(
    plain: Declaration, full: Declaration, registry: Declaration, sleeping: Declaration
) -> None:
    every = [*plain.resources, *full.resources, *registry.resources]
    types = {one.type.removeprefix("aws:") for one in [*every, *sleeping.resources]}
    assert set(needed()) - {"push", "keys", "first", "doctor"} - types == set()


def test_aws_knows_every_one_of_them() -> None:
    assert unknown_actions(sorted(everything())) == []


def test_the_document_that_is_shipped_is_the_programs() -> None:
    assert json.loads(EXAMPLE.read_text()) == policy("123456789012")


def test_the_document_is_one_that_iam_takes() -> None:
    document = json.dumps(policy("123456789012"), separators=(",", ":"))
    asked = {"PolicyName": "slipway", "PolicyDocument": document}
    assert mistakes("iam", "CreatePolicy", asked) == ""
    assert len(document) <= 6144  # IAM's limit for a managed policy


def test_no_role_but_the_services_own_can_be_made_or_passed() -> None:
    for one in policy("123456789012")["Statement"]:
        changes = {action for action in one["Action"] if action.startswith("iam:")}
        if changes - needed()["doctor"] - needed()["first"]:
            assert one["Resource"] == "arn:aws:iam::123456789012:role/slipway-*"


def test_a_permission_that_is_missing_is_named(account: Account) -> None:
    path = "arn:aws:iam::222222222222:role/aws-reserved/sso.amazonaws.com/ci"
    role = {"Path": "/", "RoleName": "ci", "RoleId": "A" * 20, "Arn": path}
    now = datetime(2026, 11, 29, tzinfo=UTC)
    account.answers("iam", "get_role", {"Role": {**role, "CreateDate": now}})
    for statement in grants("222222222222"):
        actions = statement["Action"]
        for start in range(0, len(actions), 100):
            results = [
                {
                    "EvalActionName": one,
                    "EvalDecision": "implicitDeny"
                    if one == "ecs:RunTask"
                    else "allowed",
                }
                for one in actions[start : start + 100]
            ]
            asked = {
                "PolicySourceArn": path,
                "ActionNames": actions[start : start + 100],
                "ResourceArns": ANY,
                "ContextEntries": ANY,
            }
            answer = {"EvaluationResults": results}
            account.answers("iam", "simulate_principal_policy", answer, asked)
    session = "arn:aws:sts::222222222222:assumed-role/ci/session"
    platform = AwsPlatform.model_validate(ACCOUNT)

    found = missing(AwsAccount(platform), platform.account, session)

    assert found == ["ecs:RunTask"]

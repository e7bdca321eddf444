"""What somebody changed in ECS, by what its own API says."""

import json
from typing import Any

import pytest

from stacks.observe.aws.observer import AwsObserver
from stacks.offline import Declaration
from tests.components.aws.conftest import PLAIN, in_aws
from tests.stacks.observe.aws.conftest import REVISION, Account, service

CONSOLE = "arn:aws:iam::222222222222:user/ann"
ARNS = "arn:aws:ecs:eu-central-1:222222222222:service/slipway-prod/"


@pytest.fixture(scope="module")
def declared() -> Declaration:
    return in_aws(**PLAIN)


def running(**changes: Any) -> dict[str, Any]:
    """The declared service, as ECS shows it."""
    found = {
        "taskDefinition": REVISION,
        "enableExecuteCommand": False,
        "healthCheckGracePeriodSeconds": 90,
        "capacityProviderStrategy": [
            {"capacityProvider": "FARGATE", "weight": 1, "base": 0}
        ],
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": {"enable": True, "rollback": True},
            "maximumPercent": 200,
            "minimumHealthyPercent": 100,
        },
        "networkConfiguration": {
            "awsvpcConfiguration": {"subnets": ["s"], "assignPublicIp": "DISABLED"}
        },
        "tags": [
            {"key": f"slipway.{key}", "value": value}
            for key, value in {
                "engine": "pulumi",
                "model": "wine",
                "role": "model",
                "stack": "prod",
            }.items()
        ],
        **changes,
    }
    return service(**found)


def revision(declared: Declaration, **changes: Any) -> dict[str, Any]:
    """The declared revision of the task, with what ECS adds by itself."""
    inputs = declared.only("aws:ecs/taskDefinition:TaskDefinition").inputs
    (container,) = json.loads(inputs["containerDefinitions"])
    container = {**container, "cpu": 0, "mountPoints": [], **changes}
    tags = inputs["tags"] | {"slipway.attempt": "3", "slipway.engine": "pulumi"}
    return {
        "taskDefinition": {
            "taskDefinitionArn": REVISION,
            "containerDefinitions": [container],
            "cpu": inputs["cpu"],
            "family": inputs["family"],
            "memory": inputs["memory"],
            "networkMode": "awsvpc",
            "requiresCompatibilities": ["FARGATE"],
            "runtimePlatform": inputs["runtimePlatform"],
            "executionRoleArn": "arn:aws:iam::222222222222:role/start",
            "taskRoleArn": "arn:aws:iam::222222222222:role/model",
            "registeredBy": CONSOLE,
        },
        "tags": [{"key": key, "value": value} for key, value in tags.items()],
    }


def seen(
    account: Account,
    declared: Declaration,
    service: dict[str, Any],
    task: dict[str, Any],
    *names: str,
) -> None:
    account.answers("ecs", "describe_services", service)
    account.answers("ecs", "describe_task_definition", task)
    # ECS tells a few at a time.
    arns = [ARNS + name for name in names]
    first = {"serviceArns": [f"{ARNS}slipway-prod-model"], "nextToken": "2"}
    account.answers("ecs", "list_services", first)
    account.answers("ecs", "list_services", {"serviceArns": arns})


def test_what_ecs_adds_by_itself_is_no_change(
    account: Account, observer: AwsObserver, declared: Declaration
) -> None:
    seen(account, declared, running(), revision(declared))
    assert observer.changed_by_hand(declared.resources).found == ()


def test_a_revision_from_the_console_names_who_made_it(
    account: Account, observer: AwsObserver, declared: Declaration
) -> None:
    env = [{"name": "DEBUG", "value": "secret"}]
    inputs = declared.only("aws:ecs/taskDefinition:TaskDefinition").inputs
    (container,) = json.loads(inputs["containerDefinitions"])
    task = revision(declared, environment=[*container["environment"], *env])
    task["taskDefinition"]["memory"] = "2048"
    task["tags"] = []
    seen(account, declared, running(), task)

    found = observer.changed_by_hand(declared.resources).found

    start = f"task definition slipway-prod-model:7, registered by {CONSOLE}: "
    assert all(one.startswith(start) for one in found)
    said = [one.removeprefix(start) for one in found]
    assert "memory is 2048, declared 1024" in said
    assert "containerDefinitions.model.environment.DEBUG is there, which nobody " in (
        " ".join(said) + " "
    )
    assert any(one.startswith("tags.slipway.deployment is not there") for one in said)
    assert "secret" not in " ".join(found)


def test_a_scaled_service_and_another_one_are_told(
    account: Account, observer: AwsObserver, declared: Declaration
) -> None:
    shell = running(desiredCount=5, enableExecuteCommand=True)
    seen(account, declared, shell, revision(declared), "by-hand")

    assert observer.changed_by_hand(declared.resources).found == (
        "service slipway-prod-model: desiredCount is 5, declared 2",
        "service slipway-prod-model: enableExecuteCommand is True, declared False",
        "service by-hand is in cluster slipway-prod, which nobody declares",
    )


def test_what_is_not_compared_is_named(
    account: Account, observer: AwsObserver, declared: Declaration
) -> None:
    seen(account, declared, running(), revision(declared))
    left = observer.changed_by_hand(declared.resources).not_looked_at
    kinds = [one.partition(" ")[2] for one in left]
    assert {"Listener", "MetricAlarm", "LoadBalancer"} <= {*kinds}
    assert not {"Service", "TaskDefinition"} & {*kinds}

"""What somebody changed in ECS beside Slipway."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from stacks.settings.aws_account import told

from ..comparison import differences, not_looked_at
from ..replica import Changes, Resource

_SERVICE = "aws:ecs/service:Service"
_TASK = "aws:ecs/taskDefinition:TaskDefinition"
_SERVING = ("model", "canary")
_ENGINES = ("skipDestroy",)
Asked = Callable[[str], Mapping[str, Any] | None]
"""What ECS says of a service of this role; None where it has none."""


def changed_by_hand(
    ecs: Any, cluster: str, service: Asked, declared: Sequence[Resource]
) -> Changes:
    """Services, and the revision of a task that each has: not the one deployed last."""
    services = {_role(one): one for one in declared if one.type == _SERVICE}
    tasks = {_role(one): one for one in declared if one.type == _TASK}
    found: list[str] = []
    for role, wanted in services.items():
        if (there := service(role)) is None:
            found.append(f"service {wanted.inputs['name']} is gone")
            continue
        found += _in_service(wanted, there)
        found += _in_task(ecs, tasks[role], there["taskDefinition"])
    compared = [*services.values(), *(tasks[role] for role in services)]
    if services:
        found += _others(ecs, cluster, {one.inputs["name"] for one in compared[:1]})
    left = [one for one in declared if not any(one is each for each in compared)]
    return Changes(found=tuple(found), not_looked_at=not_looked_at(left))


def _in_service(declared: Resource, there: Mapping[str, Any]) -> Iterator[str]:
    inputs = declared.inputs
    public = inputs["networkConfiguration"]["assignPublicIp"]
    wanted = {
        "desiredCount": inputs["desiredCount"],
        "enableExecuteCommand": inputs["enableExecuteCommand"],
        "healthCheckGracePeriodSeconds": inputs["healthCheckGracePeriodSeconds"],
        "capacityProviderStrategy": inputs["capacityProviderStrategies"],
        "deploymentConfiguration": {
            "deploymentCircuitBreaker": inputs["deploymentCircuitBreaker"],
            "maximumPercent": inputs["deploymentMaximumPercent"],
            "minimumHealthyPercent": inputs["deploymentMinimumHealthyPercent"],
        },
        "networkConfiguration": {
            "awsvpcConfiguration": {
                "assignPublicIp": "ENABLED" if public else "DISABLED"
            }
        },
        "tags": inputs["tags"],
    }
    found = {**there, "tags": _tags(there)}
    for text in differences(wanted, found, ignored=declared.ignore_changes):
        yield f"service {inputs['name']}: {text}"


def _in_task(ecs: Any, declared: Resource, arn: str) -> Iterator[str]:
    """Its tags say who made it: a revision from the console has none of Slipway's."""
    name = arn.rpartition("/")[2]
    with told(f"the task definition {name} cannot be seen"):
        answer = ecs.describe_task_definition(taskDefinition=arn, include=["TAGS"])
    there = {**answer["taskDefinition"], "tags": _tags(answer)}
    by = there.get("registeredBy", "somebody")
    wanted = {k: v for k, v in declared.inputs.items() if k not in _ENGINES}
    for text in differences(wanted, there):
        yield f"task definition {name}, registered by {by}: {text}"


def _others(ecs: Any, cluster: str, names: set[str]) -> Iterator[str]:
    with told(f"the services of {cluster} cannot be seen"):
        pages = ecs.get_paginator("list_services").paginate(cluster=cluster)
        arns = [arn for page in pages for arn in page["serviceArns"]]
    for name in sorted({arn.rpartition("/")[2] for arn in arns} - names):
        yield f"service {name} is in cluster {cluster}, which nobody declares"


def _role(one: Resource) -> str:
    return one.inputs.get("tags", {}).get("slipway.role", "")


def _tags(told: Mapping[str, Any]) -> dict[str, str]:
    return {one["key"]: one["value"] for one in told.get("tags", ())}

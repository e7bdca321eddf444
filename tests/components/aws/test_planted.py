"""Mistakes made on purpose, and who finds each of them."""

import copy
import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pytest

from stacks.offline import Declaration
from stacks.rules import Asked, broken, read
from stacks.settings.mistakes import SettingsError
from stacks.settings.stack import StackSettings
from tests.components.aws.botocore_judge import mistakes, unknown_actions
from tests.components.aws.conftest import ACCOUNT, REGISTRY, actions, policies
from tests.components.aws.metrics import known
from tests.components.aws.requests import requests
from tests.components.conftest import IMAGE

ASKED = Asked(kind="aws", tier="prod", public=False, replicas=3)
TASK = "aws:ecs/taskDefinition:TaskDefinition"
Plant = Callable[[dict[str, Any]], None]


def _container(change: Callable[[dict[str, Any]], Any]) -> Plant:
    def plant(inputs: dict[str, Any]) -> None:
        (found,) = json.loads(inputs["containerDefinitions"])
        change(found)
        inputs["containerDefinitions"] = json.dumps([found])

    return plant


def _variable(key: str, value: str) -> Plant:
    return _container(
        lambda one: one["environment"].append({"name": key, "value": value})
    )


PLANTED: dict[str, tuple[str, str, Plant, str]] = {
    "a probe's field that does not exist": (
        TASK,
        "model-task",
        _container(lambda one: one["healthCheck"].update(period=5)),
        "botocore: Unknown parameter in containerDefinitions[0].healthCheck",
    ),
    "an interval that is text": (
        TASK,
        "model-task",
        _container(lambda one: one["healthCheck"].update(interval="5")),
        "botocore: Invalid type for parameter containerDefinitions[0].healthCheck",
    ),
    "a tag for a digest": (
        TASK,
        "model-task",
        _container(lambda one: one.update(image="registry/wine:1.4.2")),
        "rule digest: model-task",
    ),
    "root": (
        TASK,
        "model-task",
        _container(lambda one: one.pop("user")),
        "rule user: model-task",
    ),
    "a root that can be written to": (
        TASK,
        "model-task",
        _container(lambda one: one.update(readonlyRootFilesystem=False)),
        "rule root: model-task",
    ),
    "no health check": (
        TASK,
        "model-task",
        _container(lambda one: one.pop("healthCheck")),
        "rule health: model-task",
    ),
    "a secret as a plain variable": (
        TASK,
        "model-task",
        _variable("DB_PASSWORD", "hunter2"),
        "rule secrets: model-task",
    ),
    "an architecture that Fargate does not have": (
        TASK,
        "model-task",
        lambda inputs: inputs["runtimePlatform"].update(cpuArchitecture="RISCV"),
        "botocore: .runtimePlatform.cpuArchitecture is 'RISCV'",
    ),
    "no memory limit": (
        TASK,
        "model-task",
        lambda inputs: inputs.update(memory=""),
        "rule limits: model-task",
    ),
    "a task that nobody can tell": (
        TASK,
        "model-task",
        lambda inputs: inputs["tags"].pop("slipway.version"),
        "rule labels: model-task",
    ),
    "a balancer on the internet": (
        "aws:lb/loadBalancer:LoadBalancer",
        "model-balancer",
        lambda inputs: inputs.update(internal=False),
        "rule public: model-balancer",
    ),
    "everybody is let in": (
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
        "model-balancer-443-10.0.0.0/8",
        lambda inputs: inputs.update(cidrIpv4="0.0.0.0/0"),
        "rule public: model-balancer-443",
    ),
    "a public address for tasks": (
        "aws:ecs/service:Service",
        "model",
        lambda inputs: inputs["networkConfiguration"].update(assignPublicIp=True),
        "rule public: model",
    ),
    "a log that is kept for ever": (
        "aws:cloudwatch/logGroup:LogGroup",
        "model",
        lambda inputs: inputs.pop("retentionInDays"),
        "rule logs: model",
    ),
    "a permission that does not exist": (
        "aws:iam/rolePolicy:RolePolicy",
        "model-start",
        lambda inputs: inputs.update(
            policy=inputs["policy"].replace("ecr:BatchGetImage", "ecr:PullImage")
        ),
        "botocore: ecr:PullImage",
    ),
    "an alarm with no such comparison": (
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "model-watch-errors",
        lambda inputs: inputs.update(comparisonOperator="MoreThan"),
        "botocore: .ComparisonOperator is 'MoreThan'",
    ),
    "an alarm on a metric that does not exist": (
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "model-watch-memory",
        lambda inputs: inputs["metricQueries"][0]["metric"].update(
            metricName="MemoryUse"
        ),
        "metrics: AWS/ECS MemoryUse",
    ),
    "an alert that nobody raises": (
        "aws:cloudwatch/metricAlarm:MetricAlarm",
        "model-watch-drift",
        lambda inputs: inputs["tags"].clear(),
        "rule alerts: alerts",
    ),
    "a schedule that is none": (
        "aws:scheduler/schedule:Schedule",
        "model-nightly-0",
        lambda inputs: inputs.update(state="ON"),
        "botocore: .State is 'ON'",
    ),
    "a balancer that a slip removes": (
        "aws:lb/loadBalancer:LoadBalancer",
        "model-balancer",
        lambda inputs: inputs.update(protect=False),
        "rule prod: model-balancer",
    ),
}


@pytest.mark.parametrize("mistake", PLANTED)
def test_a_planted_mistake_is_found(mistake: str, full: Declaration) -> None:
    kind, name, plant, found = PLANTED[mistake]

    told = list(judged(planted(full, kind, name, plant)))

    assert [one for one in told if one.startswith(found)], told


def test_nothing_is_found_where_nothing_was_planted(full: Declaration) -> None:
    assert list(judged(full)) == []


def test_a_missing_pull_permission_is_found_by_what_pulling_asks_for(
    full: Declaration,
) -> None:
    """The developer guide's "Amazon ECS task execution IAM role" names these."""
    needed = {
        "ecr:GetAuthorizationToken",
        "ecr:BatchCheckLayerAvailability",
        "ecr:GetDownloadUrlForLayer",
        "ecr:BatchGetImage",
        "logs:CreateLogStream",
        "logs:PutLogEvents",
        "ssm:GetParameters",
        "secretsmanager:GetSecretValue",
        "kms:Decrypt",
    }
    allowed = {
        action
        for one in policies(full)["model-start policy"]
        for action in one["Action"]
    }
    assert allowed == needed


@pytest.mark.parametrize(
    ("change", "found"),
    [
        ({"service": {"cpu": 0.5, "memory_mb": 8192}}, "Fargate has 1024 to 4096"),
        ({"service": {"cpu": 3, "memory_mb": 8192}}, "Fargate has 0.25, 0.5, 1, 2"),
        ({"platform": {**ACCOUNT, "certificate": None}}, "name a certificate of ACM"),
        ({"platform": {**ACCOUNT, "contacts": []}}, "contacts is empty"),
        ({"platform": {**ACCOUNT, "account": "12"}}, "account"),
    ],
)
def test_the_settings_refuse_it_before_anything_is_declared(
    change: dict[str, Any], found: str
) -> None:
    service = {"replicas": 2, "cpu": 1, "memory_mb": 2048}
    told = {
        "tier": "prod",
        "upstream": "staging",
        "image": IMAGE,
        "platform": ACCOUNT,
        "registry": REGISTRY,
        "service": service,
        **change,
    }
    with pytest.raises(SettingsError, match=found):
        StackSettings.parse("prod", {f"slipway:{k}": v for k, v in told.items()})


def planted(
    declaration: Declaration, kind: str, name: str, plant: Plant
) -> Declaration:
    """The same with one resource changed."""
    found = declaration.only(kind, name)
    inputs = copy.deepcopy(found.inputs)
    plant(inputs)
    changed = replace(
        found, inputs=inputs, protect=inputs.pop("protect", found.protect)
    )
    return Declaration(
        [changed if one is found else one for one in declaration.resources]
    )


def judged(declaration: Declaration) -> Iterator[str]:
    """What each judge and each rule says."""
    for _, service, operation, arguments in requests(declaration):
        for line in mistakes(service, operation, arguments).splitlines():
            yield f"botocore: {line}"
    allowed = actions(declaration)
    yield from (f"botocore: {one}" for one in unknown_actions(allowed))
    yield from (f"metrics: {one}" for one in unknown_metrics(declaration))
    for one in broken(read(declaration.resources, ASKED), ASKED):
        yield f"rule {one.rule}: {one.resource}: {one.sentence}"


def unknown_metrics(declaration: Declaration) -> Iterator[str]:
    """Metrics that neither AWS documents nor the server writes."""
    for one in declaration.all("aws:cloudwatch/metricAlarm:MetricAlarm"):
        for query in one.inputs["metricQueries"]:
            metric = query.get("metric")
            if metric and not _is_known(metric):
                yield f"{metric['namespace']} {metric['metricName']}"


def _is_known(one: dict[str, Any]) -> bool:
    return (one["metricName"], frozenset(one["dimensions"])) in known(one["namespace"])

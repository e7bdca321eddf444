"""What is declared for AWS, as the API of AWS is asked for it."""

import json
from collections.abc import Iterator, Mapping
from typing import Any

from stacks.offline import Declaration
from stacks.offline.registration import Registration

Request = tuple[str, str, str, dict[str, Any]]
"""The resource's name, and the service, the operation and its arguments."""


def requests(declaration: Declaration) -> Iterator[Request]:
    """Of all that Pulumi sees as text alone, and of what it hands on as it is."""
    for one in declaration.resources:
        asked = _ASKED.get(one.type)
        if asked:
            for service, operation, arguments in asked(one):
                yield one.name, service, operation, _known(arguments)


def _task(one: Registration) -> Iterator[tuple[str, str, dict[str, Any]]]:
    inputs = one.inputs
    yield (
        "ecs",
        "RegisterTaskDefinition",
        {
            "family": inputs["family"],
            "containerDefinitions": json.loads(inputs["containerDefinitions"]),
            "cpu": inputs["cpu"],
            "memory": inputs["memory"],
            "networkMode": inputs["networkMode"],
            "requiresCompatibilities": inputs["requiresCompatibilities"],
            "runtimePlatform": inputs["runtimePlatform"],
            "tags": [{"key": k, "value": v} for k, v in inputs["tags"].items()],
        },
    )


def _service(one: Registration) -> Iterator[tuple[str, str, dict[str, Any]]]:
    inputs = one.inputs
    breaker = inputs["deploymentCircuitBreaker"]
    yield (
        "ecs",
        "CreateService",
        {
            "serviceName": inputs["name"],
            "desiredCount": inputs["desiredCount"],
            "platformVersion": inputs["platformVersion"],
            "healthCheckGracePeriodSeconds": inputs["healthCheckGracePeriodSeconds"],
            "availabilityZoneRebalancing": inputs["availabilityZoneRebalancing"],
            "propagateTags": inputs["propagateTags"],
            "capacityProviderStrategy": inputs["capacityProviderStrategies"],
            "deploymentConfiguration": {
                "deploymentCircuitBreaker": breaker,
                "maximumPercent": inputs["deploymentMaximumPercent"],
                "minimumHealthyPercent": inputs["deploymentMinimumHealthyPercent"],
            },
        },
    )


def _alarm(one: Registration) -> Iterator[tuple[str, str, dict[str, Any]]]:
    inputs = one.inputs
    yield (
        "cloudwatch",
        "PutMetricAlarm",
        {
            "AlarmName": inputs["name"],
            "AlarmDescription": inputs["alarmDescription"],
            "ComparisonOperator": inputs["comparisonOperator"],
            "Threshold": float(inputs["threshold"]),
            "EvaluationPeriods": inputs["evaluationPeriods"],
            "DatapointsToAlarm": inputs["datapointsToAlarm"],
            "TreatMissingData": inputs["treatMissingData"],
            "Metrics": [_query(query) for query in inputs["metricQueries"]],
        },
    )


def _query(query: Mapping[str, Any]) -> dict[str, Any]:
    told: dict[str, Any] = {"Id": query["id"], "ReturnData": query["returnData"]}
    if "expression" in query:
        return told | {"Expression": query["expression"]}
    metric = query["metric"]
    dimensions = metric["dimensions"].items()
    return told | {
        "MetricStat": {
            "Stat": metric["stat"],
            "Period": metric["period"],
            "Metric": {
                "Namespace": metric["namespace"],
                "MetricName": metric["metricName"],
                "Dimensions": [{"Name": k, "Value": str(v)} for k, v in dimensions],
            },
        }
    }


def _repository(one: Registration) -> Iterator[tuple[str, str, dict[str, Any]]]:
    inputs = one.inputs
    filters = inputs["imageTagMutabilityExclusionFilters"]
    yield (
        "ecr",
        "CreateRepository",
        {
            "repositoryName": inputs["name"],
            "imageTagMutability": inputs["imageTagMutability"],
            "imageTagMutabilityExclusionFilters": filters,
            "imageScanningConfiguration": inputs["imageScanningConfiguration"],
            "encryptionConfiguration": inputs["encryptionConfigurations"][0],
        },
    )


def _schedule(one: Registration) -> Iterator[tuple[str, str, dict[str, Any]]]:
    inputs, target = one.inputs, one.inputs["target"]
    mode = inputs["flexibleTimeWindow"]["mode"]
    retry = target["retryPolicy"]
    yield (
        "scheduler",
        "CreateSchedule",
        {
            "Name": inputs["name"],
            "ScheduleExpression": inputs["scheduleExpression"],
            "ScheduleExpressionTimezone": inputs["scheduleExpressionTimezone"],
            "State": inputs["state"],
            "FlexibleTimeWindow": {"Mode": mode},
            "Target": {
                "Arn": "arn:aws:ecs:eu-central-1:222222222222:cluster/c",
                "RoleArn": "arn:aws:iam::222222222222:role/r",
                "Input": target["input"],
                "RetryPolicy": {
                    "MaximumEventAgeInSeconds": retry["maximumEventAgeInSeconds"],
                    "MaximumRetryAttempts": retry["maximumRetryAttempts"],
                },
            },
        },
    )
    yield (
        "ecs",
        "RunTask",
        {"taskDefinition": "t", "overrides": json.loads(target["input"])},
    )


def _dashboard(one: Registration) -> Iterator[tuple[str, str, dict[str, Any]]]:
    name, body = one.inputs["dashboardName"], one.inputs["dashboardBody"]
    arguments = {"DashboardName": name, "DashboardBody": str(body)}
    yield "cloudwatch", "PutDashboard", arguments


_ASKED = {
    "aws:ecs/taskDefinition:TaskDefinition": _task,
    "aws:ecs/service:Service": _service,
    "aws:cloudwatch/metricAlarm:MetricAlarm": _alarm,
    "aws:cloudwatch/dashboard:Dashboard": _dashboard,
    "aws:ecr/repository:Repository": _repository,
    "aws:scheduler/schedule:Schedule": _schedule,
}


def _known(value: Any) -> Any:
    """Without what only the engine will know, and whole numbers as such."""
    match value:
        case Mapping():
            return {key: _known(one) for key, one in value.items() if one is not None}
        case list():
            return [_known(one) for one in value]
        case float() if value.is_integer():
            return int(value)
    return value

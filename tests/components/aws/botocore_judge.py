"""AWS's own description of its API, which comes with its SDK, as a judge."""

import re
from collections.abc import Mapping
from functools import cache
from typing import Any

import botocore.session
from botocore.model import OperationModel, ServiceModel
from botocore.validate import ParamValidator


@cache
def service(name: str) -> ServiceModel:
    """The description of a service."""
    return botocore.session.get_session().get_service_model(name)


def mistakes(name: str, operation: str, arguments: Mapping[str, Any]) -> str:
    """What the API would refuse without looking at any account; empty for nothing."""
    asked: OperationModel = service(name).operation_model(operation)
    shape = asked.input_shape
    report = ParamValidator().validate(dict(arguments), shape)
    wrong = [report.generate_report()] if report.has_errors() else []
    wrong += _enums("", arguments, shape)
    return "\n".join(wrong)


def unknown_actions(actions: list[str]) -> list[str]:
    """Those that name no operation of the service that they are of."""
    return [one for one in actions if not _is_known(one)]


_SERVICES = {
    "ecr": "ecr",
    "ecs": "ecs",
    "iam": "iam",
    "kms": "kms",
    "logs": "logs",
    "secretsmanager": "secretsmanager",
    "sns": "sns",
    "ssm": "ssm",
    "sts": "sts",
    "ec2": "ec2",
    "elasticloadbalancing": "elbv2",
    "application-autoscaling": "application-autoscaling",
    "cloudwatch": "cloudwatch",
    "events": "events",
    "scheduler": "scheduler",
}
# Permissions that are no operations: service authorization reference of AWS.
_NO_OPERATION = {
    "iam:PassRole",
    "ecr:BatchCheckLayerAvailability",
    "kms:Decrypt",
}


def _is_known(action: str) -> bool:
    if action in _NO_OPERATION:
        return True
    prefix, _, operation = action.partition(":")
    if prefix not in _SERVICES:
        return False
    known: Any = service(_SERVICES[prefix]).operation_names
    return operation in known


def _enums(where: str, value: Any, shape: Any) -> list[str]:
    """The SDK leaves these, and patterns, for the service to say."""
    if shape.type_name == "structure" and isinstance(value, Mapping):
        return [
            wrong
            for key, one in value.items()
            if key in shape.members
            for wrong in _enums(f"{where}.{key}", one, shape.members[key])
        ]
    if shape.type_name == "list":
        return [
            wrong
            for number, one in enumerate(value)
            for wrong in _enums(f"{where}[{number}]", one, shape.member)
        ]
    allowed = getattr(shape, "enum", None)
    if allowed and value not in allowed:
        return [f"{where} is {value!r}, not one of {allowed}"]
    pattern = shape.metadata.get("pattern")
    if pattern and isinstance(value, str) and not _matches(pattern, value):
        return [f"{where} is {value!r}, which {pattern} does not match"]
    return []


def _matches(pattern: str, value: str) -> bool:
    try:
        return re.search(pattern, value) is not None
    except re.error:  # Java's own kind, which Python does not know
        return True

"""What ECS tells by itself: tasks that end, and deployments that fail."""

import json
from collections.abc import Sequence
from typing import Any

import pulumi
from pulumi_aws import cloudwatch

from .place import Place

_CRASHED = ("EssentialContainerExited", "TaskFailedToStart")


def troubles(
    name: str, place: Place, jobs: Sequence[str], topic: pulumi.Input[str]
) -> None:
    """Tell the topic of each task that ended by itself, and of each failed rollout."""
    cluster = place.arn("ecs", f"cluster/{place.name}")
    patterns: dict[str, dict[str, Any]] = {
        "restarts": {
            "detail-type": ["ECS Task State Change"],
            "detail": {
                "clusterArn": [cluster],
                "lastStatus": ["STOPPED"],
                "stopCode": list(_CRASHED),
                # Of the service, and of batch jobs; who tries one out is told anyway.
                "group": [
                    {"prefix": "service:"},
                    *(f"family:{place.called(one, 255)}" for one in jobs),
                ],
            },
        },
        "rollout": {
            "detail-type": ["ECS Deployment State Change"],
            "resources": [
                {"prefix": place.arn("ecs", f"service/{place.name}/")},
            ],
            "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
        },
    }
    for what, pattern in patterns.items():
        rule = cloudwatch.EventRule(
            f"{name}-{what}",
            name=place.called(what),
            description=f"{what} of {place.name}",
            event_pattern=json.dumps({"source": ["aws.ecs"], **pattern}),
            opts=place.opts,
        )
        cloudwatch.EventTarget(
            f"{name}-{what}", rule=rule.name, arn=topic, opts=place.opts
        )

"""What ECS tells by itself: tasks that end, and deployments that fail."""

import json
from typing import Any

import pulumi
from pulumi_aws import cloudwatch

from .alarm import Watched
from .place import Place

_CRASHED = ("EssentialContainerExited", "TaskFailedToStart")


def troubles(
    name: str, place: Place, watched: Watched, topic: pulumi.Input[str]
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
                "group": [{"prefix": "service:"}],
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

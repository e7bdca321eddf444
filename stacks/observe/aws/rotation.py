"""Which tasks take requests, as their balancer has it."""

from collections.abc import Mapping, Sequence
from typing import Any


def addresses(client: Any, balancers: Sequence[Mapping[str, Any]]) -> set[str]:
    """The addresses in the network of all tasks that the balancer finds healthy."""
    groups = [one["targetGroupArn"] for one in balancers if "targetGroupArn" in one]
    answers = [client.describe_target_health(TargetGroupArn=one) for one in groups]
    return {
        one["Target"]["Id"]
        for answer in answers
        for one in answer["TargetHealthDescriptions"]
        if one["TargetHealth"]["State"] == "healthy"
    }

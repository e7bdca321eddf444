"""A task of ECS as one copy of a model."""

from collections.abc import Mapping
from typing import Any

from ..replica import Health, Replica

_BEFORE = ("PROVISIONING", "PENDING", "ACTIVATING")


def replica(
    task: Mapping[str, Any], *, in_rotation: bool, weight: int | None = None
) -> Replica:
    """What ECS says of a task that Slipway started."""
    tags = {one["key"]: one["value"] for one in task.get("tags", ())}
    started = task.get("startedAt")
    return Replica(
        id=task["taskArn"],
        name=name(task),
        stack=tags.get("slipway.stack", ""),
        model=tags.get("slipway.model", ""),
        version=tags.get("slipway.version", ""),
        digest=_container(task).get("imageDigest", ""),
        deployment=tags.get("slipway.deployment", ""),
        attempt=int(tags.get("slipway.attempt", 0)),
        health=health(task),
        restarts=0,  # ECS starts another task instead
        created=task["createdAt"].timestamp(),
        started_at=started.isoformat() if started else "",
        in_rotation=in_rotation,
        cpu=int(task["cpu"]) / 1024 if "cpu" in task else None,
        memory_mb=float(task["memory"]) if "memory" in task else None,
        weight=weight,
    )


def name(task: Mapping[str, Any]) -> str:
    """The last part of its address."""
    return task["taskArn"].rpartition("/")[2]


def role(task: Mapping[str, Any]) -> str:
    """`model`, `canary` or a batch job's name: also how its log begins."""
    tags = {one["key"]: one["value"] for one in task.get("tags", ())}
    return tags.get("slipway.role", "model")


def health(task: Mapping[str, Any]) -> Health:
    """Its state and that of its container in one word."""
    if task["lastStatus"] in _BEFORE:
        return "waiting"
    if task["lastStatus"] != "RUNNING":
        return "stopped"
    known: dict[str, Health] = {"HEALTHY": "healthy", "UNHEALTHY": "unhealthy"}
    return known.get(task.get("healthStatus", ""), "starting")


def address(task: Mapping[str, Any]) -> str | None:
    """Its own in the network, by which the balancer knows it."""
    for attachment in task.get("attachments", ()):
        for detail in attachment.get("details", ()):
            if detail["name"] == "privateIPv4Address":
                return detail["value"]
    return None


def why(task: Mapping[str, Any]) -> str | None:
    """Why it ended, as ECS has it; None where it runs."""
    container = _container(task)
    said = container.get("reason") or task.get("stoppedReason")
    code = container.get("exitCode")
    if code is None:
        return said
    killed = " (killed: it had no more memory)" if code == 137 else ""
    return f"{said or 'it ended'}, exit code {code}{killed}"


def _container(task: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(iter(task.get("containers", ())), {})

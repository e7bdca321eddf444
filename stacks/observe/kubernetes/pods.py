"""A pod as the platform-independent part of Slipway knows it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from ..replica import Health, Replica
from . import reasons

Pod = Mapping[str, Any]


def replica(pod: Pod, weight: int | None = None) -> Replica:
    """What the cluster says of one pod."""
    metadata, labels = pod["metadata"], pod["metadata"]["labels"]
    running = reasons.state(pod).get("running") or {}
    status = container_status(pod)
    return Replica(
        id=metadata["name"],
        name=metadata["name"],
        stack=labels["slipway.stack"],
        model=labels["slipway.model"],
        version=labels["slipway.version"],
        digest=digest(pod),
        deployment=labels["slipway.deployment"],
        attempt=int(labels["slipway.attempt"]),
        health=health(pod),
        restarts=status.get("restartCount", 0),
        created=_seconds(metadata["creationTimestamp"]),
        started_at=running.get("startedAt", ""),
        in_rotation=in_rotation(pod),
        weight=weight,
    )


def in_rotation(pod: Pod) -> bool:
    """Whether the Service sends it requests: ready, and not on its way out."""
    traffic = pod["metadata"]["labels"].get("slipway.traffic") == "yes"
    return traffic and _ready(pod) is not None and not is_leaving(pod)


def is_leaving(pod: Pod) -> bool:
    """Whether it is told to stop."""
    return "deletionTimestamp" in pod["metadata"]


def health(pod: Pod) -> Health:
    """In one word; a pod that was never ready yet is starting, however long."""
    state = reasons.state(pod)
    if reasons.blocked(pod):
        return "blocked"
    if "terminated" in state or pod.get("status", {}).get("phase") == "Failed":
        return "stopped"
    if "running" not in state:
        return "restarting" if reasons.ended(pod) else "waiting"
    if _ready(pod):
        return "healthy"
    lost = _changed(pod) > _seconds(state["running"]["startedAt"])
    return "unhealthy" if lost and container_status(pod).get("started") else "starting"


def digest(pod: Pod) -> str:
    """Of the image that the container runtime resolved; empty before it has."""
    return container_status(pod).get("imageID", "").partition("@")[2]


def container_status(pod: Pod) -> dict[str, Any]:
    """The status of the pod's one container; empty before the kubelet has it."""
    statuses = pod.get("status", {}).get("containerStatuses") or [{}]
    return statuses[0]


def _ready(pod: Pod) -> str | None:
    """Since when it is ready."""
    condition = _condition(pod)
    ready = condition.get("status") == "True"
    return condition.get("lastTransitionTime", "") if ready else None


def _changed(pod: Pod) -> float:
    """When it last became ready, or ceased to be."""
    at = _condition(pod).get("lastTransitionTime")
    return _seconds(at) if at else 0.0


def _condition(pod: Pod) -> dict[str, Any]:
    conditions = pod.get("status", {}).get("conditions") or []
    return next((one for one in conditions if one["type"] == "Ready"), {})


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp()

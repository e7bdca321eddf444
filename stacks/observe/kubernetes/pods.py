"""A pod as the platform-independent part of Slipway knows it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stacks.settings import quantity

from ..replica import Health, Replica
from . import reasons

Pod = Mapping[str, Any]


def replica(pod: Pod, weight: int | None = None) -> Replica:
    """What the cluster says of one pod."""
    metadata, labels = pod["metadata"], pod["metadata"]["labels"]
    running = reasons.state(pod).get("running") or {}
    status = reasons.status_of(pod)
    # What the kubelet enforces, where it says so: a pod may be resized in place.
    enforced = status.get("resources") or reasons.spec_of(pod).get("resources") or {}
    limits = enforced.get("limits", {})
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
        cpu=quantity.processors(limits.get("cpu")),
        memory_mb=quantity.mebibytes(limits.get("memory")),
        weight=weight,
    )


def in_rotation(pod: Pod) -> bool:
    """Whether the Service sends it requests: ready, and not on its way out."""
    traffic = pod["metadata"]["labels"].get("slipway.traffic") == "yes"
    return traffic and _is_ready(pod) and not is_leaving(pod)


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
    if _is_ready(pod):
        return "healthy"
    lost = _changed(pod) > _seconds(state["running"]["startedAt"])
    return "unhealthy" if lost and reasons.status_of(pod).get("started") else "starting"


def digest(pod: Pod) -> str:
    """
    Of the image that runs; empty before one does.

    A runtime may name an image by another of its digests than the one that was asked
    for; what runs of an image that is pinned can only be that.
    """
    status = reasons.status_of(pod)
    told = status.get("imageID", "").partition("@")[2]
    pinned = reasons.spec_of(pod)["image"].partition("@")[2]
    return pinned if told and pinned else told


def _is_ready(pod: Pod) -> bool:
    return _condition(pod).get("status") == "True"


def _changed(pod: Pod) -> float:
    """When it last became ready, or ceased to be."""
    at = _condition(pod).get("lastTransitionTime")
    return _seconds(at) if at else 0.0


def _condition(pod: Pod) -> dict[str, Any]:
    conditions = pod.get("status", {}).get("conditions") or []
    return next((one for one in conditions if one["type"] == "Ready"), {})


def _seconds(at: str) -> float:
    return datetime.fromisoformat(at.replace("Z", "+00:00")).timestamp()

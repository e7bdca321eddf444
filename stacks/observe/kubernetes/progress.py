"""How far a Deployment is in replacing its pods."""

from collections.abc import Mapping
from typing import Any

Deployment = Mapping[str, Any]
_COUNTS = ("replicas", "updatedReplicas", "availableReplicas")


def counts(deployment: Deployment) -> tuple[int, ...]:
    """All pods, those of the newest kind, and those that are ready for long enough."""
    status = deployment.get("status", {})
    return tuple(status.get(one, 0) for one in _COUNTS)


def is_complete(deployment: Deployment, least: int | None = None) -> bool:
    """
    Whether every pod is of the newest kind and ready, and no other is left.

    Where an autoscaler asks for more and more, `least` of them are enough.
    """
    wanted = deployment["spec"].get("replicas", 1)
    there, new, ready = counts(deployment)
    if not _is_current(deployment) or there != new:
        return False
    if least is None:
        return there == ready == wanted
    return ready >= min(least, wanted)


def is_late(deployment: Deployment) -> bool:
    """Whether the deadline passed in which a pod should have become ready."""
    progressing = _condition(deployment, "Progressing")
    return progressing.get("reason") == "ProgressDeadlineExceeded"


def refused(deployment: Deployment) -> str | None:
    """What the cluster says when it will not make a pod, such as a quota's words."""
    failure = _condition(deployment, "ReplicaFailure")
    if failure.get("status") != "True":
        return None
    message = " ".join(failure.get("message", "").split())
    return message.partition("is forbidden: ")[2] or message


def _condition(deployment: Deployment, type: str) -> Mapping[str, Any]:
    if not _is_current(deployment):
        return {}
    conditions = deployment["status"].get("conditions") or []
    return next((one for one in conditions if one["type"] == type), {})


def _is_current(deployment: Deployment) -> bool:
    """Whether what it says of itself is of the pods that are asked for now."""
    seen = deployment.get("status", {}).get("observedGeneration", 0)
    return seen >= deployment["metadata"]["generation"]

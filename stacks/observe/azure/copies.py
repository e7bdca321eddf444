"""A replica of a revision as one copy of a model."""

import time
from typing import TYPE_CHECKING

from stacks.settings import quantity

from ..replica import Health, Replica
from .revisions import container as of_revision
from .revisions import digest, labels, properties

if TYPE_CHECKING:
    from azure.mgmt.appcontainers.models import Replica as Copy
    from azure.mgmt.appcontainers.models import ReplicaContainer, Revision

_CRASHED = ("CrashLoopBackOff", "OOMKilled", "Error")


def replica(
    revision: "Revision", copy: "Copy", *, startup_s: float, weight: int | None = None
) -> Replica:
    """What Azure says of a copy; `startup_s` is how long it may take to be ready."""
    told = labels(revision)
    made = copy.properties.created_time if copy.properties else None
    created = made.timestamp() if made else 0.0
    found = health(copy, created, startup_s)
    container = of_model(copy)
    declared = of_revision(revision)
    resources = declared.resources if declared else None
    restarts = (container.restart_count if container else None) or 0
    serves = (properties(revision).traffic_weight or 0) > 0
    return Replica(
        id=f"{revision.name}/{copy.name}",
        name=copy.name or "",
        stack=told.get("slipway.stack", ""),
        model=told.get("slipway.model", ""),
        version=told.get("slipway.version", ""),
        digest=digest(revision),
        deployment=told.get("slipway.deployment", ""),
        attempt=int(told.get("slipway.attempt", 0)),
        health=found,
        restarts=restarts,
        created=created,
        # Azure does not say when a container of a copy began again, but that it did.
        started_at=f"{made.isoformat()}#{restarts}" if made else "",
        in_rotation=serves and found == "healthy",
        cpu=resources.cpu if resources else None,
        memory_mb=quantity.mebibytes(resources.memory) if resources else None,
        weight=weight,
    )


def health(copy: "Copy", created: float, startup_s: float) -> Health:
    """
    The state of a copy and of its container in one word.

    One that is not ready may be about to be, or no longer: its age tells them apart.
    """
    container = of_model(copy)
    if container is None or container.running_state is None:
        return "waiting"
    if container.running_state == "Terminated":
        return "restarting" if container.restart_count else "stopped"
    if container.running_state != "Running":
        return "restarting" if _has_crashed(container) else "waiting"
    if container.ready:
        return "healthy"
    late = container.started and time.time() > created + startup_s
    return "unhealthy" if late else "starting"


def of_model(copy: "Copy") -> "ReplicaContainer | None":
    """The model's container."""
    every = (copy.properties.containers if copy.properties else None) or ()
    return next(iter(every), None)


def why(copy: "Copy") -> str | None:
    """What Azure says of a copy that does not run; None where it says nothing."""
    container = of_model(copy)
    said = [
        container.running_state_details if container else None,
        copy.properties.running_state_details if copy.properties else None,
    ]
    return next(filter(None, said), None)


def _has_crashed(container: "ReplicaContainer") -> bool:
    details = container.running_state_details or ""
    return bool(container.restart_count) or any(one in details for one in _CRASHED)

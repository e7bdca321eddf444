"""A revision of Cloud Run as one copy of a model, however many instances it has."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stacks.settings import quantity

from ..replica import Health, Replica

Revision = Mapping[str, Any]
_HEALTH: dict[str, Health] = {
    "CONDITION_SUCCEEDED": "healthy",
    "CONDITION_FAILED": "blocked",
}


def replica(
    revision: Revision, *, in_rotation: bool, weight: int | None = None
) -> Replica:
    """What Cloud Run says of a revision that Slipway made."""
    told = revision.get("annotations", {})
    created = revision.get("createTime", "")
    container = next(iter(revision.get("containers", ())), {})
    limits = container.get("resources", {}).get("limits", {})
    return Replica(
        id=revision["name"],
        name=name(revision),
        stack=told.get("slipway.stack", ""),
        model=told.get("slipway.model", ""),
        version=told.get("slipway.version", ""),
        digest=digest(revision),
        deployment=told.get("slipway.deployment", ""),
        attempt=int(told.get("slipway.attempt", 0)),
        health=health(revision),
        restarts=0,  # it makes another instance instead
        created=_seconds(created),
        started_at=created,
        in_rotation=in_rotation,
        cpu=quantity.processors(limits.get("cpu")),
        memory_mb=quantity.mebibytes(limits.get("memory")),
        weight=weight,
    )


def name(revision: Revision) -> str:
    """The last part of its address."""
    return revision["name"].rpartition("/")[2]


def service(id: str) -> str:
    """The service in the address of a revision: its own, or that of a trial."""
    return id.partition("/services/")[2].partition("/")[0]


def digest(revision: Revision) -> str:
    """Of the image that its containers have, as Cloud Run found it; empty for none."""
    statuses = revision.get("containerStatuses", ())
    found = [one.get("imageDigest", "") for one in statuses]
    found += [one.get("image", "") for one in revision.get("containers", ())]
    pinned = [one.rpartition("@")[2] for one in found]
    return next((one for one in pinned if one.startswith("sha256:")), "")


def health(revision: Revision) -> Health:
    """
    Whether an instance of it was ready once, or never will be.

    Cloud Run itself gives an instance its time to start; until then it is waited for.
    """
    return _HEALTH.get(ready(revision).get("state", ""), "waiting")


def ready(revision: Revision) -> Mapping[str, Any]:
    """Its own condition; those of its parts are beside it."""
    conditions = revision.get("conditions", ())
    return next((one for one in conditions if one.get("type") == "Ready"), {})


def why(revision: Revision) -> str | None:
    """Why it is not ready, as Cloud Run has it; None where it is."""
    condition = ready(revision)
    if condition.get("state") == "CONDITION_SUCCEEDED":
        return None
    said = condition.get("message") or condition.get("reason")
    return str(said).partition("\n")[0].rstrip(".") if said else None


def _seconds(moment: str) -> float:
    return datetime.fromisoformat(moment).timestamp() if moment else 0.0

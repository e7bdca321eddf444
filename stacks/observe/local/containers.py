"""A container of Docker as one copy of a model."""

from datetime import datetime
from typing import Any, cast

import docker.errors
from docker.models.containers import Container

from ..replica import Health, Replica


def published(container: Container) -> set[int]:
    """The ports of this machine that lead to it."""
    bindings = [one for all in container.ports.values() for one in all or []]
    return {int(one["HostPort"]) for one in bindings}


def replica(container: Container) -> Replica:
    """What Docker says of a model's container."""
    attrs = container.attrs
    labels = container.labels
    networks = attrs["NetworkSettings"]["Networks"].values()
    host = attrs["HostConfig"]
    return Replica(
        id=container.id or "",
        name=container.name or "",
        stack=labels["slipway.stack"],
        model=labels["slipway.model"],
        version=labels["slipway.version"],
        digest=_digest(container),
        deployment=labels["slipway.deployment"],
        attempt=int(labels["slipway.attempt"]),
        health=_health(attrs["State"]),
        restarts=attrs["RestartCount"],
        created=datetime.fromisoformat(attrs["Created"][:19] + "+00:00").timestamp(),
        started_at=attrs["State"]["StartedAt"],
        in_rotation=any(
            alias == "model" or alias.startswith("canary-")
            for network in networks
            for alias in network["Aliases"] or []
        ),
        cpu=host["NanoCpus"] / 1e9,
        memory_mb=host["Memory"] / 2**20,
        weight=int(weight) if (weight := labels.get("slipway.weight")) else None,
    )


def _digest(container: Container) -> str:
    """
    The digest that was asked for, if Docker knows the running image by it.

    One image may have several: it is built the same bytes each time, and pushed under
    a manifest that need not be.
    """
    asked = container.labels["slipway.image"].partition("@")[2]
    try:
        known = cast(Any, container.image).attrs["RepoDigests"]
    except docker.errors.ImageNotFound:
        return ""
    return asked if asked in [name.partition("@")[2] for name in known] else ""


def _health(state: dict[str, Any]) -> Health:
    if state["Restarting"]:
        return "restarting"
    if not state["Running"]:
        return "stopped"
    return cast(Health, state.get("Health", {}).get("Status", "starting"))

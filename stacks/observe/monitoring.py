"""Who watches on this machine."""

import docker
import docker.errors

from stacks.settings.watched import WATCHES, network_name


def watched_now(stack: str, port: int | None) -> list[str]:
    """The other stacks whose containers are in the network that `stack` watches."""
    if port is None:
        return []
    found = docker.from_env().containers.list(
        filters={"network": network_name(port)}, ignore_removed=True
    )
    labels = {one.labels.get("slipway.stack", "") for one in found}
    return sorted(labels - {stack, ""})


def is_watching(fingerprint: str) -> bool:
    """Whether a Prometheus runs here that watches exactly these stacks."""
    labels = ["slipway.role=prometheus", f"{WATCHES}={fingerprint}"]
    try:
        found = docker.from_env().containers.list(
            filters={"label": labels}, ignore_removed=True
        )
    except docker.errors.DockerException:
        return False
    return bool(found)

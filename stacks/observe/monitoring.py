"""Who watches on this machine."""

import docker
import docker.errors

from stacks.settings.watched import WATCHES


def is_watching(fingerprint: str) -> bool:
    """Whether a Prometheus runs here that watches exactly these stacks."""
    labels = ["slipway.role=prometheus", f"{WATCHES}={fingerprint}"]
    try:
        found = docker.from_env().containers.list(filters={"label": labels})
    except docker.errors.DockerException:
        return False
    return bool(found)

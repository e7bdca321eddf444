"""Who watches on this machine."""

import docker
import docker.errors

from stacks.settings.watched import WATCHES, network_name


def watched_now(stack: str, port: int | None) -> list[str]:
    """The other stacks whose containers are in the network that `stack` watches."""
    if port is None:
        return []
    client = docker.from_env()
    labels: set[str] = set()
    for network in client.networks.list(names=[network_name(port)], greedy=True):
        for id in network.attrs["Containers"] or {}:
            found = client.containers.get(id).labels.get("slipway.stack", "")
            labels.add(found)
    return sorted(labels - {stack, ""})


def is_watching(fingerprint: str) -> bool:
    """Whether a Prometheus runs here that watches exactly these stacks."""
    labels = ["slipway.role=prometheus", f"{WATCHES}={fingerprint}"]
    try:
        found = docker.from_env().containers.list(filters={"label": labels})
    except docker.errors.DockerException:
        return False
    return bool(found)

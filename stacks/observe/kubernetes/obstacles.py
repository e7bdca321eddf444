"""Why nothing can be deployed to a namespace now."""

from collections.abc import Iterator

from stacks.settings.cluster import Cluster
from stacks.settings.cluster_error import ClusterError
from stacks.settings.stack import StackSettings

_NEEDED = (
    ("patch", "deployments", "apps"),
    ("create", "pods", ""),
    ("create", "pods/exec", ""),
    ("get", "pods/log", ""),
)
_OPERATOR = "/apis/monitoring.coreos.com/v1"


def obstacles(stack: str, settings: StackSettings, cluster: Cluster) -> Iterator[str]:
    """Each in one sentence with the way out, in the order in which they are mended."""
    platform = settings.platform
    assert platform.kind == "kubernetes"
    context = f"context {platform.context}"
    try:
        cluster.get("/version")
    except ClusterError as error:
        yield f"{error} ({context}, slipway:platform)"
        return
    if settings.tier == "shared":
        return
    yield from _of_rights(cluster, context)
    yield from _of_namespace(stack, cluster, create=platform.create_namespace)
    if platform.operator and cluster.get(_OPERATOR) is None:
        yield (
            f"the Prometheus operator is not in the cluster of {context}; install it, "
            "or take slipway:platform.operator out of the file"
        )


def _of_rights(cluster: Cluster, context: str) -> Iterator[str]:
    missing = [
        f"{verb} {resource}"
        for verb, resource, group in _NEEDED
        if not cluster.allows(verb, resource, group)
    ]
    if missing:
        yield (
            f"whoever {context} is may not {', '.join(missing)} in the namespace "
            f"{cluster.namespace}; ask for a role that may"
        )


def _of_namespace(stack: str, cluster: Cluster, *, create: bool) -> Iterator[str]:
    name = cluster.namespace
    try:
        found = cluster.get(f"/api/v1/namespaces/{name}")
    except ClusterError:
        return  # who may not look at it may still be at home in it
    if found is None and not create:
        yield (
            f"the namespace {name} is missing; create it, or let this stack do so with "
            "slipway:platform.create_namespace"
        )
    elif found and create:
        owner = found["metadata"].get("labels", {}).get("slipway.stack")
        if owner != stack:
            whose = f"belongs to the stack {owner}" if owner else "is there already"
            yield (
                f"the namespace {name} {whose}; use it with "
                "slipway:platform.create_namespace: false, or name another"
            )

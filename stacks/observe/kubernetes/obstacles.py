"""Why nothing can be deployed to a namespace now."""

import re
from collections.abc import Iterator

from stacks.settings.cluster import Cluster
from stacks.settings.cluster_error import ClusterError
from stacks.settings.stack import StackSettings

# Commands in a pod and ways to its ports are asked for by GET, and by POST since 1.35.
_NEEDED = {
    ("", "pods"): ("get", "list", "create", "delete"),
    ("", "pods/exec"): ("get", "create"),
    ("", "pods/portforward"): ("get", "create"),
    ("", "pods/log"): ("get",),
    ("", "events"): ("list",),
    ("apps", "deployments"): ("get", "list", "create", "patch", "delete"),
}
_LABEL = re.compile(r"[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?")
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
    if not _LABEL.fullmatch(stack):
        yield (
            f"{stack} cannot be a label of Kubernetes; name the stack with letters, "
            "digits and dashes, 63 at most"
        )
    yield from _of_rights(cluster, context)
    yield from _of_others(stack, settings, cluster)
    yield from _of_namespace(stack, cluster, create=platform.create_namespace)
    if platform.operator and cluster.get(_OPERATOR) is None:
        yield (
            f"the Prometheus operator is not in the cluster of {context}; install it, "
            "or take slipway:platform.operator out of the file"
        )


def others_in(stack: str, cluster: Cluster) -> list[str]:
    """Other stacks that have a service in the namespace."""
    made = cluster.list(cluster.path("deployments"))
    labels = [one["metadata"].get("labels", {}) for one in made]
    found = {one["slipway.stack"] for one in labels if "slipway.stack" in one}
    return sorted(found - {stack})


def _of_rights(cluster: Cluster, context: str) -> Iterator[str]:
    missing = [
        f"{verb} {resource}"
        for (group, resource), verbs in _NEEDED.items()
        for verb in verbs
        if not cluster.allows(verb, resource, group)
    ]
    if missing:
        yield (
            f"whoever {context} is may not {', '.join(missing)} in the namespace "
            f"{cluster.namespace}; ask for a role that may"
        )


def _of_others(stack: str, settings: StackSettings, cluster: Cluster) -> Iterator[str]:
    """Another stack's service by this name, in the same namespace."""
    platform, image = settings.platform, settings.image
    name = getattr(platform, "name", None) or (image.name if image else None)
    found = cluster.get(cluster.path("deployments", name)) if name else None
    owner = (found or {}).get("metadata", {}).get("labels", {}).get("slipway.stack")
    if found and owner != stack:
        whose = f"the stack {owner}'s" if owner else "somebody else's"
        yield (
            f"the Deployment {name} in the namespace {cluster.namespace} is {whose}; "
            "give this one another slipway:platform.name, or another namespace"
        )


def _of_namespace(stack: str, cluster: Cluster, *, create: bool) -> Iterator[str]:
    name = cluster.namespace
    try:
        found = cluster.get(f"/api/v1/namespaces/{name}")
    except ClusterError:
        return  # who may not look at it may still be at home in it
    if found and found.get("status", {}).get("phase") == "Terminating":
        yield f"the namespace {name} is being removed; wait until it is gone"
    elif found is None and not create:
        yield (
            f"the namespace {name} is missing; create it, or let this stack do so with "
            "slipway:platform.create_namespace"
        )
    elif found:
        owner = found["metadata"].get("labels", {}).get("slipway.stack")
        if owner == stack and not create:
            yield (
                f"the namespace {name} was made by this stack, and would go with all "
                "that is in it; leave slipway:platform.create_namespace as it was"
            )
        if owner != stack and create:
            whose = f"belongs to the stack {owner}" if owner else "is there already"
            yield (
                f"the namespace {name} {whose}; use it with "
                "slipway:platform.create_namespace: false, or name another"
            )

"""Which changes make a new resource, as far as is known without asking an engine."""

from collections.abc import Collection

from stacks.offline.diff import top

_NAMED = ("metadata.name", "metadata.namespace")
_REPLACES = {
    "kubernetes:apps/v1:Deployment": (*_NAMED, "spec.selector"),
    "kubernetes:core/v1:Service": _NAMED,
    "kubernetes:networking.k8s.io/v1:Ingress": _NAMED,
    "aws:ecs/service:Service": ("name", "cluster", "launchType", "schedulingStrategy"),
    "aws:lb/loadBalancer:LoadBalancer": ("name", "internal", "loadBalancerType"),
    "aws:lb/targetGroup:TargetGroup": (
        "name",
        "port",
        "protocol",
        "protocolVersion",
        "targetType",
        "vpcId",
    ),
    "gcp:cloudrunv2/service:Service": ("name", "location", "project"),
    "azure-native:app:ContainerApp": (
        "containerAppName",
        "location",
        "resourceGroupName",
    ),
    "azure-native:app:ManagedEnvironment": (
        "environmentName",
        "location",
        "resourceGroupName",
        "vnetConfiguration",
    ),
}
"""What callers reach, and what of it a platform cannot change where it stands."""
_CONTAINER = "docker:index/container:Container"


def serves(type: str) -> bool:
    """Whether callers are served by resources of this type."""
    return type in _REPLACES or type == _CONTAINER


def is_replaced(type: str, changed: Collection[str]) -> bool:
    """Whether changes of these properties, by path, make a new resource."""
    if type == _CONTAINER:
        from stacks.offline.docker.container import ContainerHandler  # brings docker

        return any(top(path) not in ContainerHandler.in_place for path in changed)
    fixed = _REPLACES.get(type, ())
    return any(_within(path, one) for path in changed for one in fixed)


def _within(path: str, fixed: str) -> bool:
    return path == fixed or path.startswith((f"{fixed}.", f"{fixed}["))

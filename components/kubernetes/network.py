"""Who reaches the pods of a stack, and where they may go: all else is shut."""

from typing import Any

import pulumi_kubernetes as k8s

from stacks.settings.kubernetes import KubernetesPlatform

from .place import Place
from .pod import METRICS_PORT, PORT

_NAME = "kubernetes.io/metadata.name"
_BOTH = ["Ingress", "Egress"]


def network_policies(name: str, place: Place) -> None:
    """
    Callers of this namespace and of those named; Prometheus; and no way out.

    In a namespace of the stack's own, whatever else comes there starts shut.
    """
    if place.platform.create_namespace:
        k8s.networking.v1.NetworkPolicy(
            f"{name}-default",
            metadata=place.metadata("default-deny"),
            spec={"pod_selector": {}, "policy_types": _BOTH},
            opts=place.opts,
        )
    ingress: Any = _ingress(place.platform)
    egress: Any = _egress(place.platform)
    k8s.networking.v1.NetworkPolicy(
        name,
        metadata=place.metadata(),
        spec={
            "pod_selector": {"match_labels": place.labels.selecting()},
            "policy_types": _BOTH,
            "ingress": ingress,
            "egress": egress,
        },
        opts=place.opts,
    )


def _ingress(platform: KubernetesPlatform) -> list[dict[str, Any]]:
    callers = [*platform.callers]
    if platform.ingress:
        callers.append(platform.ingress.from_namespace)
    metrics = _namespace(platform.monitoring_namespace)
    return [
        {
            "from": [{"podSelector": {}}, *(_namespace(one) for one in callers)],
            "ports": [{"port": PORT, "protocol": "TCP"}],
        },
        {"from": [metrics], "ports": [{"port": METRICS_PORT, "protocol": "TCP"}]},
    ]


def _egress(platform: KubernetesPlatform) -> list[dict[str, Any]]:
    if not platform.egress:
        return []
    names = {
        "to": [_namespace("kube-system")],
        "ports": [{"port": 53, "protocol": one} for one in ("UDP", "TCP")],
    }
    return [
        names,
        *(
            {
                "to": [{"ipBlock": {"cidr": str(one.cidr)}}],
                "ports": [{"port": one.port, "protocol": "TCP"}],
            }
            for one in platform.egress
        ),
    ]


def _namespace(name: str) -> dict[str, Any]:
    return {"namespaceSelector": {"matchLabels": {_NAME: name}}}

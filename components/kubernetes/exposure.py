"""Where callers find a service: in the cluster by name, beyond it by an Ingress."""

from typing import Any

import pulumi_kubernetes as k8s

from stacks.settings.kubernetes import Ingress

from .labels import TRAFFIC
from .place import Place

# Whether pods answer is what the checks of the Deployment wait for.
_AT_ONCE = {"pulumi.com/skipAwait": "true"}


def service_address(name: str, place: Place) -> str:
    """One address for every pod that takes traffic; returns the URL."""
    k8s.core.v1.Service(
        name,
        metadata=place.metadata(annotations=_AT_ONCE),
        spec={
            "selector": {**place.labels.selecting(), **TRAFFIC},
            "ports": [{"name": "http", "port": 80, "target_port": "http"}],
        },
        opts=place.opts,
    )
    ingress = place.platform.ingress
    if ingress is None:
        return f"http://{place.name}.{place.platform.namespace}.svc.cluster.local"
    k8s.networking.v1.Ingress(
        name,
        metadata=place.metadata(annotations={**_AT_ONCE, **ingress.annotations}),
        spec=_to(place.name, ingress),
        opts=place.opts,
    )
    return f"https://{ingress.host}"


def _to(service: str, ingress: Ingress) -> Any:
    backend = {"service": {"name": service, "port": {"name": "http"}}}
    path = {"path": "/", "pathType": "Prefix", "backend": backend}
    spec: dict[str, Any] = {
        "tls": [{"hosts": [ingress.host], "secretName": ingress.tls_secret}],
        "rules": [{"host": ingress.host, "http": {"paths": [path]}}],
    }
    if ingress.class_name:
        spec["ingressClassName"] = ingress.class_name
    return spec

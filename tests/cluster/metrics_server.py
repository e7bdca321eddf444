"""What pods and nodes use, for `kubectl top` and autoscaling: a process, not a pod."""

import base64
import json
from typing import Any

from .addresses import METRICS_PORT, NODE_IP
from .cluster import Cluster
from .execution import succeeds

_API = "v1beta1.metrics.k8s.io"
_SERVICE = {"name": "metrics-server", "namespace": "kube-system"}


def start_metrics_server(cluster: Cluster) -> None:
    """Start it, and have the API server ask it."""
    pki, kubeconfig = cluster.pki, cluster.pki / "metrics-server.kubeconfig"
    certificate, key = pki / "metrics-server.crt", pki / "metrics-server.key"
    cluster.processes.start(
        "metrics-server",
        cluster.bin_dir / "metrics-server",
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        f"--bind-address={NODE_IP}",
        f"--secure-port={METRICS_PORT}",
        f"--tls-cert-file={certificate}",
        f"--tls-private-key-file={key}",
        f"--kubelet-certificate-authority={pki / 'ca.crt'}",
        f"--kubelet-client-certificate={certificate}",
        f"--kubelet-client-key={key}",
        "--kubelet-preferred-address-types=InternalIP",
        # It refuses to start unless a request may take less than the resolution.
        "--metric-resolution=10s",
        "--kubelet-request-timeout=5s",
    )
    objects = {"apiVersion": "v1", "kind": "List", "items": _objects(cluster)}
    cluster.kubectl("apply", "--server-side", "-f", "-", given=json.dumps(objects))
    wanted = ("wait", "--for=condition=Available", f"apiservice/{_API}", "--timeout=1s")
    available = cluster.kubectl_command(*wanted)
    cluster.processes.wait("metrics-server", lambda: succeeds(*available))


def _objects(cluster: Cluster) -> list[dict[str, Any]]:
    """A Service that leads to the process, and the API that leads to the Service."""
    authority = (cluster.pki / "ca.crt").read_bytes()
    return [
        {
            "apiVersion": "v1",
            "kind": "Service",
            "metadata": _SERVICE,
            "spec": {"ports": [{"port": 443, "targetPort": METRICS_PORT}]},
        },
        {
            "apiVersion": "discovery.k8s.io/v1",
            "kind": "EndpointSlice",
            "metadata": {
                **_SERVICE,
                "labels": {"kubernetes.io/service-name": _SERVICE["name"]},
            },
            "addressType": "IPv4",
            "ports": [{"name": "", "port": METRICS_PORT, "protocol": "TCP"}],
            "endpoints": [{"addresses": [NODE_IP], "conditions": {"ready": True}}],
        },
        {
            "apiVersion": "apiregistration.k8s.io/v1",
            "kind": "APIService",
            "metadata": {"name": _API},
            "spec": {
                "group": "metrics.k8s.io",
                "version": "v1beta1",
                "groupPriorityMinimum": 100,
                "versionPriority": 100,
                "caBundle": base64.b64encode(authority).decode(),
                "service": {**_SERVICE, "port": 443},
            },
        },
    ]

"""The control plane: etcd, the API server, the controllers, the scheduler."""

import http.client
from pathlib import Path

from .addresses import ETCD, ETCD_PEER, NODE_IP, SERVICES
from .cluster import Cluster
from .execution import succeeds


def start_etcd(cluster: Cluster) -> None:
    """The store, which is thrown away with the cluster and so never waits for disks."""
    cluster.processes.start(
        "etcd",
        "etcd",
        "--name=slipway",
        f"--data-dir={cluster.run_dir / 'etcd'}",
        "--unsafe-no-fsync",
        f"--listen-client-urls=http://{ETCD}",
        f"--advertise-client-urls=http://{ETCD}",
        f"--listen-peer-urls=http://{ETCD_PEER}",
        f"--initial-advertise-peer-urls=http://{ETCD_PEER}",
        f"--initial-cluster=slipway=http://{ETCD_PEER}",
        "--logger=zap",
        "--log-level=warn",
    )
    cluster.processes.wait("etcd", _etcd_is_healthy)


def start_api_server(cluster: Cluster) -> None:
    """The API server, on the cluster's own bridge, with Pod Security as it ships."""
    pki = cluster.pki
    cluster.processes.start(
        "kube-apiserver",
        cluster.bin_dir / "kube-apiserver",
        f"--etcd-servers=http://{ETCD}",
        f"--bind-address={NODE_IP}",
        f"--advertise-address={NODE_IP}",
        "--secure-port=6443",
        f"--service-cluster-ip-range={SERVICES}",
        "--authorization-mode=Node,RBAC",
        "--enable-admission-plugins=NodeRestriction",
        "--allow-privileged=true",
        "--anonymous-auth=false",
        f"--client-ca-file={pki / 'ca.crt'}",
        f"--tls-cert-file={pki / 'apiserver.crt'}",
        f"--tls-private-key-file={pki / 'apiserver.key'}",
        f"--kubelet-certificate-authority={pki / 'ca.crt'}",
        f"--kubelet-client-certificate={pki / 'kubelet-client.crt'}",
        f"--kubelet-client-key={pki / 'kubelet-client.key'}",
        "--kubelet-preferred-address-types=InternalIP",
        "--service-account-issuer=https://kubernetes.default.svc.cluster.local",
        f"--service-account-signing-key-file={pki / 'tokens.key'}",
        f"--service-account-key-file={pki / 'tokens.pub'}",
        *_aggregation(pki),
    )
    ready = cluster.kubectl_command("get", "--raw", "/readyz")
    cluster.processes.wait("kube-apiserver", lambda: succeeds(*ready))


def start_controllers(cluster: Cluster) -> None:
    """Controllers and scheduler; autoscaling reacts in seconds, for tests to see it."""
    ca, ca_key = cluster.pki / "ca.crt", cluster.pki / "ca.key"
    cluster.processes.start(
        "controller-manager",
        cluster.bin_dir / "kube-controller-manager",
        *_delegated(cluster, "controller-manager"),
        "--use-service-account-credentials=true",
        f"--service-account-private-key-file={cluster.pki / 'tokens.key'}",
        f"--root-ca-file={ca}",
        f"--cluster-signing-cert-file={ca}",
        f"--cluster-signing-key-file={ca_key}",
        "--allocate-node-cidrs=false",
        f"--flex-volume-plugin-dir={cluster.run_dir / 'volume-plugins'}",
        f"--service-cluster-ip-range={SERVICES}",
        "--horizontal-pod-autoscaler-sync-period=5s",
        "--horizontal-pod-autoscaler-downscale-stabilization=15s",
    )
    cluster.processes.start(
        "scheduler",
        cluster.bin_dir / "kube-scheduler",
        *_delegated(cluster, "scheduler"),
    )
    made = cluster.kubectl_command("get", "serviceaccount", "default")
    cluster.processes.wait("controller-manager", lambda: succeeds(*made))


def _aggregation(pki: Path) -> list[str]:
    """How the API server proves itself to those that it extends itself with."""
    return [
        f"--requestheader-client-ca-file={pki / 'front-ca.crt'}",
        "--requestheader-allowed-names=front-proxy",
        "--requestheader-extra-headers-prefix=X-Remote-Extra-",
        "--requestheader-group-headers=X-Remote-Group",
        "--requestheader-username-headers=X-Remote-User",
        f"--proxy-client-cert-file={pki / 'front.crt'}",
        f"--proxy-client-key-file={pki / 'front.key'}",
    ]


def _delegated(cluster: Cluster, name: str) -> list[str]:
    """The options of a part that asks the API server whom to let in."""
    kubeconfig = cluster.pki / f"{name}.kubeconfig"
    return [
        f"--kubeconfig={kubeconfig}",
        f"--authentication-kubeconfig={kubeconfig}",
        f"--authorization-kubeconfig={kubeconfig}",
        "--bind-address=127.0.0.1",
        "--leader-elect=false",
    ]


def _etcd_is_healthy() -> bool:
    connection = http.client.HTTPConnection(ETCD, timeout=2)
    try:
        connection.request("GET", "/health")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()

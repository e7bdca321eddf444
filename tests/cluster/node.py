"""The node: a real kubelet, and kube-proxy, which leads to Services."""

import json
from typing import Any

from .addresses import NODE, NODE_IP, PODS
from .cgroups import CGROUP, make_cgroup
from .cluster import Cluster


def start_node(cluster: Cluster) -> None:
    """Start both, and wait until the node may have pods."""
    make_cgroup()
    # Nothing resolves names: those of pods then never leave this machine.
    (cluster.run_dir / "resolv.conf").write_text("nameserver 127.0.0.1\n")
    (cluster.run_dir / "kubelet.json").write_text(json.dumps(_kubelet(cluster)))
    (cluster.run_dir / "kube-proxy.json").write_text(json.dumps(_proxy(cluster)))
    cluster.processes.start(
        "kubelet",
        cluster.bin_dir / "kubelet",
        f"--config={cluster.run_dir / 'kubelet.json'}",
        f"--kubeconfig={cluster.pki / 'kubelet.kubeconfig'}",
        f"--root-dir={cluster.run_dir / 'kubelet'}",
        f"--hostname-override={NODE}",
        f"--node-ip={NODE_IP}",
    )
    cluster.processes.start(
        "kube-proxy",
        cluster.bin_dir / "kube-proxy",
        f"--config={cluster.run_dir / 'kube-proxy.json'}",
    )
    cluster.processes.wait("kubelet", cluster.node_ready)


def _kubelet(cluster: Cluster) -> dict[str, Any]:
    return {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "address": NODE_IP,
        "healthzBindAddress": "127.0.0.1",
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": True},
            "x509": {"clientCAFile": str(cluster.pki / "ca.crt")},
        },
        "authorization": {"mode": "Webhook"},
        "tlsCertFile": str(cluster.pki / "kubelet.crt"),
        "tlsPrivateKeyFile": str(cluster.pki / "kubelet.key"),
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{CGROUP}",
        # What the machine happens to have must not keep the node from starting.
        "failCgroupV1": False,
        "failSwapOn": False,
        "oomScoreAdj": 0,
        "evictionHard": {
            "memory.available": "100Mi",
            "nodefs.available": "1%",
            "imagefs.available": "1%",
        },
        # Nothing removes an image that a test relies on, the pause image first of all.
        "imageGCHighThresholdPercent": 100,
        "imageGCLowThresholdPercent": 99,
        "serializeImagePulls": False,
        "registryPullQPS": 0,
        "containerRuntimeEndpoint": f"unix://{cluster.socket}",
        "podLogsDir": str(cluster.run_dir / "pods"),
        "volumePluginDir": str(cluster.run_dir / "volume-plugins"),
        "resolvConf": str(cluster.run_dir / "resolv.conf"),
        "clusterDomain": "cluster.local",
    }


def _proxy(cluster: Cluster) -> dict[str, Any]:
    return {
        "apiVersion": "kubeproxy.config.k8s.io/v1alpha1",
        "kind": "KubeProxyConfiguration",
        "mode": "iptables",
        "clientConnection": {
            "kubeconfig": str(cluster.pki / "kube-proxy.kubeconfig"),
        },
        "clusterCIDR": PODS,
        "hostnameOverride": NODE,
        "healthzBindAddress": "127.0.0.1:10256",
        "metricsBindAddress": "127.0.0.1:10249",
        "oomScoreAdj": 0,
        # Zero leaves the machine's own limits for connections as they are.
        "conntrack": {
            "maxPerCore": 0,
            "min": 0,
            "tcpEstablishedTimeout": "0s",
            "tcpCloseWaitTimeout": "0s",
        },
    }

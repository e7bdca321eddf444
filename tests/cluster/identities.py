"""The parts and people of the cluster: their certificates and their kubeconfigs."""

import base64
import json
from pathlib import Path
from typing import Any

from .addresses import API, API_SERVICE_IP, NODE, NODE_IP
from .certificates import Authority, Identity
from .cluster import Cluster

_API_NAMES = (
    "127.0.0.1",
    NODE_IP,
    API_SERVICE_IP,
    "localhost",
    "kubernetes",
    "kubernetes.default",
    "kubernetes.default.svc",
    "kubernetes.default.svc.cluster.local",
)
_ALL_RIGHTS = ("system:masters",)


def write_identities(cluster: Cluster) -> None:
    """Lay in the run folder everything that proves to somebody who somebody is."""
    cluster.pki.mkdir(mode=0o700)
    authority = Authority.create("slipway-test")
    authority.write(cluster.pki, "ca")
    _write_servers(cluster.pki, authority)
    _write_clients(cluster, authority)


def _write_servers(pki: Path, authority: Authority) -> None:
    """What the API server shows, and what it signs and asks with."""
    issue = authority.issue
    issue("kube-apiserver", at=_API_NAMES).write(pki, "apiserver")
    issue("kube-apiserver-kubelet-client", groups=_ALL_RIGHTS).write(
        pki, "kubelet-client"
    )
    front = Authority.create("slipway-test-front")
    front.write(pki, "front-ca")
    front.issue("front-proxy").write(pki, "front")
    tokens = authority.issue("service-accounts")
    (pki / "tokens.key").write_bytes(tokens.key_pem)
    (pki / "tokens.pub").write_bytes(tokens.public_key_pem)


def _write_clients(cluster: Cluster, authority: Authority) -> None:
    """A kubeconfig for each part, and one of two contexts for people."""
    issue = authority.issue
    node = issue(f"system:node:{NODE}", groups=["system:nodes"], at=[NODE_IP, NODE])
    metrics = issue(
        "metrics-server",
        groups=_ALL_RIGHTS,
        at=[NODE_IP, "metrics-server.kube-system.svc"],
    )
    parts = {
        "controller-manager": issue("system:kube-controller-manager"),
        "scheduler": issue("system:kube-scheduler"),
        "kube-proxy": issue("system:kube-proxy"),
        "kubelet": node,
        "metrics-server": metrics,
    }
    node.write(cluster.pki, "kubelet")
    metrics.write(cluster.pki, "metrics-server")
    for name, identity in parts.items():
        _write(cluster.pki / f"{name}.kubeconfig", authority, {name: identity})
    people = {
        cluster.context: issue("admin", groups=_ALL_RIGHTS),
        cluster.nobody: issue("nobody"),
    }
    _write(cluster.kubeconfig, authority, people)


def _write(file: Path, authority: Authority, identities: dict[str, Identity]) -> None:
    """A kubeconfig with a context per identity, the first one the current."""
    trusted = {"server": API, "certificate-authority-data": _encoded(authority)}
    config = {
        "apiVersion": "v1",
        "kind": "Config",
        "current-context": next(iter(identities)),
        "clusters": [{"name": "slipway-test", "cluster": trusted}],
        "contexts": [
            {"name": name, "context": {"cluster": "slipway-test", "user": name}}
            for name in identities
        ],
        "users": [
            {"name": name, "user": _user(identity)}
            for name, identity in identities.items()
        ],
    }
    file.touch(mode=0o600)
    file.write_text(json.dumps(config, indent=2) + "\n")


def _user(identity: Identity) -> dict[str, Any]:
    return {
        "client-certificate-data": _encoded(identity),
        "client-key-data": base64.b64encode(identity.key_pem).decode(),
    }


def _encoded(identity: Identity) -> str:
    return base64.b64encode(identity.certificate_pem).decode()

"""What the cluster needs of Debian: installed when it is missing."""

import shutil
from pathlib import Path

from stacks.machine.packages import install_packages

from .cluster import Cluster
from .execution import environment

CNI_PLUGINS = Path("/usr/lib/cni")
# By program, not by package: a machine may well have one of them from elsewhere.
_PACKAGES = {
    "etcd": "etcd-server",
    "containerd": "containerd",
    "runc": "runc",
    "iptables": "iptables",
    "ip": "iproute2",
}


def require_packages(cluster: Cluster) -> None:
    """Install those whose program is not there; raises PackagesError."""
    path = environment()["PATH"]
    missing = [
        package
        for program, package in _PACKAGES.items()
        if not shutil.which(program, path=path)
    ]
    if not (CNI_PLUGINS / "bridge").exists():
        missing.append("containernetworking-plugins")
    if missing:
        install_packages(*missing)

"""Settings of the kernel that a node changes: noted before, put back after."""

import json
from pathlib import Path

from .cluster import Cluster
from .execution import succeeds

_FOLDER = Path("/proc/sys")
_CHANGED = (
    "kernel/keys/root_maxbytes",
    "kernel/keys/root_maxkeys",
    "kernel/panic",
    "kernel/panic_on_oops",
    "net/bridge/bridge-nf-call-ip6tables",
    "net/bridge/bridge-nf-call-iptables",
    "net/ipv4/conf/all/forwarding",
    "net/ipv4/conf/all/route_localnet",
    "net/ipv4/conf/default/forwarding",
    "net/ipv4/ip_forward",
    "vm/overcommit_memory",
    "vm/panic_on_oom",
)
_NEEDED = ("net/ipv4/ip_forward", "net/bridge/bridge-nf-call-iptables")


def prepare_kernel(cluster: Cluster) -> None:
    """Note the settings, then let packets pass from pod to pod, and by Services."""
    succeeds("modprobe", "br_netfilter")
    before = {name: (_FOLDER / name).read_text() for name in _CHANGED if _has(name)}
    _note(cluster).write_text(json.dumps(before, indent=2))
    for name in filter(_has, _NEEDED):
        (_FOLDER / name).write_text("1")


def restore_kernel(cluster: Cluster) -> None:
    """Put the settings back, where any were noted."""
    if _note(cluster).exists():
        for name, value in json.loads(_note(cluster).read_text()).items():
            if (_FOLDER / name).read_text() != value:
                (_FOLDER / name).write_text(value)


def _has(name: str) -> bool:
    return (_FOLDER / name).exists()


def _note(cluster: Cluster) -> Path:
    return cluster.run_dir / "kernel.json"

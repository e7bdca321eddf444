"""The cluster's place in the machine's network: laid before anything starts in it."""

import shutil

from .addresses import NODE_BRIDGE, NODE_IP, POD_BRIDGE, PODS, SERVICES
from .cluster import Cluster
from .execution import ClusterError, environment, run, succeeds

_MARK = "slipway-cluster"
_KUBERNETES = "KUBE-"
# Docker drops what it does not know: packets of pods must pass before it looks.
_RULES = (
    ("filter", "FORWARD", "-s", PODS, "-j", "ACCEPT"),
    ("filter", "FORWARD", "-d", PODS, "-j", "ACCEPT"),
    ("nat", "POSTROUTING", "-s", PODS, "!", "-d", PODS, "-j", "MASQUERADE"),
)


def lay_network(cluster: Cluster) -> None:
    """A bridge with the node's address, the way to Services, what pods may do."""
    run("ip", "link", "add", NODE_BRIDGE, "type", "bridge")
    run("ip", "address", "add", f"{NODE_IP}/32", "dev", NODE_BRIDGE)
    run("ip", "link", "set", NODE_BRIDGE, "up")
    # A Service that kube-proxy does not know yet ends here, not on the default route.
    run("ip", "route", "add", SERVICES, "dev", NODE_BRIDGE)
    for table, chain, *rule in _RULES:
        marked = ("-m", "comment", "--comment", _MARK)
        run("iptables", "-w", "-t", table, "-I", chain, *rule, *marked)


def remove_network() -> None:
    """Take away the bridges, with their routes, and every rule of ours."""
    for bridge in (NODE_BRIDGE, POD_BRIDGE):
        if succeeds("ip", "link", "show", bridge):
            run("ip", "link", "delete", bridge)
    for family in ("iptables", "ip6tables"):
        if shutil.which(f"{family}-save", path=environment()["PATH"]):
            without = _without_ours(run(f"{family}-save"))
            run(f"{family}-restore", "-w", "--noflush", given=without)


def require_no_other() -> None:
    """Raise ClusterError where `down` would take away another Kubernetes' rules."""
    if f":{_KUBERNETES}" in run("iptables-save"):
        raise ClusterError(
            f"iptables has chains {_KUBERNETES}*, so another Kubernetes runs on this "
            "machine or left them; stop it and remove them, or restart the machine"
        )


def _without_ours(saved: str) -> str:
    """What takes our rules from those that `iptables-save` wrote, and nothing else."""
    changes: list[str] = []
    chains: list[str] = []
    for line in saved.splitlines():
        if line.startswith("*"):
            changes.append(line)
        elif line.startswith(f":{_KUBERNETES}"):
            chains.append(line[1:].split()[0])
        elif line.startswith(f"-A {_KUBERNETES}"):
            continue
        elif line.startswith("-A") and (_MARK in line or _KUBERNETES in line):
            changes.append(line.replace("-A", "-D", 1))
        elif line == "COMMIT":
            changes += [f"-F {chain}" for chain in chains]
            changes += [f"-X {chain}" for chain in chains]
            changes.append(line)
            chains.clear()
    return "\n".join([*changes, ""])

"""What a node leaves on a machine when its processes are gone."""

from contextlib import suppress
from pathlib import Path

from .addresses import NETWORK
from .cluster import Cluster
from .execution import ClusterError, run
from .processes import end

_DEVICES = Path("/var/lib/kubelet/device-plugins")
_NETWORK_RESULTS = Path("/var/lib/cni/results")
_POD_LOGS = Path("/var/log/containers")
_SHIM = "containerd-shim-runc-v2"


def end_shims(cluster: Cluster) -> None:
    """The runtime's watchers, one a pod, which outlive it; and their sockets."""
    socket = str(cluster.socket)
    shims: set[int] = set()
    for file in Path("/proc").glob("[0-9]*/cmdline"):
        with suppress(OSError):
            words = file.read_bytes().decode(errors="replace").split("\0")
            if Path(words[0]).name == _SHIM and socket in words:
                shims.add(int(file.parent.name))
    end(shims)
    bundles = cluster.run_dir / "containerd/state/io.containerd.runtime.v2.task"
    for address in bundles.glob("*/*/address"):
        Path(address.read_text().removeprefix("unix://")).unlink(missing_ok=True)


def unmount(cluster: Cluster) -> None:
    """Whatever is mounted below the run folder, so that removing it reaches no more."""
    for folder in _mounted(cluster):
        run("umount", "--lazy", folder)
    if left := _mounted(cluster):
        raise ClusterError(f"{left[0]} stays mounted")


def remove_files(cluster: Cluster) -> None:
    """What the kubelet and the network's plugins keep in places of their own choice."""
    for link in _POD_LOGS.glob("*.log"):
        if link.is_symlink() and link.readlink().is_relative_to(cluster.run_dir):
            link.unlink()
    for result in _NETWORK_RESULTS.glob(f"{NETWORK}-*-eth0"):
        pod = result.name.removeprefix(f"{NETWORK}-").removesuffix("-eth0")
        (_NETWORK_RESULTS / f"cni-loopback-{pod}-lo").unlink(missing_ok=True)
        result.unlink()
    for name in ("kubelet.sock", "kubelet_internal_checkpoint"):
        (_DEVICES / name).unlink(missing_ok=True)
    for folder in (_POD_LOGS, _NETWORK_RESULTS, _DEVICES):
        for each in (folder, folder.parent):
            with suppress(OSError):
                each.rmdir()


def _mounted(cluster: Cluster) -> list[str]:
    """The latest mount first."""
    lines = Path("/proc/self/mounts").read_text().splitlines()
    # Blanks in a path are written as octal escapes.
    points = [
        line.split()[1].encode().decode("unicode_escape") for line in reversed(lines)
    ]
    return [point for point in points if Path(point).is_relative_to(cluster.run_dir)]

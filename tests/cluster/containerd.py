"""The container runtime: Debian's containerd, with state and images of its own."""

import json
from pathlib import Path

from .addresses import NETWORK, POD_BRIDGE, PODS
from .cluster import Cluster
from .execution import run, succeeds
from .packages import CNI_PLUGINS
from .pause_image import PAUSE, write_pause_image

# They look for what few machines have, or write outside the cluster's folder.
_DISABLED = (
    "io.containerd.internal.v1.opt",
    "io.containerd.internal.v1.tracing",
    "io.containerd.snapshotter.v1.aufs",
    "io.containerd.snapshotter.v1.btrfs",
    "io.containerd.snapshotter.v1.devmapper",
    "io.containerd.snapshotter.v1.zfs",
    "io.containerd.tracing.processor.v1.otlp",
)


def start_containerd(cluster: Cluster) -> None:
    """Start containerd and hand it the pause image."""
    folder = cluster.run_dir
    (folder / "containerd.toml").write_text(_config(cluster))
    (folder / "certs.d").mkdir(exist_ok=True)
    _write_network(folder / "cni")
    configuration = folder / "containerd.toml"
    cluster.processes.start("containerd", "containerd", "--config", configuration)
    ctr = ("ctr", "--address", cluster.socket, "--namespace", "k8s.io")
    cluster.processes.wait("containerd", lambda: succeeds(*ctr, "version"))
    archive = folder / "pause.tar"
    write_pause_image(cluster.bin_dir / "pause", archive)
    run(*ctr, "images", "import", archive)


def _config(cluster: Cluster) -> str:
    state = cluster.run_dir / "containerd"
    return f"""
version = 2
root = "{state / "root"}"
state = "{state / "state"}"
disabled_plugins = {json.dumps(_DISABLED)}
[grpc]
address = "{cluster.socket}"
[ttrpc]
address = "{cluster.socket}.ttrpc"
[plugins."io.containerd.grpc.v1.cri"]
sandbox_image = "{PAUSE}"
restrict_oom_score_adj = true
netns_mounts_under_state_dir = true
[plugins."io.containerd.grpc.v1.cri".cni]
bin_dir = "{CNI_PLUGINS}"
conf_dir = "{cluster.run_dir / "cni"}"
[plugins."io.containerd.grpc.v1.cri".containerd]
snapshotter = "overlayfs"
default_runtime_name = "runc"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[plugins."io.containerd.grpc.v1.cri".containerd.runtimes.runc.options]
Root = "{state / "runc"}"
SystemdCgroup = false
[plugins."io.containerd.grpc.v1.cri".registry]
config_path = "{cluster.run_dir / "certs.d"}"
"""


def _write_network(folder: Path) -> None:
    """
    A bridge for pods, and nothing that writes firewall rules of its own.

    Those would stay behind when a pod ends without the runtime, as on `kill -9`.
    """
    bridge = {
        "type": "bridge",
        "bridge": POD_BRIDGE,
        "isGateway": True,
        "hairpinMode": True,
        "ipam": {
            "type": "host-local",
            "dataDir": str(folder / "addresses"),
            "ranges": [[{"subnet": PODS}]],
            "routes": [{"dst": "0.0.0.0/0"}],
        },
    }
    network = {"cniVersion": "0.4.0", "name": NETWORK, "plugins": [bridge]}
    folder.mkdir(exist_ok=True)
    (folder / f"{NETWORK}.conflist").write_text(json.dumps(network, indent=2))

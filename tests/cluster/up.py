"""`up`: from a bare machine to a cluster that answers, step by step."""

import time
from collections.abc import Callable

from .binaries import build_binaries
from .cluster import Cluster
from .containerd import start_containerd
from .control_plane import start_api_server, start_controllers, start_etcd
from .crds import build_crds, install_crds
from .down import take_down
from .execution import require_root
from .identities import write_identities
from .kernel import prepare_kernel
from .lock import locked
from .metrics_server import start_metrics_server
from .network import lay_network, require_no_other
from .node import start_node
from .packages import require_packages

Say = Callable[[str], None]
_STEPS: tuple[tuple[str, Callable[[Cluster], None]], ...] = (
    ("kernel settings", prepare_kernel),
    ("network", lay_network),
    ("identities", write_identities),
    ("etcd", start_etcd),
    ("API server", start_api_server),
    ("controllers", start_controllers),
    ("containerd", start_containerd),
    ("node", start_node),
    ("metrics-server", start_metrics_server),
    ("resource definitions", install_crds),
)


def up(cluster: Cluster, say: Say) -> None:
    """
    Bring the cluster up, or find it up; the path of the kubeconfig is said last.

    Whatever a failure or Ctrl-C has left half done is taken down again.
    """
    require_root()
    with locked(cluster):
        if cluster.is_up():
            say("the cluster is up already")
        else:
            take_down(cluster)
            _prepare(cluster, say)
            try:
                _start(cluster, say)
            except BaseException:
                take_down(cluster)
                raise
    say(str(cluster.kubeconfig))


def build(cluster: Cluster, say: Say) -> None:
    """Build what `up` would build."""
    with locked(cluster):
        build_binaries(cluster, say)
        build_crds(cluster, say)


def _prepare(cluster: Cluster, say: Say) -> None:
    started = time.monotonic()
    require_packages(cluster)
    require_no_other()
    say(f"{time.monotonic() - started:6.1f} s  Debian packages")
    build_binaries(cluster, say)
    build_crds(cluster, say)


def _start(cluster: Cluster, say: Say) -> None:
    cluster.run_dir.mkdir(mode=0o711)
    for name, act in _STEPS:
        started = time.monotonic()
        act(cluster)
        say(f"{time.monotonic() - started:6.1f} s  {name}")
    cluster.completed.touch()

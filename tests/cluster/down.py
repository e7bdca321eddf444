"""`down`: the machine as it was before `up`, whatever has died in between."""

import shutil
from collections.abc import Callable

from .cgroups import empty_cgroup, remove_cgroup
from .cluster import Cluster
from .execution import require_root
from .kernel import restore_kernel
from .leftovers import end_shims, remove_files, unmount
from .lock import locked
from .network import remove_network


def down(cluster: Cluster, say: Callable[[str], None]) -> None:
    """Take the cluster down; what was built is kept."""
    require_root()
    with locked(cluster):
        took = take_down(cluster)
    say("the cluster is down" if took else "the cluster was not up")


def take_down(cluster: Cluster) -> bool:
    """
    End every process at once, then remove what they made; whether there was any.

    Nothing is asked to end by itself: that all parts still work is not to be relied on.
    The run folder goes last, so that a `down` which failed can be run again.
    """
    if not cluster.run_dir.exists():
        return False
    cluster.processes.kill()
    empty_cgroup()
    end_shims(cluster)
    remove_network()
    unmount(cluster)
    remove_cgroup()
    remove_files(cluster)
    restore_kernel(cluster)
    shutil.rmtree(cluster.run_dir)
    return True

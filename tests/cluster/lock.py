"""One `up`, `down` or `build` at a time: another one waits for its turn."""

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager

from .cluster import Cluster


@contextmanager
def locked(cluster: Cluster) -> Iterator[None]:
    """The home, held; a process that ends lets it go."""
    cluster.home.mkdir(parents=True, exist_ok=True)
    with (cluster.home / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield

"""Resource definitions of the Prometheus operator, from the Go types it publishes."""

import shutil
import time
from collections.abc import Callable
from pathlib import Path

from .cluster import Cluster
from .go_module import GoModule

_MODULE = GoModule("crds")
_TYPES = "github.com/prometheus-operator/prometheus-operator/pkg/apis/monitoring/v1"
_GROUP = "monitoring.coreos.com"
_PLURALS = ("podmonitors", "prometheusrules", "servicemonitors")


def build_crds(cluster: Cluster, say: Callable[[str], None]) -> None:
    """Generate them as the operator's own build does, unless this pin's are there."""
    folder = _folder(cluster)
    if folder.exists():
        return
    started = time.monotonic()
    shutil.rmtree(folder.parent, ignore_errors=True)
    unfinished = folder.with_suffix(".unfinished")
    unfinished.mkdir(parents=True)
    generate = ("tool", "controller-gen", "crd", f"paths={_TYPES}")
    _MODULE.go(cluster.home, *generate, f"output:crd:dir={unfinished}")
    unfinished.rename(folder)
    say(f"{time.monotonic() - started:6.1f} s  generated resource definitions")


def install_crds(cluster: Cluster) -> None:
    """Let the API server know the definitions; nothing acts on such resources."""
    files = [_folder(cluster) / f"{_GROUP}_{plural}.yaml" for plural in _PLURALS]
    named = [f"--filename={file}" for file in files]
    cluster.kubectl("apply", "--server-side", *named)
    established = ("wait", "--for=condition=Established", "--timeout=30s")
    cluster.kubectl(*established, *(f"crd/{plural}.{_GROUP}" for plural in _PLURALS))


def _folder(cluster: Cluster) -> Path:
    return cluster.home / "crds" / _MODULE.pin[:12]

"""The control group that holds all pods of this cluster, and nothing else."""

import time
from contextlib import suppress
from pathlib import Path

from .execution import ClusterError
from .processes import end

CGROUP = "slipway-cluster"
_ROOT = Path("/sys/fs/cgroup")
_EMPTYING_S = 10


def make_cgroup() -> None:
    """Make it in every hierarchy; the kubelet wants it before it starts."""
    for root in _hierarchies():
        if (root / "cgroup.controllers").exists():
            _delegate(root)
        (root / CGROUP).mkdir(exist_ok=True)


def empty_cgroup() -> None:
    """Kill what is in it, however deep."""
    deadline = time.monotonic() + _EMPTYING_S
    while left := {pid for folder in _folders() for pid in _members(folder)}:
        if time.monotonic() > deadline:
            raise ClusterError(f"the pods' processes {sorted(left)} do not end")
        end(left)


def remove_cgroup() -> None:
    """Remove it, which the kernel refuses for a moment after its last process."""
    deadline = time.monotonic() + _EMPTYING_S
    while folders := _folders():
        for folder in folders:
            with suppress(OSError):
                folder.rmdir()
        if time.monotonic() > deadline:
            raise ClusterError(f"the control group {folders[-1]} cannot be removed")


def _hierarchies() -> list[Path]:
    """One of version 2, or several of version 1."""
    if (_ROOT / "cgroup.procs").exists():
        return [_ROOT]
    return [each for each in _ROOT.iterdir() if (each / "cgroup.procs").exists()]


def _delegate(root: Path) -> None:
    """Version 2: a group has the controllers that its parent hands on."""
    for controller in (root / "cgroup.controllers").read_text().split():
        with suppress(OSError):
            (root / "cgroup.subtree_control").write_text(f"+{controller}")


def _folders() -> list[Path]:
    """Each group in it, inner ones first."""
    tops = [root / CGROUP for root in _hierarchies() if (root / CGROUP).is_dir()]
    inner = [each for top in tops for each in top.rglob("*") if each.is_dir()]
    return [*sorted(inner, reverse=True), *tops]


def _members(folder: Path) -> list[int]:
    try:
        return [int(pid) for pid in (folder / "cgroup.procs").read_text().split()]
    except OSError:
        return []

"""How many processors this container may use."""

import os
from pathlib import Path


def usable_cpus(cgroup: Path = Path("/sys/fs/cgroup")) -> int:
    """
    Whole processors within the container's limit, at least one.

    onnxruntime would otherwise size its pool from the host and be throttled.
    """
    present = len(os.sched_getaffinity(0))
    limit = _version_2(cgroup) or _version_1(cgroup)
    return max(1, min(present, int(limit))) if limit else present


def _version_2(cgroup: Path) -> float | None:
    quota, _, period = _text(cgroup / "cpu.max").partition(" ")
    return int(quota) / int(period) if quota.isdigit() and period else None


def _version_1(cgroup: Path) -> float | None:
    quota = _text(cgroup / "cpu" / "cpu.cfs_quota_us")
    period = _text(cgroup / "cpu" / "cpu.cfs_period_us")
    return int(quota) / int(period) if quota.isdigit() and period else None


def _text(path: Path) -> str:
    try:
        return path.read_text().strip()
    except OSError:
        return ""

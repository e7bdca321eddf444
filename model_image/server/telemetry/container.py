"""What this container uses of processor and memory, and what it may use."""

from collections.abc import Callable, Iterator
from pathlib import Path

from prometheus_client import Metric

from . import families

_NANOSECONDS, _MICROSECONDS = 1e9, 1e6
# Version 1 writes the largest multiple of a page that fits where nothing is limited.
_NO_LIMIT = 1 << 62


class Container:
    """
    Its own control group, of either version; read when asked, absent where unreadable.

    `membership` says where below `root` the group is. In a container that place is
    often not there, as the container sees its own group in place of the root.
    """

    def __init__(
        self,
        root: Path = Path("/sys/fs/cgroup"),
        membership: Path = Path("/proc/self/cgroup"),
    ) -> None:
        places = _places(membership)
        if (root / "cgroup.controllers").exists():
            self._readings = _version_2(_own(root, places.get("", "/")))
        else:
            groups = {
                name: _own(root / name, places.get(name, "/"))
                for name in ("cpu", "cpuacct", "memory")
            }
            self._readings = _version_1(**groups)

    def collect(self) -> Iterator[Metric]:
        """What can be read at this moment, as metrics."""
        for (name, text), value in self._read():
            kind = families.counter if name.endswith("seconds") else families.gauge
            yield kind(f"slipway_container_{name}", text, (), {(): value})

    def readings(self) -> dict[str, float]:
        """The same by name alone."""
        return {name: value for (name, _), value in self._read()}

    def _read(self) -> Iterator[tuple[tuple[str, str], float]]:
        for named, read in self._readings.items():
            try:
                value = read()
            except (OSError, ValueError, KeyError, ZeroDivisionError):
                continue
            if value < _NO_LIMIT:
                yield named, value


_Readings = dict[tuple[str, str], Callable[[], float]]

_CPU = "cpu_seconds", "Processor time used by the container."
_THROTTLED = "cpu_throttled_seconds", "Time it was held up by its processor limit."
_CPU_LIMIT = "cpu_limit_cores", "Processors it may use, where limited."
_MEMORY = "memory_bytes", "Memory in use, the page cache included."
_WORKING_SET = (
    "memory_working_set_bytes",
    "Memory in use that cannot be given back at once; at the limit it is killed.",
)
_MEMORY_LIMIT = "memory_limit_bytes", "Memory it may use, where limited."


def _version_2(own: Path) -> _Readings:
    def cpu_limit() -> float:
        quota, period = (own / "cpu.max").read_text().split()
        return int(quota) / int(period)

    stat = own / "cpu.stat"
    return {
        _CPU: lambda: _field(stat, "usage_usec") / _MICROSECONDS,
        _THROTTLED: lambda: _field(stat, "throttled_usec") / _MICROSECONDS,
        _CPU_LIMIT: cpu_limit,
        _MEMORY: lambda: _number(own / "memory.current"),
        _WORKING_SET: lambda: max(
            0,
            _number(own / "memory.current")
            - _field(own / "memory.stat", "inactive_file"),
        ),
        _MEMORY_LIMIT: lambda: _number(own / "memory.max"),
    }


def _version_1(cpu: Path, cpuacct: Path, memory: Path) -> _Readings:
    def cpu_limit() -> float:
        quota = _number(cpu / "cpu.cfs_quota_us")
        if quota < 0:
            raise ValueError("no limit")
        return quota / _number(cpu / "cpu.cfs_period_us")

    return {
        _CPU: lambda: _number(cpuacct / "cpuacct.usage") / _NANOSECONDS,
        _THROTTLED: lambda: _field(cpu / "cpu.stat", "throttled_time") / _NANOSECONDS,
        _CPU_LIMIT: cpu_limit,
        _MEMORY: lambda: _number(memory / "memory.usage_in_bytes"),
        _WORKING_SET: lambda: max(
            0,
            _number(memory / "memory.usage_in_bytes")
            - _field(memory / "memory.stat", "total_inactive_file"),
        ),
        _MEMORY_LIMIT: lambda: _number(memory / "memory.limit_in_bytes"),
    }


def _places(membership: Path) -> dict[str, str]:
    """The path of this process's group by controller; "" is version 2."""
    try:
        lines = membership.read_text().splitlines()
    except OSError:
        return {}
    parts = [line.split(":", 2) for line in lines if line.count(":") >= 2]
    return {name: path for _, names, path in parts for name in names.split(",")}


def _own(root: Path, path: str) -> Path:
    own = root / path.lstrip("/")
    return own if own.is_dir() else root


def _number(path: Path) -> int:
    return int(path.read_text())


def _field(path: Path, name: str) -> int:
    return int(dict(line.split() for line in path.read_text().splitlines())[name])

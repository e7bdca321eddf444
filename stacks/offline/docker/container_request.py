"""What is asked of Docker for a container with given inputs."""

from collections.abc import Callable
from typing import Any

from .shapes import labels, nanoseconds, only

_MB = 1024 * 1024
_AS_IT_IS = """
    image Image, command Cmd, entrypoints Entrypoint, envs Env, hostname Hostname,
    user User, workingDir WorkingDir, stopSignal StopSignal, stopTimeout StopTimeout,
    init HostConfig.Init, networkMode HostConfig.NetworkMode, rm HostConfig.AutoRemove,
    readOnly HostConfig.ReadonlyRootfs, securityOpts HostConfig.SecurityOpt,
    tmpfs HostConfig.Tmpfs, logDriver HostConfig.LogConfig.Type,
    logOpts HostConfig.LogConfig.Config, restart HostConfig.RestartPolicy.Name,
    maxRetryCount HostConfig.RestartPolicy.MaximumRetryCount
"""


def request(inputs: dict[str, Any]) -> dict[str, Any]:
    """The body of the request that creates the container."""
    body: dict[str, Any] = {}
    for name, place, shape in _PLACES:
        if name in inputs:
            *folders, last = place.split(".")
            target = body
            for folder in folders:
                target = target.setdefault(folder, {})
            target[last] = shape(inputs[name])
    return body


def _same(value: Any) -> Any:
    return value


def _bytes(megabytes: int) -> int:
    return megabytes * _MB if megabytes > 0 else megabytes


def _healthcheck(check: dict[str, Any]) -> dict[str, Any]:
    only([check], "tests", "interval", "timeout", "startPeriod", "retries")
    return {
        "Test": check["tests"],
        "Interval": nanoseconds(check.get("interval", "0s")),
        "Timeout": nanoseconds(check.get("timeout", "0s")),
        "StartPeriod": nanoseconds(check.get("startPeriod", "0s")),
        "Retries": check.get("retries", 0),
    }


def _exposed(ports: list[dict[str, Any]]) -> dict[str, Any]:
    return {_port(port): {} for port in ports}


def _bindings(ports: list[dict[str, Any]]) -> dict[str, Any]:
    bindings: dict[str, Any] = {}
    for port in only(ports, "internal", "external", "ip", "protocol"):
        outside = str(port.get("external", ""))
        bound = {"HostIp": port.get("ip", "0.0.0.0"), "HostPort": outside}
        bindings.setdefault(_port(port), []).append(bound)
    return bindings


def _port(port: dict[str, Any]) -> str:
    return f"{port['internal']}/{port.get('protocol', 'tcp')}"


def _binds(volumes: list[dict[str, Any]]) -> list[str]:
    binds = []
    bound = [one for one in volumes if "volumeName" in one or "hostPath" in one]
    for volume in only(bound, "containerPath", "volumeName", "hostPath", "readOnly"):
        source = volume.get("volumeName") or volume["hostPath"]
        mode = "ro" if volume.get("readOnly") else "rw"
        binds.append(f"{source}:{volume['containerPath']}:{mode}")
    return binds


def _lent(volumes: list[dict[str, Any]]) -> list[str]:
    """Those of another container."""
    lent = [one for one in volumes if "fromContainer" in one]
    return [one["fromContainer"] for one in only(lent, "fromContainer")]


def _anonymous(volumes: list[dict[str, Any]]) -> dict[str, Any]:
    """Those without a name, which belong to the container alone."""
    named = {"volumeName", "hostPath", "fromContainer"}
    unnamed = [one for one in volumes if not one.keys() & named]
    return {one["containerPath"]: {} for one in only(unnamed, "containerPath")}


def _mounts(mounts: list[dict[str, Any]]) -> list[dict[str, Any]]:
    shape = _capitalised("target", "type", "source", "readOnly", "tmpfsOptions")
    options = _capitalised("sizeBytes", "mode")
    asked = shape(mounts)
    for mount in asked:
        if "TmpfsOptions" in mount:
            mount["TmpfsOptions"] = options([mount["TmpfsOptions"]])[0]
    return asked


def _capitalised(*known: str) -> Callable[[Any], Any]:
    """The shape of what differs from Docker's own only in the first letters."""
    return lambda items: [
        {key[0].upper() + key[1:]: value for key, value in item.items()}
        for item in only(items, *known)
    ]


def _part(key: str) -> Callable[[Any], Any]:
    return lambda value: only([value], "adds", "drops")[0].get(key, [])


_PLACES: list[tuple[str, str, Callable[[Any], Any]]] = [
    *((name, place, _same) for name, place in map(str.split, _AS_IT_IS.split(","))),
    ("capabilities", "HostConfig.CapAdd", _part("adds")),
    ("capabilities", "HostConfig.CapDrop", _part("drops")),
    ("cpus", "HostConfig.NanoCpus", lambda cpus: round(float(cpus) * 1e9)),
    ("healthcheck", "Healthcheck", _healthcheck),
    ("labels", "Labels", labels),
    ("memory", "HostConfig.Memory", _bytes),
    ("memorySwap", "HostConfig.MemorySwap", _bytes),
    ("mounts", "HostConfig.Mounts", _mounts),
    ("ports", "ExposedPorts", _exposed),
    ("ports", "HostConfig.PortBindings", _bindings),
    ("ulimits", "HostConfig.Ulimits", _capitalised("name", "soft", "hard")),
    ("volumes", "HostConfig.Binds", _binds),
    ("volumes", "HostConfig.VolumesFrom", _lent),
    ("volumes", "Volumes", _anonymous),
]
PROPERTIES = frozenset(name for name, _, _ in _PLACES)
"""Every property that shows in a request."""

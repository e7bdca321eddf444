"""What is asked of Docker for a container with given inputs."""

from collections.abc import Callable
from typing import Any

from .shapes import labels, nanoseconds, only

_MB = 1024 * 1024
Shape = Callable[[Any], Any]


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


def _bind(volume: dict[str, Any]) -> str:
    only([volume], "containerPath", "volumeName", "hostPath", "readOnly")
    source = volume.get("volumeName") or volume["hostPath"]
    return f"{source}:{volume['containerPath']}:{_mode(volume)}"


def _mode(volume: dict[str, Any]) -> str:
    return "ro" if volume.get("readOnly") else "rw"


def _mount(mount: dict[str, Any]) -> dict[str, Any]:
    only([mount], "target", "type", "source", "readOnly", "tmpfsOptions")
    asked = {
        "Target": mount["target"],
        "Type": mount["type"],
        "Source": mount.get("source", ""),
        "ReadOnly": mount.get("readOnly", False),
    }
    for options in only([mount.get("tmpfsOptions", {})], "sizeBytes", "mode"):
        names = {"sizeBytes": "SizeBytes", "mode": "Mode"}
        asked["TmpfsOptions"] = {names[key]: options[key] for key in options}
    return asked


def _each(shape: Shape) -> Shape:
    return lambda items: [shape(item) for item in items]


def _key(key: str) -> Shape:
    return lambda value: only([value], "adds", "drops")[0].get(key, [])


def _ulimit(limit: dict[str, Any]) -> dict[str, Any]:
    only([limit], "name", "soft", "hard")
    return {"Name": limit["name"], "Soft": limit["soft"], "Hard": limit["hard"]}


def _host(host: dict[str, str]) -> str:
    only([host], "host", "ip")
    return f"{host['host']}:{host['ip']}"


_PLACES: tuple[tuple[str, str, Shape], ...] = (
    ("image", "Image", _same),
    ("command", "Cmd", _same),
    ("entrypoints", "Entrypoint", _same),
    ("envs", "Env", _same),
    ("labels", "Labels", labels),
    ("hostname", "Hostname", _same),
    ("user", "User", _same),
    ("workingDir", "WorkingDir", _same),
    ("healthcheck", "Healthcheck", _healthcheck),
    ("stopSignal", "StopSignal", _same),
    ("stopTimeout", "StopTimeout", _same),
    ("tty", "Tty", _same),
    ("ports", "ExposedPorts", _exposed),
    ("ports", "HostConfig.PortBindings", _bindings),
    ("capabilities", "HostConfig.CapAdd", _key("adds")),
    ("capabilities", "HostConfig.CapDrop", _key("drops")),
    ("cpus", "HostConfig.NanoCpus", lambda cpus: round(float(cpus) * 1e9)),
    ("cpuShares", "HostConfig.CpuShares", _same),
    ("cpuSet", "HostConfig.CpusetCpus", _same),
    ("memory", "HostConfig.Memory", _bytes),
    ("memoryReservation", "HostConfig.MemoryReservation", _bytes),
    ("memorySwap", "HostConfig.MemorySwap", _bytes),
    ("shmSize", "HostConfig.ShmSize", _bytes),
    ("groupAdds", "HostConfig.GroupAdd", _same),
    ("hosts", "HostConfig.ExtraHosts", _each(_host)),
    ("init", "HostConfig.Init", _same),
    ("logDriver", "HostConfig.LogConfig.Type", _same),
    ("logOpts", "HostConfig.LogConfig.Config", _same),
    ("mounts", "HostConfig.Mounts", _each(_mount)),
    ("networkMode", "HostConfig.NetworkMode", _same),
    ("readOnly", "HostConfig.ReadonlyRootfs", _same),
    ("restart", "HostConfig.RestartPolicy.Name", _same),
    ("maxRetryCount", "HostConfig.RestartPolicy.MaximumRetryCount", _same),
    ("rm", "HostConfig.AutoRemove", _same),
    ("securityOpts", "HostConfig.SecurityOpt", _same),
    ("sysctls", "HostConfig.Sysctls", _same),
    ("tmpfs", "HostConfig.Tmpfs", _same),
    ("ulimits", "HostConfig.Ulimits", _each(_ulimit)),
    ("volumes", "HostConfig.Binds", _each(_bind)),
)
PROPERTIES = frozenset(name for name, _, _ in _PLACES)
"""Every property that shows in a request."""

"""What Cloud Run has, and how long it waits."""

from collections.abc import Iterator
from math import ceil
from typing import TYPE_CHECKING

from .service import HealthSettings

if TYPE_CHECKING:
    from .stack import StackSettings

_MEMORY = {1: (512, 4096), 2: (512, 8192), 4: (2048, 16_384)} | {
    6: (4096, 24_576),
    8: (4096, 32_768),
}
"""
MiB by processors, least and most: "Memory limits" and "CPU limits" in Cloud Run's docs.
Less than 512 is for the first generation of its environment, which has a part of a
processor too.
"""
_PART = (0.08, 1)
_STOPS_S = 10
"""After how long Cloud Run kills what it asked to stop; no setting of it is longer."""
_STARTS_S = 240
"""How long its probe waits for a start: "Configure startup probes" in its docs."""


def start_probe(health: HealthSettings) -> tuple[int, int]:
    """How it is told of the time to start: steps of seconds, and their number."""
    step_s = ceil(health.timeout_s)
    return step_s, ceil(health.startup_s / step_s)


def sizes(stack: "StackSettings", concurrency: int) -> Iterator[str]:
    """What a copy or a task asks for, and no instance has."""
    service = stack.service
    if service.cpu < 1 and concurrency != 1:
        yield (
            f"slipway:service.cpu is {service.cpu:g}; with less than 1 Cloud Run wants "
            "platform.concurrency: 1"
        )
    yield from _pair("service", service.cpu, service.memory_mb)
    for one in stack.batch:
        cpu = one.cpu or service.cpu
        if cpu < 1:
            yield f"slipway:batch {one.name}: cpu is {cpu:g}; a job has 1 at least"
            continue
        yield from _pair(f"batch {one.name}", cpu, one.memory_mb or service.memory_mb)


def _pair(where: str, cpu: float, memory_mb: int) -> Iterator[str]:
    least, most = _PART
    if least <= cpu < most:
        low, high = 128, 512 if cpu < 0.5 else 1024
    elif cpu in _MEMORY:
        low, high = _MEMORY[int(cpu)]
    else:
        known = ", ".join(map(str, _MEMORY))
        yield f"slipway:{where}: cpu is {cpu:g}; Cloud Run has {known}, or 0.08 to 1"
        return
    if not low <= memory_mb <= high:
        yield (
            f"slipway:{where}: memory_mb is {memory_mb}; beside cpu {cpu:g} Cloud Run "
            f"has {low} to {high}"
        )


def times(stack: "StackSettings") -> Iterator[str]:
    """What would take longer than Cloud Run waits."""
    service = stack.service
    if service.drain_s >= _STOPS_S:
        yield (
            f"slipway:service.drain_s is {service.drain_s:g}; Cloud Run kills after "
            f"{_STOPS_S} s"
        )
    if "stop_s" in service.model_fields_set and service.stop_s > _STOPS_S:
        yield (
            f"slipway:service.stop_s is {service.stop_s}; Cloud Run kills after "
            f"{_STOPS_S} s, whatever is set"
        )
    step_s, steps = start_probe(service.health)
    if step_s * steps > _STARTS_S:
        yield (
            f"slipway:service.health.startup_s is {service.health.startup_s:g}, and "
            f"{step_s * steps} in whole steps of its timeout_s; Cloud Run waits "
            f"{_STARTS_S} s at most"
        )
    for one in stack.batch:
        if one.retries > 10:
            yield f"slipway:batch {one.name}: retries is {one.retries}; 10 at most"
        if one.deadline_s > 168 * 3600:
            yield f"slipway:batch {one.name}: deadline_s is over a week"

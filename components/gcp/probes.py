"""When Cloud Run holds a copy for started, ready and alive."""

from math import ceil
from typing import Any

from stacks.settings.cloud_run import start_probe
from stacks.settings.service import HealthSettings

PORT = 8080


def startup(health: HealthSettings) -> Any:
    """Whether a copy has started, asked until it has had its time."""
    every_s, times = start_probe(health)
    return _probe("startup", health, every_s, times)


def repeated(about: str, health: HealthSettings) -> Any:
    """Whether it is ready, or alive; not asked again before it may have failed."""
    every_s = ceil(max(health.interval_s, health.timeout_s))
    return _probe(about, health, every_s, health.retries)


def _probe(about: str, health: HealthSettings, every_s: int, times: int) -> Any:
    return {
        "http_get": {"path": f"/v2/health/{about}", "port": PORT},
        "period_seconds": every_s,
        "timeout_seconds": ceil(health.timeout_s),
        "failure_threshold": times,
    }

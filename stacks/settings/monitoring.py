"""What counts as healthy, and who is told when it is not."""

from typing import Annotated

from pydantic import Field, PositiveFloat

from .notify import Notify
from .port import Port
from .section import Section

Share = Annotated[float, Field(gt=0, le=1)]
Seconds = Annotated[float, Field(gt=0, le=86_400)]


_ONE_MACHINES = {
    "alertmanager_port",
    "grafana",
    "interval_s",
    "notify",
    "retention_days",
    "retention_mb",
}


class Thresholds(Section):
    """Beyond which values of a service somebody is told."""

    p99_ms: PositiveFloat | None = None
    """
    The 99th percentile of an answer. By default, what a request of the size seen may
    take: twenty times what the model itself took for a row at warm-up, and 0.1 s more.
    """
    error_rate: Share = 0.01
    """Answers that are our fault, as a share of all."""
    reject_rate: Share = 0.05
    """Requests refused because of what is in them, as a share of all."""
    overload_rate: Share = 0.01
    """Requests refused because there is too much to do, as a share of all."""
    data_drift_psi: PositiveFloat = 0.2
    """Population stability index of a feature or an output against training."""
    memory_share: Share = 0.9
    """Memory in use, as a share of the limit."""
    throttled_share: Share = 0.25
    """Time in which the processor limit held a replica up."""
    restarts: Annotated[int, Field(ge=1, le=100)] = 3
    """Starts of a replica in `restarts_window_s`."""
    restarts_window_s: Seconds = 900
    stale_days: PositiveFloat = 7
    """How long the stack may run another version than its upstream."""
    requests: Annotated[int, Field(ge=1)] = 20
    """Requests in `window_s` below which no rate of them says anything."""
    window_s: Seconds = 300
    """Over which rates are taken."""
    patience_s: Annotated[float, Field(ge=0, le=86_400)] = 30
    """How long something is wrong before somebody is told."""


class Grafana(Section):
    """A Grafana beside Prometheus, from an image of your own registry or Docker Hub."""

    image: Annotated[str, Field(pattern=r"^\S+@sha256:[0-9a-f]{64}$")]
    """By digest."""
    port: Port = 3000


class MonitoringSettings(Section):
    """How a stack is watched; on one machine the shared stack's Prometheus does it."""

    port: Port | None = None
    """
    Where Prometheus is on this machine's loopback: the shared stack's own, and what
    every stack names that is watched by it. Without it nobody watches.
    """
    prometheus: Annotated[str, Field(pattern=r"^https?://[^\s]+$")] | None = None
    """Its address instead, as gates reach it from here: `http://127.0.0.1:9090`."""
    alertmanager_port: Port = 9093
    """shared only: where alerts are silenced."""
    interval_s: Annotated[float, Field(ge=1, le=300)] = 15
    """
    Between two looks at every service: the shared stack's on one machine, of its own
    for each service of a cluster.
    """
    retention_days: Annotated[int, Field(ge=1, le=3650)] = 15
    retention_mb: Annotated[int, Field(ge=64, le=1_048_576)] = 1024
    """shared only: whatever comes first ends the history."""
    grafana: Grafana | None = None
    """shared only: where its image can be had."""
    notify: tuple[Notify, ...] = ()
    """shared only: whom alerts reach."""
    runbooks: str = "docs/runbooks"
    """
    What stands before `/down.md` in an alert's link, such as your repository's; on one
    machine the shared stack's says it for all.
    """
    thresholds: Thresholds = Thresholds()

    @property
    def one_machines(self) -> set[str]:
        """The keys that were given and belong to the shared stack of one machine."""
        return _ONE_MACHINES & self.model_fields_set

    @property
    def address(self) -> str | None:
        """Prometheus, as it is reached from here; None where nobody watches."""
        here = f"http://127.0.0.1:{self.port}" if self.port else None
        return self.prometheus or here

"""What the answers depend on: the model and where the server is in its life."""

from dataclasses import dataclass
from enum import Enum

from .inference import Runner
from .manifest import Manifest
from .metrics import Metrics
from .refusal import Refusal


class State(Enum):
    """Where the server is in its life."""

    STARTING = "starting"
    READY = "ready"
    DRAINING = "draining"


@dataclass
class Service:
    """One model being served; `runner` is there once the model is loaded."""

    manifest: Manifest
    metrics: Metrics
    state: State = State.STARTING
    runner: Runner | None = None

    def __post_init__(self) -> None:
        self.metrics.ready.set_function(lambda: self.ready)
        self.metrics.waiting = lambda: self.runner.waiting if self.runner else 0

    @property
    def running(self) -> Runner:
        """The model, which also answers while the server drains."""
        if self.runner is None:
            raise Refusal(503, f"the model is not ready: {self.state.value}")
        return self.runner

    @property
    def live(self) -> bool:
        """Whether waiting still makes sense: no run of the model is stuck."""
        return self.runner is None or not self.runner.stuck

    @property
    def ready(self) -> bool:
        """Whether new callers should come here."""
        return self.state is State.READY and self.live

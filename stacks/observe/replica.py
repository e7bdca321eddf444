"""What a platform can say about one running copy of a model."""

from dataclasses import dataclass
from typing import Any, Literal, Protocol

Health = Literal["starting", "healthy", "unhealthy", "stopped", "restarting"]


@dataclass(frozen=True, kw_only=True)
class Replica:
    """One running copy, as the platform itself reports it."""

    id: str
    name: str
    """What the platform calls it."""
    stack: str
    model: str
    version: str
    digest: str
    """Of the image that runs, resolved by the platform; empty when it has none."""
    deployment: str
    attempt: int
    health: Health
    restarts: int
    created: float
    """When it was made, in seconds since the epoch."""
    started_at: str
    in_rotation: bool
    weight: int | None = None
    """A canary's share of the requests, in per cent."""


class Observer(Protocol):
    """Looks at the services of one stack."""

    def obstacle(self) -> str | None:
        """Why nothing can be deployed here now, in one sentence; None when it can."""
        ...

    def engines(self) -> set[str]:
        """The engines that made what exists of the stack."""
        ...

    def replicas(self) -> list[Replica]:
        """Every copy of the stack's release that exists, in rotation or not."""
        ...

    def canaries(self) -> list[Replica]:
        """Every copy of a canary that exists, in rotation or not."""
        ...

    def replica(self, id: str) -> Replica:
        """One copy; LookupError when it is gone."""
        ...

    def replay(self, id: str) -> dict[str, Any]:
        """Let a copy answer its stored example: `expected`, `got`, `status`."""
        ...

    def metrics(self, id: str) -> str:
        """What a copy tells Prometheus, asked of itself."""
        ...

    def manifest(self, id: str) -> bytes:
        """The manifest of the model that a copy serves."""
        ...

    def last_words(self, id: str) -> str:
        """The last thing worth reading that a copy logged."""
        ...

    def logs(self, id: str, *, follow: bool = False) -> Any:
        """The log of a copy, line by line."""
        ...

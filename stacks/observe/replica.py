"""What a platform can say about one running copy of a model."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from typing import Any, Literal, Protocol

Health = Literal[
    "waiting", "starting", "healthy", "unhealthy", "stopped", "restarting", "blocked"
]
"""`waiting` has not begun to run yet, and `blocked` never will as things are."""


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
    cpu: float | None
    """The processors that it may use, as the platform enforces it; 0 is no limit."""
    memory_mb: float | None
    """Its memory in MiB, likewise; None where the platform does not say."""
    weight: int | None = None
    """A canary's share of the requests, in per cent."""


@dataclass(frozen=True)
class Progress:
    """How far a platform is that replaces copies itself."""

    complete: bool
    failure: str | None = None
    """Why it will not come to an end, in one sentence."""
    counts: tuple[int, ...] = ()
    """Changes as long as it goes on."""
    asleep: bool = False
    """Whether there is to be no copy at all now."""


class Resource(Protocol):
    """One resource as the stack's program declares it."""

    @property
    def type(self) -> str: ...

    @property
    def name(self) -> str: ...

    @property
    def custom(self) -> bool: ...

    @property
    def inputs(self) -> Mapping[str, Any]: ...

    @property
    def ignore_changes(self) -> Sequence[str]: ...


@dataclass(frozen=True, kw_only=True)
class Changes:
    """How a platform differs from what is declared for it, and what nobody asked it."""

    found: tuple[str, ...]
    """A sentence each: the thing, what was found and what is declared."""
    not_looked_at: tuple[str, ...]
    """What is declared and was not compared: nothing is claimed of it."""


class Observer(Protocol):
    """Looks at the services of one stack."""

    start_s: float
    """How long a copy may take before it begins to run."""

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

    def rollout(self, name: str, *, canary: bool) -> Progress:
        """How far the copies are that the platform replaces itself, by this name."""
        ...

    def stalled(self, canary: bool) -> str:
        """Why they do not come to be, in one sentence."""
        ...

    def firing(self) -> set[str]:
        """The alerts that the platform raises now; none where Prometheus does."""
        ...

    def changed_by_hand(self, declared: Sequence[Resource]) -> Changes:
        """
        What of the stack is otherwise than `declared`, whoever changed it.

        Only what is declared counts: what a platform adds by itself is no change. What
        cannot be compared is named, never taken for unchanged.
        """
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

    def forwarded(self, id: str, port: int) -> AbstractAsyncContextManager[int]:
        """A port of this machine that leads to one of a copy."""
        ...

    def logs(self, id: str, *, follow: bool = False) -> Any:
        """The log of a copy, line by line."""
        ...


def shown(id: str) -> str:
    """A copy's name in evidence: of Docker's ids the part that people see."""
    return id[:12] if len(id) == 64 else id

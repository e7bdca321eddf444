"""What a run tells while it goes on, and what it says at its end."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from .diff import Change

Op = Literal["same", "create", "update", "replace", "delete", "delete-replaced"]


@dataclass
class Step:
    """One thing that is done, or would be, to one resource."""

    op: Op
    urn: str
    type: str
    name: str
    diff: Mapping[str, Change] = field(default_factory=dict)
    """What changed, property by property; secrets show only that they did."""
    reasons: list[str] = field(default_factory=list)
    """The properties that make it a replacement."""
    seconds: float = 0.0


class Progress(Protocol):
    """Is told everything as it happens; `log` may come from another thread."""

    def started(self, step: Step) -> None: ...

    def finished(self, step: Step) -> None: ...

    def failed(self, step: Step, error: str) -> None: ...

    def log(self, message: str, urn: str) -> None:
        """A line of the program, a build or a hook; `urn` may be empty."""
        ...


@dataclass(frozen=True)
class Summary:
    """What a run did, or a preview would do."""

    changes: Mapping[str, int]
    """How many resources by operation; a run that changed nothing has only `same`."""
    outputs: Mapping[str, Any]
    steps: list[Step]

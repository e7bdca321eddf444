"""Which stacks one machine's monitoring watches: those whose files name it."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from .stack import StackSettings, all_stacks

WATCHES = "slipway.watches"
"""The label by which Prometheus says whom it watches, as `fingerprint` tells it."""


@dataclass(frozen=True, kw_only=True)
class Watched:
    """A stack with a service, as those see it who watch it."""

    stack: str
    settings: StackSettings


def replica_name(stack: str) -> str:
    """The name by which Prometheus finds every replica of a stack."""
    return f"{stack}-replica"


def edge_name(stack: str) -> str:
    """The name by which it finds the edge."""
    return f"{stack}-edge"


def network_name(port: int) -> str:
    """The network that Prometheus, at this port, shares with what it watches."""
    return f"slipway-monitoring-{port}"


def watched_at(root: Path, port: int | None) -> tuple[Watched, ...]:
    """Every local stack with a service whose file names the Prometheus at `port`."""
    if port is None:
        return ()
    return tuple(
        Watched(stack=name, settings=settings)
        for name, settings in all_stacks(root).items()
        if settings.tier != "shared" and settings.monitoring.port == port
    )


def fingerprint(watched: Sequence[Watched]) -> str:
    """Changes with everything of these stacks that those depend on who watch them."""
    told = [
        (
            one.stack,
            one.settings.upstream,
            one.settings.package,
            one.settings.service.replicas,
            one.settings.monitoring.model_dump_json(),
        )
        for one in watched
    ]
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()[:12]

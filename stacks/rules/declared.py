"""What a stack declares, in the words that rules are written in."""

import importlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Literal

from stacks.settings.stack import StackSettings, Tier

from .told import Resource, Told, UntoldError


@dataclass(frozen=True, kw_only=True)
class Asked:
    """What the stack's file says, as far as rules depend on it."""

    kind: str
    tier: Tier
    public: bool
    replicas: int = 1
    """The least there may be."""

    @classmethod
    def of(cls, settings: StackSettings) -> "Asked":
        """What this file asks for."""
        platform = settings.platform
        exposed = getattr(platform, "public", False) or getattr(
            platform, "ingress", None
        )
        local = platform.kind == "local" and not platform.bind.is_loopback
        return cls(
            kind=platform.kind,
            tier=settings.tier,
            public=bool(exposed or local),
            replicas=platform.replicas(settings.service.replicas)[0],
        )


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What copies of a model are made from; None is what nobody said."""

    name: str
    """Of the resource."""
    role: Literal["model", "canary", "batch"]
    image: str | None
    user: int | None
    cpu: float | None
    """Of one copy, in processors."""
    memory_mb: float | None
    ready: bool
    """Whether the platform asks a copy if it is ready."""
    live: bool
    """Whether the platform asks a copy if it lives."""
    read_only: bool | None
    """Whether its root can be written to; None where the platform has no such thing."""
    env: Mapping[str, str]
    secrets: frozenset[str] = frozenset()
    labels: Mapping[str, str] = field(default_factory=dict)
    """Their keys as `slipway.model`, however the platform spells them."""


@dataclass(frozen=True, kw_only=True)
class Declared:
    """The service of a stack, its copies and what is around them."""

    copies: tuple[Copy, ...]
    exposed: tuple[str, ...]
    """The resources that let the internet in."""
    alerts: frozenset[str] | None
    """None where another stack raises them, or only an update can tell."""
    replicas: int | None
    protected: tuple[str, ...] = ()
    """Of the resources that prod must not lose by one command, those that are safe."""
    precious: tuple[str, ...] = ()
    """Those resources."""
    endless: tuple[str, ...] = ()
    """Logs that are kept for ever."""


def read(resources: Sequence[Resource], asked: Asked) -> Declared:
    """
    The resources as rules see them; no other platform's reader is imported.

    One of which only an update can tell what a reader must know is left out: nothing
    is said of it.
    """
    module = importlib.import_module(f"stacks.rules.reading.{asked.kind}")
    left = [Told(one) for one in resources]
    while True:
        try:
            found: Declared = module.read(left)
        except UntoldError as untold:
            left = [one for one in left if one is not untold.resource]
        else:
            # One of those left out may have been an alert.
            whole = len(left) == len(resources)
            return found if whole else replace(found, alerts=None)

"""Running copies of a model on this machine: locked down, proven, in rotation."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_docker as docker

from components.environment import environment
from components.platform import Checks
from stacks.settings.service import ServiceSettings

from .files_volume import FilesVolume
from .hardening import HARDENED, limits
from .joined import Joined
from .labels import labelled
from .rotation import EdgeRotation

_HEALTH = ["CMD", "python", "-m", "model_image.server.health"]


@dataclass(frozen=True, kw_only=True)
class ReplicaArgs:
    """What the copies of one release have in common."""

    image: pulumi.Input[str]
    """`repository@digest`."""
    image_id: pulumi.Input[str]
    """The same, as Docker knows it: what a refresh reads back."""
    settings: ServiceSettings
    checks: Checks
    labels: Mapping[str, pulumi.Input[str]]
    private: pulumi.Input[str]
    """The network in which the edge finds them."""
    watched: Sequence[Joined]
    secrets: FilesVolume | None
    url: str
    """Where callers reach the edge."""
    weight: int | None = None
    """The share of the requests of a canary."""


class Replicas:
    """Makes copies of one release, one after the other."""

    def __init__(self, name: str, args: ReplicaArgs, parent: pulumi.Resource) -> None:
        self._args = args
        self._parent = parent
        self._hook = _proof(f"{name}-proof", args)
        canary = args.weight is not None
        self._role = "canary" if canary else "model"
        own = {"slipway.image": args.image}
        self._labels = {**args.labels, **args.checks.labels, **own}
        if canary:
            self._labels["slipway.weight"] = str(args.weight)

    def add(self, name: str, after: pulumi.Resource) -> docker.Container:
        """One more; `after` orders them, so that they are proven one by one."""
        args = self._args
        settings, health = args.settings, args.settings.health
        told = environment(args.image, settings, args.checks.labels)
        return docker.Container(
            name,
            image=args.image_id,
            user="10001:10001",
            **limits(settings.cpu, settings.memory_mb),
            **HARDENED,
            envs=[pulumi.Output.concat(key, "=", value) for key, value in told.items()],
            labels=labelled(self._labels, self._role),
            network_mode="bridge",
            networks_advanced=[Joined(name=args.private), *args.watched],
            volumes=[args.secrets.mount()] if args.secrets else None,
            healthcheck={
                "tests": _HEALTH,
                "interval": _duration(health.interval_s),
                "timeout": _duration(health.timeout_s),
                "retries": health.retries,
                "start_period": _duration(health.startup_s),
            },
            # Its health is the proof's to judge, which says more than the provider.
            must_run=False,
            wait=False,
            stop_timeout=settings.stop_s,
            destroy_grace_seconds=settings.stop_s,
            opts=pulumi.ResourceOptions(
                parent=self._parent,
                depends_on=[after],
                delete_before_replace=False,
                replace_on_changes=["*"],
                hooks=pulumi.ResourceHookBinding(
                    after_create=[self._hook], after_update=[self._hook]
                ),
            ),
        )


def _proof(name: str, args: ReplicaArgs) -> pulumi.ResourceHook:
    async def prove(created: pulumi.ResourceHookArgs) -> None:
        inputs = created.new_inputs or {}
        private = inputs["networksAdvanced"][0]["name"]
        rotation = EdgeRotation(private, args.url, args.weight)
        await asyncio.to_thread(args.checks.verify, created.id, rotation)

    return pulumi.ResourceHook(name, prove)


def _duration(seconds: float) -> str:
    """Seconds in the normal form that Docker's provider reads back."""
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes}m{rest / 1000:g}s" if minutes else f"{rest / 1000:g}s"

"""A model service on this machine: replicas without a port, behind an edge with one."""

import asyncio

import pulumi
import pulumi_docker as docker

from components.platform import PlatformArgs, ServiceArgs
from stacks.settings.platform import LocalPlatform
from stacks.settings.watched import edge_name, replica_name

from .edge import Edge
from .files_volume import FilesVolume
from .hardening import HARDENED, limits
from .joined import Joined, joined
from .labels import labelled
from .rotation import EdgeRotation

_HEALTH = ["CMD", "python", "-m", "model_image.server.health"]


class LocalService(pulumi.ComponentResource):
    """
    Equal replicas in a private network, replaced create-first, one after the other.

    A new replica takes no traffic until it is proven; the old ones go only when all
    new ones are in rotation. A replica that is not proven fails the update, and
    everything that this update brought into rotation leaves it again.
    """

    endpoint: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        platform: LocalPlatform,
        stack: PlatformArgs,
        args: ServiceArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:local:Service", name, None, opts)
        self._child = pulumi.ResourceOptions(parent=self)
        self._args = args
        self._stack = stack.labels["slipway.stack"]
        labels = args.checks.labels
        self._release = f"{labels['slipway.model']} {labels['slipway.version']}"
        self._labels = {
            **stack.labels,
            **args.checks.labels,
            "slipway.image": args.image,
        }
        self._network = docker.Network(
            f"{name}-private",
            internal=True,
            labels=labelled(stack.labels, "network"),
            opts=self._child,
        )
        edge = Edge(
            f"{name}-edge",
            platform,
            stack,
            private=self._network.name,
            watched=joined(args.monitoring, edge_name(self._stack)),
            opts=self._child,
        )
        # Created first as well: what is deleted first takes its dependents along,
        # and the replicas that serve now depend on it.
        self._image = docker.RemoteImage(
            name,
            name=args.image,
            keep_locally=True,
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=False),
        )
        self._secrets = self._secrets_volume(f"{name}-secrets", stack)
        self._hook = self._proof(name, edge.url)
        previous: pulumi.Resource = edge
        for number in range(1, args.settings.replicas + 1):
            previous = self._replica(f"{name}-{number}", previous)
        self.endpoint = pulumi.Output.from_input(edge.url)
        self.register_outputs({"endpoint": self.endpoint})

    def _proof(self, name: str, url: str) -> pulumi.ResourceHook:
        checks = self._args.checks

        async def prove(created: pulumi.ResourceHookArgs) -> None:
            inputs = created.new_inputs or {}
            rotation = EdgeRotation(inputs["networksAdvanced"][0]["name"], url)
            await asyncio.to_thread(checks.verify, created.id, rotation)

        return pulumi.ResourceHook(f"{name}-proof", prove)

    def _replica(self, name: str, after: pulumi.Resource) -> docker.Container:
        """One replica; `after` orders them, so that they are proven one by one."""
        settings = self._args.settings
        health = settings.health
        return docker.Container(
            name,
            image=self._image.image_id,
            user="10001:10001",
            **limits(settings.cpu, settings.memory_mb),
            **HARDENED,
            envs=[
                pulumi.Output.concat(key, "=", value)
                for key, value in self._environment().items()
            ],
            labels=labelled(self._labels, "model"),
            network_mode="bridge",
            networks_advanced=[
                Joined(name=self._network.name),
                *joined(self._args.monitoring, replica_name(self._stack)),
            ],
            volumes=[self._secrets.mount()] if self._secrets else None,
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
                parent=self,
                depends_on=[after],
                delete_before_replace=False,
                replace_on_changes=["*"],
                hooks=pulumi.ResourceHookBinding(
                    after_create=[self._hook], after_update=[self._hook]
                ),
            ),
        )

    def _secrets_volume(self, name: str, stack: PlatformArgs) -> FilesVolume | None:
        secrets = self._args.settings.secrets
        if not secrets:
            return None
        image = self._image.image_id
        return FilesVolume.of_secrets(
            name, stack, secrets, image=image, opts=self._child
        )

    def _environment(self) -> dict[str, pulumi.Input[str]]:
        settings = self._args.settings
        return {
            **settings.env,
            "SLIPWAY_IMAGE": self._args.image,
            "SLIPWAY_RELEASE": self._release,
            "SLIPWAY_DRAIN_SECONDS": f"{settings.drain_s:g}",
            "SLIPWAY_THREADS": str(max(1, int(settings.cpu))),
        }


def _duration(seconds: float) -> str:
    """Seconds in the normal form that Docker's provider reads back."""
    minutes, rest = divmod(round(seconds * 1000), 60_000)
    return f"{minutes}m{rest / 1000:g}s" if minutes else f"{rest / 1000:g}s"

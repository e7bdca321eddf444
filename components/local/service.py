"""A model service on this machine: replicas without a port, behind an edge with one."""

import pulumi
import pulumi_docker as docker

from components.platform import CanaryArgs, Checks, PlatformArgs, ServiceArgs
from stacks.settings.platform import LocalPlatform
from stacks.settings.watched import edge_name, replica_name

from .edge import Edge
from .files_volume import FilesVolume
from .joined import joined
from .labels import labelled
from .replica import ReplicaArgs, Replicas


class LocalService(pulumi.ComponentResource):
    """
    Equal replicas in a private network, replaced create-first, one after the other.

    A new replica takes no traffic until it is proven; the old ones go only when all
    new ones are in rotation. A replica that is not proven fails the update, and
    everything that this update brought into rotation leaves it again. A canary is one
    replica more, of another release, with a share of the requests.
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
        self._stack = stack
        stack_name = stack.labels["slipway.stack"]
        self._network = docker.Network(
            f"{name}-private",
            internal=True,
            labels=labelled(stack.labels, "network"),
            opts=self._child,
        )
        self._watched = joined(args.monitoring, replica_name(stack_name))
        edge = Edge(
            f"{name}-edge",
            platform,
            stack,
            private=self._network.name,
            watched=joined(args.monitoring, edge_name(stack_name)),
            opts=self._child,
        )
        image = self._image(name, args.image)
        self._secrets = self._secrets_volume(f"{name}-secrets", image)
        replicas = self._replicas(name, args.image, image, args.checks, edge)
        previous: pulumi.Resource = edge
        for number in range(1, args.settings.replicas + 1):
            previous = replicas.add(f"{name}-{number}", previous)
        if args.canary:
            self._canary(f"{name}-canary", args.canary, edge, previous)
        self.endpoint = pulumi.Output.from_input(edge.url)
        self.register_outputs({"endpoint": self.endpoint})

    def _canary(
        self, name: str, args: CanaryArgs, edge: Edge, after: pulumi.Resource
    ) -> None:
        image = self._image(name, args.image)
        made = self._replicas(name, args.image, image, args.checks, edge, args.weight)
        made.add(name, after)

    def _image(self, name: str, reference: pulumi.Input[str]) -> docker.RemoteImage:
        """
        The image, pulled.

        Created first as well: what is deleted first takes its dependents along, and
        the replicas that serve now depend on it.
        """
        return docker.RemoteImage(
            name,
            name=reference,
            keep_locally=True,
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=False),
        )

    def _replicas(
        self,
        name: str,
        reference: pulumi.Input[str],
        image: docker.RemoteImage,
        checks: Checks,
        edge: Edge,
        weight: int | None = None,
    ) -> Replicas:
        args = ReplicaArgs(
            image=reference,
            image_id=image.image_id,
            settings=self._args.settings,
            checks=checks,
            labels=self._stack.labels,
            private=self._network.name,
            # Two versions for long are an alert, and a canary is looked at by whoever
            # promotes it.
            watched=self._watched if weight is None else (),
            secrets=self._secrets,
            url=edge.url,
            weight=weight,
        )
        return Replicas(name, args, self)

    def _secrets_volume(
        self, name: str, image: docker.RemoteImage
    ) -> FilesVolume | None:
        secrets = self._args.settings.secrets
        if not secrets:
            return None
        return FilesVolume.of_secrets(
            name, self._stack, secrets, image=image.image_id, opts=self._child
        )

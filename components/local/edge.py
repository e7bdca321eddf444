"""The edge of a local service: the one container that callers talk to."""

from collections.abc import Sequence

import pulumi
import pulumi_docker as docker

from components.platform import PlatformArgs
from stacks.settings.platform import LocalPlatform

from .hardening import HARDENED, limits
from .joined import Joined
from .labels import labelled
from .support_image import SupportImage


class Edge(pulumi.ComponentResource):
    """
    haproxy on the stack's port, in front of every replica that is in rotation.

    It finds replicas by an alias that only proven ones get, so it never changes with
    a version. `url` is where callers and checks reach it, and `watched` where
    Prometheus does.
    """

    url: str

    def __init__(
        self,
        name: str,
        platform: LocalPlatform,
        stack: PlatformArgs,
        *,
        private: pulumi.Input[str],
        watched: Sequence[Joined] = (),
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:local:Edge", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        image = SupportImage(f"{name}-image", "edge", base=stack.base, opts=child)
        # The private network lets nothing out, so it cannot publish a port either.
        public = docker.Network(
            f"{name}-public", labels=labelled(stack.labels, "network"), opts=child
        )
        docker.Container(
            name,
            image=image.image_id,
            user="10002:10002",
            **limits(cpu=1, memory_mb=128),
            **HARDENED,
            labels=labelled(stack.labels, "edge"),
            network_mode="bridge",
            networks_advanced=[
                Joined(name=public.name),
                Joined(name=private),
                *watched,
            ],
            ports=[
                {"internal": 8080, "external": platform.port, "ip": str(platform.bind)}
            ],
            stop_signal="SIGUSR1",
            stop_timeout=5,
            destroy_grace_seconds=5,
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.url = platform.address or ""
        self.register_outputs({"url": self.url})

"""The image registry of this machine, which outlives every service."""

import pulumi
import pulumi_docker as docker

from components.platform import PlatformArgs
from stacks.settings.registry import LocalRegistry

from .hardening import HARDENED, limits
from .health import answering
from .labels import labelled
from .support_image import SupportImage


class Registry(pulumi.ComponentResource):
    """
    A registry on loopback with a volume of its own.

    The volume is kept when the stack is destroyed: images outlive the container.
    """

    def __init__(
        self,
        name: str,
        settings: LocalRegistry,
        stack: PlatformArgs,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:local:Registry", name, None, opts)
        image = SupportImage(
            f"{name}-image",
            "registry",
            base=stack.base,
            opts=pulumi.ResourceOptions(parent=self),
        )
        volume = docker.Volume(
            name,
            name=f"slipway-{stack.labels['slipway.stack']}",
            labels=labelled(stack.labels, "registry"),
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )
        docker.Container(
            name,
            image=image.image_id,
            **limits(cpu=1, memory_mb=256),
            **HARDENED,
            labels=labelled(stack.labels, "registry"),
            network_mode="bridge",
            ports=[{"internal": 5000, "external": settings.port, "ip": "127.0.0.1"}],
            volumes=[
                {"volume_name": volume.name, "container_path": "/var/lib/registry"}
            ],
            healthcheck=answering(5000, "/v2/"),
            wait=True,
            opts=pulumi.ResourceOptions(parent=self, delete_before_replace=True),
        )
        self.register_outputs({})

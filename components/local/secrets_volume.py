"""Secrets as files, for containers whose root is read-only."""

from collections.abc import Sequence

import pulumi
import pulumi_docker as docker

from components.platform import PlatformArgs
from stacks.settings.secrets import secret

from .labels import labelled

_FOLDER = "/run/secrets"


class SecretsVolume(pulumi.ComponentResource):
    """
    A volume with one file per secret, which replicas mount read-only.

    Docker copies nothing into a container with a read-only root, so a container that
    is never started takes the files into a volume of its own and lends it. A changed
    secret is a new one, so what serves keeps the old until its successor is proven.
    """

    holder: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        stack: PlatformArgs,
        *,
        secrets: Sequence[str],
        image: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:local:SecretsVolume", name, None, opts)
        holder = docker.Container(
            name,
            image=image,
            labels=labelled(stack.labels, "secrets"),
            network_mode="none",
            start=False,
            must_run=False,
            volumes=[{"container_path": _FOLDER}],
            uploads=[
                {
                    "file": f"{_FOLDER}/{one}",
                    "content": secret(one),
                    "permissions": "0444",
                }
                for one in secrets
            ],
            opts=pulumi.ResourceOptions(
                parent=self, delete_before_replace=False, replace_on_changes=["*"]
            ),
        )
        self.holder = holder.id
        self.register_outputs({"holder": self.holder})

    def mount(self) -> docker.ContainerVolumeArgs:
        """How a replica mounts it."""
        return docker.ContainerVolumeArgs(
            from_container=pulumi.Output.concat(self.holder, ":ro")
        )

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
    is never started takes the files and leaves them in the volume. `generation` changes
    when a secret does.
    """

    generation: pulumi.Output[str]

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
        child = pulumi.ResourceOptions(parent=self)
        labels = labelled(stack.labels, "secrets")
        self._volume = docker.Volume(name, labels=labels, opts=child)
        holder = docker.Container(
            name,
            image=image,
            labels=labels,
            network_mode="none",
            start=False,
            must_run=False,
            volumes=[{"volume_name": self._volume.name, "container_path": _FOLDER}],
            uploads=[
                {
                    "file": f"{_FOLDER}/{one}",
                    "content": secret(one),
                    "permissions": "0444",
                }
                for one in secrets
            ],
            opts=child,
        )
        self.generation = holder.id
        self.register_outputs({"generation": self.generation})

    def mount(self) -> docker.ContainerVolumeArgs:
        """How a replica mounts it."""
        return docker.ContainerVolumeArgs(
            volume_name=self._volume.name, container_path=_FOLDER, read_only=True
        )

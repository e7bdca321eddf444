"""Files for containers whose root is read-only."""

from collections.abc import Iterable, Mapping
from typing import Self

import pulumi
import pulumi_docker as docker

from components.platform import PlatformArgs
from stacks.settings.secrets import FOLDER, secret

from .labels import labelled


class FilesVolume(pulumi.ComponentResource):
    """
    A volume with these files in one folder, which containers mount read-only.

    Docker copies nothing into a container with a read-only root, so a container that
    is never started takes the files into a volume of its own and lends it. A changed
    file is a new one, so what runs keeps the old until its successor is there.
    """

    holder: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        stack: PlatformArgs,
        *,
        role: str,
        folder: str,
        files: Mapping[str, pulumi.Input[str]],
        image: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:local:FilesVolume", name, None, opts)
        holder = docker.Container(
            name,
            image=image,
            labels=labelled(stack.labels, role),
            network_mode="none",
            start=False,
            must_run=False,
            volumes=[{"container_path": folder}],
            uploads=[
                {"file": f"{folder}/{one}", "content": text, "permissions": "0444"}
                for one, text in files.items()
            ],
            opts=pulumi.ResourceOptions(
                parent=self, delete_before_replace=False, replace_on_changes=["*"]
            ),
        )
        self.holder = holder.id
        self.register_outputs({"holder": self.holder})

    @classmethod
    def of_secrets(
        cls,
        name: str,
        stack: PlatformArgs,
        secrets: Iterable[str],
        *,
        image: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> Self:
        """Secrets by their names, each a file that holds its value."""
        return cls(
            name,
            stack,
            role="secrets",
            folder=FOLDER,
            files={one: secret(one) for one in secrets},
            image=image,
            opts=opts,
        )

    def mount(self) -> docker.ContainerVolumeArgs:
        """How a container mounts it."""
        return docker.ContainerVolumeArgs(
            from_container=pulumi.Output.concat(self.holder, ":ro")
        )

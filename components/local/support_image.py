"""Images of what stands beside a model on this machine, made from Debian packages."""

import hashlib
from pathlib import Path

import pulumi
import pulumi_docker as docker
import pulumi_docker_build as docker_build

_IMAGES = Path("components/local/images")


class SupportImage(pulumi.ComponentResource):
    """
    The edge or the registry: a folder of `images`, built into this machine's Docker.

    It is made from packages on the base image that the server uses too, so that one
    path serves machines with and without a public registry. The tag is a hash of all
    that goes in, so it stands for one content; `image_id` is what runs.
    """

    image_id: pulumi.Output[str]

    def __init__(
        self,
        name: str,
        folder: str,
        *,
        base: str,
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:local:SupportImage", name, None, opts)
        tag = f"slipway/{folder}:{_content(_IMAGES / folder, base)}"
        image = docker_build.Image(
            name,
            build_args={"BASE": base},
            build_on_preview=False,
            builder={"name": "default"},
            context={"location": str(_IMAGES / folder)},
            dockerfile={"location": str(_IMAGES / folder / "Dockerfile")},
            exec_=True,
            load=True,
            push=False,
            tags=[tag],
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )
        local = docker.RemoteImage(
            name,
            name=tag,
            keep_locally=True,
            opts=pulumi.ResourceOptions(
                parent=self, depends_on=[image], delete_before_replace=False
            ),
        )
        self.image_id = local.image_id
        self.register_outputs({"imageId": self.image_id})


def _content(folder: Path, base: str) -> str:
    digest = hashlib.sha256(base.encode())
    for file in sorted(folder.iterdir()):
        digest.update(file.name.encode() + b"\0" + file.read_bytes())
    return digest.hexdigest()[:12]

"""Alertmanager on this machine: tells people, once, and when it is over."""

import pulumi
import pulumi_docker as docker
import yaml

from components.alertmanager import configuration
from components.platform import PlatformArgs
from stacks.settings.monitoring import MonitoringSettings

from .files_volume import FilesVolume
from .hardening import HARDENED, limits
from .health import answering
from .labels import labelled
from .support_image import SupportImage


class Alertmanager(pulumi.ComponentResource):
    """
    Reads the secrets of its receivers from files.

    Silences are kept in a volume, also when the stack is destroyed.
    """

    def __init__(
        self,
        name: str,
        stack: PlatformArgs,
        settings: MonitoringSettings,
        *,
        public: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:local:Alertmanager", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        image = SupportImage(f"{name}-image", name, base=stack.base, opts=child)
        volume = docker.Volume(
            name,
            name=f"slipway-{stack.labels['slipway.stack']}-alertmanager",
            labels=labelled(stack.labels, name),
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
        )
        told = configuration(settings.notify, settings.interval_s)
        files = FilesVolume(
            f"{name}-files",
            stack,
            role="monitoring",
            folder="/etc/alertmanager",
            files={"alertmanager.yml": yaml.safe_dump(told, sort_keys=False)},
            image=image.image_id,
            opts=child,
        )
        needed = sorted({each for one in settings.notify for each in one.secrets})
        volumes = [
            docker.ContainerVolumeArgs(
                volume_name=volume.name, container_path="/alertmanager"
            ),
            files.mount(),
        ]
        if needed:
            secrets = FilesVolume.of_secrets(
                f"{name}-secrets", stack, needed, image=image.image_id, opts=child
            )
            volumes.append(secrets.mount())
        docker.Container(
            name,
            image=image.image_id,
            user="10005:10005",
            command=[
                f"--web.external-url=http://127.0.0.1:{settings.alertmanager_port}"
            ],
            **limits(cpu=1, memory_mb=128),
            **HARDENED,
            labels=labelled(stack.labels, name),
            network_mode="bridge",
            networks_advanced=[{"name": public, "aliases": [name]}],
            ports=[
                {
                    "internal": 9093,
                    "external": settings.alertmanager_port,
                    "ip": "127.0.0.1",
                }
            ],
            volumes=volumes,
            healthcheck=answering(9093, "/-/ready"),
            wait=True,
            opts=pulumi.ResourceOptions(
                parent=self, delete_before_replace=True, replace_on_changes=["*"]
            ),
        )
        self.register_outputs({})

"""Grafana on this machine, with a dashboard for each model."""

import json
from collections.abc import Iterator
from typing import Any

import pulumi
import pulumi_docker as docker
import yaml

from components.dashboard import dashboard
from components.platform import MonitoringArgs, PlatformArgs
from stacks.settings.monitoring import Grafana as GrafanaSettings

from .files_volume import FilesVolume
from .hardening import HARDENED, limits
from .labels import labelled

_FOLDER = "/etc/grafana/provisioning"


class Grafana(pulumi.ComponentResource):
    """It shows, and keeps nothing: what it shows is made of the models' manifests."""

    def __init__(
        self,
        name: str,
        stack: PlatformArgs,
        args: MonitoringArgs,
        settings: GrafanaSettings,
        *,
        public: pulumi.Input[str],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:local:Grafana", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        image = docker.RemoteImage(
            name, name=settings.image, keep_locally=True, opts=child
        )
        files = FilesVolume(
            f"{name}-files",
            stack,
            role="monitoring",
            folder=_FOLDER,
            files=dict(_files(args)),
            image=image.image_id,
            opts=child,
        )
        tmpfs = {**HARDENED["tmpfs"], "/var/lib/grafana": ""}
        hardened: dict[str, Any] = {**HARDENED, "tmpfs": tmpfs}
        docker.Container(
            name,
            image=image.image_id,
            user="472:0",
            envs=[
                "GF_ANALYTICS_CHECK_FOR_UPDATES=false",
                "GF_ANALYTICS_REPORTING_ENABLED=false",
                # On loopback, where nobody may change anything.
                "GF_AUTH_ANONYMOUS_ENABLED=true",
                "GF_AUTH_DISABLE_LOGIN_FORM=true",
            ],
            **limits(cpu=1, memory_mb=512),
            **hardened,
            labels=labelled(stack.labels, name),
            network_mode="bridge",
            networks_advanced=[{"name": public}],
            ports=[{"internal": 3000, "external": settings.port, "ip": "127.0.0.1"}],
            volumes=[files.mount()],
            opts=pulumi.ResourceOptions(
                parent=self, delete_before_replace=True, replace_on_changes=["*"]
            ),
        )
        self.register_outputs({})


def _files(args: MonitoringArgs) -> Iterator[tuple[str, str]]:
    source = {
        "name": "Prometheus",
        "uid": "slipway",
        "type": "prometheus",
        "access": "proxy",
        "url": "http://prometheus:9090",
        "isDefault": True,
    }
    yield "datasources/slipway.yaml", _yaml({"datasources": [source]})
    folder = {"path": f"{_FOLDER}/dashboards"}
    provider = {"name": "slipway", "type": "file", "options": folder}
    yield "dashboards/slipway.yaml", _yaml({"providers": [provider]})
    for manifest in args.models:
        text = json.dumps(dashboard(manifest), indent=1)
        yield f"dashboards/{manifest.name}.json", text


def _yaml(document: dict[str, object]) -> str:
    return yaml.safe_dump({"apiVersion": 1, **document}, sort_keys=False)

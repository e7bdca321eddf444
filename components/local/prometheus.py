"""Prometheus on this machine: finds every replica and edge by name, and judges."""

from collections.abc import Iterator, Sequence
from typing import Any

import pulumi
import pulumi_docker as docker
import yaml

from components.alerts import Scope
from components.platform import MonitoringArgs, PlatformArgs
from components.prometheus import rules
from components.promql import duration
from stacks.settings.watched import (
    WATCHES,
    Watched,
    edge_name,
    fingerprint,
    replica_name,
)

from .files_volume import FilesVolume
from .hardening import HARDENED, limits
from .health import answering
from .labels import labelled
from .support_image import SupportImage

_FOLDER = "/etc/prometheus"
_REPLICA_PORT, _EDGE_PORT = 9090, 9101


class Prometheus(pulumi.ComponentResource):
    """Its history is kept in a volume of its own, also when the stack is destroyed."""

    url: str

    def __init__(
        self,
        name: str,
        stack: PlatformArgs,
        args: MonitoringArgs,
        *,
        networks: Sequence[pulumi.Input[str]],
        opts: pulumi.ResourceOptions | None = None,
    ) -> None:
        super().__init__("slipway:local:Prometheus", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        settings = args.settings
        image = SupportImage(f"{name}-image", name, base=stack.base, opts=child)
        volume = docker.Volume(
            name,
            name=f"slipway-{stack.labels['slipway.stack']}-prometheus",
            labels=labelled(stack.labels, name),
            opts=pulumi.ResourceOptions(parent=self, retain_on_delete=True),
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
        docker.Container(
            name,
            image=image.image_id,
            user="10004:10004",
            command=[
                f"--storage.tsdb.retention.time={settings.retention_days}d",
                f"--storage.tsdb.retention.size={settings.retention_mb}MB",
                f"--web.external-url=http://127.0.0.1:{settings.port}",
            ],
            **limits(cpu=1, memory_mb=512),
            **HARDENED,
            labels=labelled({**stack.labels, WATCHES: fingerprint(args.watched)}, name),
            network_mode="bridge",
            networks_advanced=[{"name": one, "aliases": [name]} for one in networks],
            ports=[{"internal": 9090, "external": settings.port, "ip": "127.0.0.1"}],
            volumes=[
                {"volume_name": volume.name, "container_path": "/prometheus"},
                files.mount(),
            ],
            healthcheck=answering(9090, "/-/ready"),
            wait=True,
            # Two cannot write one history.
            opts=pulumi.ResourceOptions(
                parent=self, delete_before_replace=True, replace_on_changes=["*"]
            ),
        )
        self.url = f"http://127.0.0.1:{settings.port}"
        self.register_outputs({"url": self.url})


def _files(args: MonitoringArgs) -> Iterator[tuple[str, str]]:
    interval = args.settings.interval_s
    yield "prometheus.yml", _yaml(configuration(args.watched, interval))
    for one in args.watched:
        named = scope(one)
        text = _yaml(rules(named, args.settings.runbooks, interval))
        yield f"rules-{one.stack}.yml", text


def scope(watched: Watched) -> Scope:
    """The service of a stack, as its alerts see it."""
    settings = watched.settings
    return Scope(
        stack=watched.stack,
        replicas=settings.service.replicas,
        thresholds=settings.monitoring.thresholds,
        upstream=settings.upstream,
    )


def configuration(watched: Sequence[Watched], interval_s: float) -> dict[str, Any]:
    """What Prometheus looks at and how often, and whom it tells."""
    every = duration(interval_s)
    jobs = [
        _found(one, role, name, port, every)
        for one in watched
        for role, name, port in (
            ("replica", replica_name(one.stack), _REPLICA_PORT),
            ("edge", edge_name(one.stack), _EDGE_PORT),
        )
    ]
    own = {"prometheus": "127.0.0.1:9090", "alertmanager": "alertmanager:9093"}
    return {
        "global": {
            "scrape_interval": every,
            "scrape_timeout": duration(min(interval_s, 10)),
            "evaluation_interval": every,
        },
        "rule_files": [f"{_FOLDER}/rules-*.yml"],
        "alerting": {
            "alertmanagers": [{"static_configs": [{"targets": ["alertmanager:9093"]}]}]
        },
        "scrape_configs": [
            *jobs,
            *(
                {"job_name": name, "static_configs": [{"targets": [target]}]}
                for name, target in own.items()
            ),
        ],
    }


def _found(
    watched: Watched, role: str, name: str, port: int, every: str
) -> dict[str, Any]:
    """Every container that carries this name, as Docker's own name service knows it."""
    found = {"names": [name], "type": "A", "port": port, "refresh_interval": every}
    labels = {"stack": watched.stack, "role": role, "job": role}
    return {
        "job_name": f"{watched.stack} {role}",
        "dns_sd_configs": [found],
        "sample_limit": 50_000,
        "relabel_configs": [
            {"target_label": label, "replacement": value}
            for label, value in labels.items()
        ],
    }


def _yaml(document: dict[str, Any]) -> str:
    return yaml.safe_dump(document, sort_keys=False, width=1000)

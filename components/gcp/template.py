"""What runs the image, as Cloud Run reads it: one way, for services and for jobs."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Self

import pulumi
from pulumi_gcp import cloudrunv2

from components.environment import environment
from stacks.settings.autoscale import Autoscale
from stacks.settings.cloud import fitting
from stacks.settings.gcp import GcpPlatform
from stacks.settings.secrets import FOLDER
from stacks.settings.service import ServiceSettings

from .labels import labelled
from .place import Place
from .probes import PORT, repeated, startup
from .secrets import Secret

CONTAINER = "model"
_LONGEST = 63
_MOST = 100
"""Instances of a revision that does not say how many."""
_SCRATCH = {"/tmp": "64Mi"}


@dataclass(frozen=True, kw_only=True)
class TemplateArgs:
    """An image, what it may use, and as whom."""

    image: pulumi.Input[str]
    """`repository@digest`."""
    settings: ServiceSettings
    release: Mapping[str, str]
    """`slipway.model`, `slipway.version` and the rest of what it is labelled."""
    secrets: tuple[Secret, ...]
    account: str
    """The email of the account that it acts as."""

    def of(self, image: pulumi.Input[str], release: Mapping[str, str]) -> Self:
        """The same for another release."""
        return replace(self, image=image, release=release)

    def limited(self, settings: ServiceSettings) -> Self:
        """The same with other limits."""
        return replace(self, settings=settings)

    def labels(self, place: Place) -> Mapping[str, str]:
        """All that a copy is labelled, as it was written."""
        return {"slipway.stack": place.stack, **self.release}


def revision(
    args: TemplateArgs, place: Place
) -> tuple[cloudrunv2.ServiceTemplateArgsDict, pulumi.Output[str]]:
    """
    The template of a revision, and its name.

    A revision never changes, so everything in the template is in its name: the same
    again is the same revision, and anything else is another.
    """
    platform, health = place.platform, args.settings.health
    labels = args.labels(place)
    template: cloudrunv2.ServiceTemplateArgsDict = {
        "service_account": args.account,
        "execution_environment": _generation(args.settings),
        "max_instance_request_concurrency": platform.concurrency,
        "timeout": f"{platform.timeout_s}s",
        "labels": labelled(labels),
        "annotations": dict(labels),
        "containers": [
            {
                **container(args, place, SLIPWAY_LOG_EXAMPLE="yes"),
                "ports": {"name": "http1", "container_port": PORT},
                "resources": {
                    "limits": limits(args.settings),
                    # A part of a processor is there for requests alone.
                    "cpu_idle": platform.idle_to_zero or args.settings.cpu < 1,
                    "startup_cpu_boost": True,
                },
                "startup_probe": startup(health),
                "readiness_probe": repeated("ready", health),
                "liveness_probe": repeated("live", health),
            }
        ],
        "volumes": volumes(args),
    }
    if platform.autoscale:
        template["scaling"] = _scaling(platform.autoscale)
    if platform.kms_key:
        template["encryption_key"] = platform.kms_key
    if platform.vpc:
        template["vpc_access"] = vpc(platform)
    name = _name(template, args, place)
    return {**template, "revision": name}, name


def container(
    args: TemplateArgs, place: Place, **more: str
) -> cloudrunv2.ServiceTemplateContainerArgsDict:
    """
    The image by its digest, and what it is told.

    Cloud Run mounts one secret in a folder and not several, so they come as variables;
    the server makes files of them in memory before anything else runs.
    """
    told = {
        **environment(args.image, args.settings, args.labels(place)),
        "SLIPWAY_SERVICE": place.name,
        **more,
    }
    if args.secrets:
        told["SLIPWAY_SECRETS"] = ",".join(one.name for one in args.secrets)
    plain: list[cloudrunv2.ServiceTemplateContainerEnvArgsDict] = [
        {"name": key, "value": told[key]} for key in sorted(told)
    ]
    sealed: list[cloudrunv2.ServiceTemplateContainerEnvArgsDict] = [
        {
            "name": one.name,
            "value_source": {
                "secret_key_ref": {"secret": one.address, "version": one.version}
            },
        }
        for one in args.secrets
    ]
    return {
        "name": CONTAINER,
        "image": args.image,
        "envs": [*plain, *sealed],
        "volume_mounts": [
            {"name": _volume(path), "mount_path": path} for path in _memory(args)
        ],
    }


def volumes(args: TemplateArgs) -> list[cloudrunv2.ServiceTemplateVolumeArgsDict]:
    """What is written, in memory: it ends with the instance, and is limited."""
    return [
        {
            "name": _volume(path),
            "empty_dir": {"medium": "MEMORY", "size_limit": size},
        }
        for path, size in _memory(args).items()
    ]


def limits(settings: ServiceSettings) -> dict[str, str]:
    """As Cloud Run says them back, or each refresh would show a change."""
    mb, thousandths = settings.memory_mb, round(settings.cpu * 1000)
    return {
        "cpu": f"{thousandths}m" if thousandths % 1000 else str(thousandths // 1000),
        "memory": f"{mb}Mi" if mb % 1024 else f"{mb // 1024}Gi",
    }


def vpc(platform: GcpPlatform) -> cloudrunv2.ServiceTemplateVpcAccessArgsDict:
    """The way of the model's own requests through a network."""
    assert platform.vpc is not None
    through = platform.vpc
    return {
        "network_interfaces": [
            {"network": through.network, "subnetwork": through.subnetwork}
            if through.subnetwork
            else {"network": through.network}
        ],
        "egress": "ALL_TRAFFIC" if through.egress == "all" else "PRIVATE_RANGES_ONLY",
    }


def _name(
    template: cloudrunv2.ServiceTemplateArgsDict, args: TemplateArgs, place: Place
) -> pulumi.Output[str]:
    version = labelled(args.release)["slipway-version"]

    def named(text: str) -> str:
        mark = hashlib.sha256(text.encode()).hexdigest()[:8]
        return f"{fitting(f'{place.name}-{version}', _LONGEST - 9)}-{mark}"

    return pulumi.Output.json_dumps(template, sort_keys=True).apply(named)


def _generation(settings: ServiceSettings) -> str:
    """Less than a processor is for the first alone, and the second is faster."""
    return f"EXECUTION_ENVIRONMENT_GEN{1 if settings.cpu < 1 else 2}"


def _scaling(load: Autoscale) -> cloudrunv2.ServiceTemplateScalingArgsDict:
    """
    How much of a processor is much. How many instances there may be is the service's,
    so that another number is no other revision; but one says so that it has more than
    most, and no more than is meant, for a region refuses what it has no room for.
    """
    scaling: cloudrunv2.ServiceTemplateScalingArgsDict = {
        "cpu_utilization": load.cpu_percent / 100
    }
    if load.max > _MOST:
        scaling["max_instance_count"] = load.max
    return scaling


def _memory(args: TemplateArgs) -> dict[str, str]:
    return {**_SCRATCH, FOLDER: "1Mi"} if args.secrets else _SCRATCH


def _volume(path: str) -> str:
    return path.rpartition("/")[2]

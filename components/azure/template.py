"""What copies are made from, one way for all that runs the image."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Self

import pulumi
from pulumi_azure_native import app

from components.environment import environment
from stacks.settings.azure import LABELS, LONGEST_PERIOD_S
from stacks.settings.secrets import FOLDER
from stacks.settings.service import HealthSettings, ServiceSettings

from .identity import Identity
from .place import Place
from .secrets import Secrets

PORT = 8080
CONTAINER = "model"
_MOST_FAILURES = 10
_SCRATCH, _SECRETS = "scratch", "secrets"


@dataclass(frozen=True, kw_only=True)
class CopyArgs:
    """An image, what it may use, and as whom."""

    image: pulumi.Input[str]
    """`repository@digest`."""
    settings: ServiceSettings
    release: Mapping[str, str]
    """`slipway.model`, `slipway.version` and the rest of what it is labelled."""
    secrets: Secrets
    identity: Identity

    def of(self, image: pulumi.Input[str], release: Mapping[str, str]) -> Self:
        """The same for another release."""
        return replace(self, image=image, release=release)

    def limited(self, settings: ServiceSettings) -> Self:
        """The same with other limits."""
        return replace(self, settings=settings)


def template(args: CopyArgs, place: Place, *, role: str) -> app.TemplateArgsDict:
    """
    The template of a revision, but for how many copies there are.

    It names no revision: Azure refuses a name that one ever had, so that what names
    them could never go back to a release.
    """
    return {
        "containers": [{**container(args, place, role=role), "probes": probes(args)}],
        "volumes": volumes(args.secrets),
        # It goes on answering while the ingress forgets it.
        "termination_grace_period_seconds": args.settings.stop_s,
    }


def container(
    args: CopyArgs, place: Place, *, role: str, command: Sequence[str] = ()
) -> app.ContainerArgsDict:
    """The container; with a `command` it does that and ends, else it serves."""
    settings = args.settings
    labels = {**place.tags, **args.release, "slipway.role": role}
    told: dict[str, pulumi.Input[str]] = {
        **environment(args.image, settings, args.release),
        "SLIPWAY_SERVICE": place.name,
        "SLIPWAY_LOG_EXAMPLE": "no" if command else "yes",
        LABELS: json.dumps(labels, sort_keys=True),
    }
    if args.secrets.versions is not None:
        # Another value reaches copies that begin after it alone.
        told["SLIPWAY_SECRET_VERSIONS"] = args.secrets.versions
    if command:
        # Of the identities that a job may have, this is the one that reads its input.
        told["AZURE_CLIENT_ID"] = args.identity.client
    found: app.ContainerArgsDict = {
        "name": CONTAINER,
        "image": args.image,
        "resources": {
            "cpu": settings.cpu,
            "memory": f"{settings.memory_mb / 1024:g}Gi",
        },
        "env": [{"name": key, "value": told[key]} for key in sorted(told)],
        "volume_mounts": [
            {"volume_name": _SCRATCH, "mount_path": "/tmp"},
            *(
                [{"volume_name": _SECRETS, "mount_path": FOLDER}]
                if args.secrets.files
                else []
            ),
        ],
    }
    return {**found, "args": list(command)} if command else found


def volumes(secrets: Secrets) -> list[app.VolumeArgsDict]:
    """Where the model may write, and where it reads its secrets."""
    scratch: app.VolumeArgsDict = {"name": _SCRATCH, "storage_type": "EmptyDir"}
    if not secrets.files:
        return [scratch]
    return [
        scratch,
        {"name": _SECRETS, "storage_type": "Secret", "secrets": secrets.files},
    ]


def probes(args: CopyArgs) -> list[app.ContainerAppProbeArgsDict]:
    """Until it has started nobody asks the rest; it serves as long as it is ready."""
    health = args.settings.health
    usual: app.ContainerAppProbeArgsDict = {
        "period_seconds": _period(health.interval_s),
        "timeout_seconds": _period(health.timeout_s),
        "failure_threshold": min(_MOST_FAILURES, health.retries),
    }
    return [
        {"type": "Startup", "http_get": _asked("startup"), **_starting(health)},
        {"type": "Liveness", "http_get": _asked("live"), **usual},
        {"type": "Readiness", "http_get": _asked("ready"), **usual},
    ]


def _starting(health: HealthSettings) -> app.ContainerAppProbeArgsDict:
    """As often as may be in the time that it may take."""
    period = max(
        _period(health.startup_s / _MOST_FAILURES), _period(health.interval_s / 3)
    )
    return {
        "period_seconds": period,
        "timeout_seconds": _period(health.timeout_s),
        "failure_threshold": min(_MOST_FAILURES, ceil(health.startup_s / period)),
    }


def _asked(path: str) -> app.ContainerAppProbeHttpGetArgsDict:
    return {"path": f"/v2/health/{path}", "port": PORT, "scheme": "HTTP"}


def _period(seconds: float) -> int:
    return min(LONGEST_PERIOD_S, max(1, ceil(seconds)))

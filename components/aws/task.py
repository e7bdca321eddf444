"""The task of a model, as ECS reads it: one way, for all that runs the image."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Any, Self

import pulumi
from pulumi_aws import ecs

from components.environment import environment
from stacks.observe.inside import READY
from stacks.settings.secrets import FOLDER
from stacks.settings.service import HealthSettings, ServiceSettings

from .place import Place

PORT = 8080
CONTAINER = "model"
_USER = "10001:10001"
_LONGEST_START_S = 300
_FILES = 65_536


@dataclass(frozen=True, kw_only=True)
class TaskArgs:
    """An image, what it may use, and as whom."""

    image: pulumi.Input[str]
    """`repository@digest`."""
    settings: ServiceSettings
    release: Mapping[str, str]
    """`slipway.model`, `slipway.version` and the rest of what it is labelled."""
    secrets: Mapping[str, str]
    """The ARN of each by its name."""
    execution_role: pulumi.Input[str]
    task_role: pulumi.Input[str]

    def of(self, image: pulumi.Input[str], release: Mapping[str, str]) -> Self:
        """The same for another release."""
        return replace(self, image=image, release=release)

    def limited(self, settings: ServiceSettings) -> Self:
        """The same with other limits."""
        return replace(self, settings=settings)


def task_definition(
    name: str,
    args: TaskArgs,
    place: Place,
    *,
    what: str,
    command: Sequence[str] = (),
) -> ecs.TaskDefinition:
    """
    The revision of a task for this image; older ones stay, so that there is a way back.

    With a `command` it does that and ends, else it serves.
    """
    settings = args.settings
    told = {
        **environment(args.image, settings, args.release),
        "SLIPWAY_SERVICE": place.name,
        "SLIPWAY_LOG_EXAMPLE": "no" if command else "yes",
    }

    def written(found: Mapping[str, Any]) -> str:
        container = container_definition(
            found["SLIPWAY_IMAGE"],
            found,
            args.secrets,
            settings,
            labels=args.release,
            log=_log(place, what),
            leaves_s=0 if command else place.platform.deregister_s,
            command=command,
        )
        return json.dumps([container])

    return ecs.TaskDefinition(
        name,
        family=place.called(what, 255),
        container_definitions=pulumi.Output.all(**told).apply(written),
        cpu=str(round(settings.cpu * 1024)),
        memory=str(settings.memory_mb),
        network_mode="awsvpc",
        requires_compatibilities=["FARGATE"],
        execution_role_arn=args.execution_role,
        task_role_arn=args.task_role,
        runtime_platform={
            "cpu_architecture": _ARCHITECTURES[place.platform.architecture],
            "operating_system_family": "LINUX",
        },
        skip_destroy=True,
        tags={**place.tags, **args.release, "slipway.role": what},
        opts=place.opts,
    )


def container_definition(
    image: str,
    env: Mapping[str, str],
    secrets: Mapping[str, str],
    settings: ServiceSettings,
    *,
    labels: Mapping[str, str],
    log: Mapping[str, Any],
    leaves_s: int,
    command: Sequence[str] = (),
) -> dict[str, Any]:
    """
    The container: no rights, no root to write to, and no more than its limits.

    ECS hands secrets over as variables; the server makes files of them in memory
    before anything else runs. The docs of tmpfs say that Fargate has it since 2026.
    """
    health = settings.health
    # It goes on answering while the balancer lets it go.
    told = dict(env)
    told["SLIPWAY_DRAIN_SECONDS"] = f"{settings.drain_s + leaves_s:g}"
    memory = [_tmpfs("/tmp", 64)]
    if secrets:
        told["SLIPWAY_SECRETS"] = ",".join(sorted(secrets))
        memory.append(_tmpfs(FOLDER, 1))
    definition: dict[str, Any] = {
        "name": CONTAINER,
        "image": image,
        "essential": True,
        "user": _USER,
        "readonlyRootFilesystem": True,
        "versionConsistency": "enabled",
        "linuxParameters": {
            "initProcessEnabled": True,
            "capabilities": {"drop": ["ALL"]},
            "tmpfs": memory,
        },
        "environment": [{"name": key, "value": told[key]} for key in sorted(told)],
        "secrets": [
            {"name": key, "valueFrom": secrets[key]} for key in sorted(secrets)
        ],
        "ulimits": [{"name": "nofile", "softLimit": _FILES, "hardLimit": _FILES}],
        "stopTimeout": max(2, settings.stop_s + leaves_s),
        "dockerLabels": dict(labels),
        "logConfiguration": dict(log),
    }
    if command:
        return definition | {"command": list(command)}
    return definition | {
        "portMappings": [{"name": "http", "containerPort": PORT, "protocol": "tcp"}],
        "healthCheck": {
            "command": ["CMD", *READY],
            "timeout": min(60, max(2, ceil(health.timeout_s))),
            "startPeriod": min(_LONGEST_START_S, ceil(health.startup_s)),
            **_patience(health),
        },
    }


def _patience(health: HealthSettings) -> dict[str, int]:
    """
    How often it is asked, and how often in vain.

    A model that loads for longer than ECS lets it is asked more seldom, until then.
    """
    every, times = min(300, max(5, ceil(health.interval_s))), min(10, health.retries)
    longer = ceil(health.startup_s) - _LONGEST_START_S
    if longer > every * times:
        every, times = min(300, ceil(longer / 10)), 10
    return {"interval": every, "retries": times}


_ARCHITECTURES = {"amd64": "X86_64", "arm64": "ARM64"}


def _tmpfs(path: str, megabytes: int) -> dict[str, Any]:
    options = ["uid=10001", "gid=10001", "mode=0700", "noexec", "nosuid", "nodev"]
    return {"containerPath": path, "size": megabytes, "mountOptions": options}


def _log(place: Place, what: str) -> dict[str, Any]:
    """A log that is slow to be taken loses lines, and holds no request up."""
    return {
        "logDriver": "awslogs",
        "options": {
            "awslogs-group": place.log_group,
            "awslogs-region": place.platform.region,
            "awslogs-stream-prefix": what,
            "mode": "non-blocking",
            "max-buffer-size": "10m",
        },
    }

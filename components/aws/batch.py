"""Whole files scored by the image of a service, a task for each shard."""

import json
from typing import Any

import pulumi
from pulumi_aws import iam, scheduler

from stacks.settings.batch import BatchSettings
from stacks.settings.cron import aws_cron

from .network import Network
from .place import Place
from .policies import document, trusting
from .task import CONTAINER, TaskArgs, task_definition

_RUN = "$(RUN)"
_MOMENT = "<aws.scheduler.scheduled-time>"
"""EventBridge writes the set time here, which is the run's own name."""
_HOUR_S = 3600


class Scheduled(pulumi.ComponentResource):
    """
    The job at its set times: one schedule for each shard, all of the same moment.

    It comes `after` what proves the image, so that no job runs one that is not. A shard
    that ends early is begun again by whoever runs the job again, from where it was.
    """

    def __init__(
        self,
        name: str,
        batch: BatchSettings,
        task: TaskArgs,
        place: Place,
        *,
        cluster: pulumi.Input[str],
        network: Network,
        group: pulumi.Input[str],
        after: pulumi.Resource,
    ) -> None:
        super().__init__("slipway:aws:Batch", name, None, place.opts)
        place = place.under(self)
        settings = task.settings.model_copy(
            update={
                "cpu": batch.cpu or task.settings.cpu,
                "memory_mb": batch.memory_mb or task.settings.memory_mb,
                "env": {**task.settings.env, **batch.env},
            }
        )
        revision = task_definition(
            name,
            task.limited(settings),
            place,
            what=batch.name,
            command=["batch", batch.input, batch.output],
        )
        role = _role(name, batch, task, revision.arn_without_revision, place)
        for number in range(batch.shards):
            scheduler.Schedule(
                f"{name}-{number}",
                name=place.called(f"{batch.name}-{number}"),
                description=f"{batch.name}, shard {number} of {batch.shards}",
                schedule_expression=aws_cron(batch.schedule or "@yearly"),
                schedule_expression_timezone=batch.zone,
                state="ENABLED" if batch.schedule else "DISABLED",
                flexible_time_window={"mode": "OFF"},
                target={
                    "arn": cluster,
                    "role_arn": role.arn,
                    "input": json.dumps(_overrides(batch, number)),
                    "retry_policy": {
                        "maximum_event_age_in_seconds": _HOUR_S,
                        "maximum_retry_attempts": min(batch.retries, 185),
                    },
                    "ecs_parameters": {
                        "task_definition_arn": revision.arn,
                        "task_count": 1,
                        "launch_type": "FARGATE",
                        "platform_version": "LATEST",
                        "propagate_tags": "TASK_DEFINITION",
                        "network_configuration": {
                            "subnets": network.subnets,
                            "security_groups": [group],
                            "assign_public_ip": False,
                        },
                    },
                },
                opts=pulumi.ResourceOptions(parent=self, depends_on=[after]),
            )
        self.register_outputs({})


def _overrides(batch: BatchSettings, number: int) -> dict[str, Any]:
    shard = ["--shard", f"{number}/{batch.shards}"] if batch.shards > 1 else []
    words = ["batch", batch.input, batch.output, *shard, *batch.options]
    command = [word.replace(_RUN, _MOMENT) for word in words]
    return {"containerOverrides": [{"name": CONTAINER, "command": command}]}


def _role(
    name: str,
    batch: BatchSettings,
    task: TaskArgs,
    family: pulumi.Input[str],
    place: Place,
) -> iam.Role:
    """The scheduler may start this task, as its two roles, and nothing else."""
    account = {"aws:SourceAccount": place.platform.account}
    role = iam.Role(
        name,
        name=place.called(f"{batch.name}-begin"),
        assume_role_policy=trusting("scheduler.amazonaws.com", StringEquals=account),
        permissions_boundary=place.platform.boundary,
        opts=place.opts,
    )

    def granted(found: list[str]) -> str:
        task_family, *roles = found
        return document(
            (("ecs:RunTask",), f"{task_family}:*"),
            (("ecs:TagResource",), place.arn("ecs", f"task/{place.name}/*")),
            (("iam:PassRole",), roles),
        )

    iam.RolePolicy(
        name,
        role=role.name,
        policy=pulumi.Output.all(family, task.execution_role, task.task_role).apply(
            granted
        ),
        opts=place.opts,
    )
    return role

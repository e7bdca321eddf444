"""Whole files scored by the image of a service, a job for each shard."""

import pulumi
from pulumi_azure_native import app

from stacks.settings.batch import BatchSettings
from stacks.settings.cron import five_fields

from .place import Place
from .template import CopyArgs, container, volumes

_RUN = "$(RUN)"
_EXECUTION = "$(CONTAINER_APP_JOB_EXECUTION_NAME)"
"""Azure gives the run's name in this variable, which the image fills in."""


class Scheduled(pulumi.ComponentResource):
    """
    The job at its set times: one job for each shard, for Azure counts no copies.

    It comes `after` what proves the image, so that no job runs one that is not. A shard
    that ends early is begun again by Azure, and goes on from where it was.
    """

    def __init__(
        self,
        name: str,
        batch: BatchSettings,
        copy: CopyArgs,
        place: Place,
        *,
        environment: str,
        registries: list[app.RegistryCredentialsArgsDict],
        after: pulumi.Resource,
    ) -> None:
        super().__init__("slipway:azure:Batch", name, None, place.opts)
        place = place.under(self)
        limited = copy.limited(
            copy.settings.model_copy(
                update={
                    "cpu": batch.cpu or copy.settings.cpu,
                    "memory_mb": batch.memory_mb or copy.settings.memory_mb,
                    "env": {**copy.settings.env, **batch.env},
                }
            )
        )
        for number in range(batch.shards):
            job = container(
                limited, place, role=batch.name, command=command(batch, number)
            )
            app.Job(
                f"{name}-{number}",
                job_name=place.called(f"{batch.name}-{number}"),
                resource_group_name=place.group,
                location=place.platform.location,
                environment_id=environment,
                workload_profile_name=place.platform.environment.profile,
                identity={
                    "type": "UserAssigned",
                    "user_assigned_identities": copy.identity.alone,
                },
                configuration=_configuration(batch, copy, registries),
                template={"containers": [job], "volumes": volumes(copy.secrets)},
                tags={**place.tags, **copy.release, "slipway.role": batch.name},
                opts=pulumi.ResourceOptions(parent=self, depends_on=[after]),
            )
        self.register_outputs({})


def command(batch: BatchSettings, number: int) -> list[str]:
    """What one shard is told to do."""
    shard = ["--shard", f"{number}/{batch.shards}"] if batch.shards > 1 else []
    words = ["batch", batch.input, batch.output, *shard, *batch.options]
    return [word.replace(_RUN, _EXECUTION) for word in words]


def _configuration(
    batch: BatchSettings,
    copy: CopyArgs,
    registries: list[app.RegistryCredentialsArgsDict],
) -> app.JobConfigurationArgsDict:
    """When it comes; each of its jobs has one copy, for there is no other shard."""
    found: app.JobConfigurationArgsDict = {
        "trigger_type": "Schedule" if batch.schedule else "Manual",
        "replica_timeout": batch.deadline_s,
        "replica_retry_limit": batch.retries,
        "registries": registries,
        "secrets": copy.secrets.references,
        "identity_settings": [{"identity": copy.identity.id, "lifecycle": "Main"}],
    }
    if batch.schedule is None:
        return {
            **found,
            "manual_trigger_config": {"parallelism": 1, "replica_completion_count": 1},
        }
    return {
        **found,
        "schedule_trigger_config": {
            "cron_expression": five_fields(batch.schedule),
            "parallelism": 1,
            "replica_completion_count": 1,
        },
    }

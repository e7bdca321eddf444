"""Whole files scored by the image of a service, a task for each shard."""

import pulumi
from pulumi_gcp import cloudrunv2, cloudscheduler

from stacks.settings.batch import BatchSettings
from stacks.settings.cron import five_fields

from .identity import identity
from .labels import labelled
from .place import Place
from .template import TemplateArgs, container, limits, volumes, vpc

_RUN = "$(RUN)"
_EXECUTION = "$(CLOUD_RUN_EXECUTION)"
_INDEX = "$(CLOUD_RUN_TASK_INDEX)"
"""Cloud Run replaces no variables in arguments; the server's batch command does."""
_SCOPE = "https://www.googleapis.com/auth/cloud-platform"


class Scheduled(pulumi.ComponentResource):
    """
    The job, and its set times where it has any.

    It comes `after` what proves the image, so that no job runs one that is not. A task
    that ends early is begun again, and goes on from the parts that are there.
    """

    def __init__(
        self,
        name: str,
        batch: BatchSettings,
        args: TemplateArgs,
        place: Place,
        *,
        after: pulumi.Resource,
    ) -> None:
        super().__init__("slipway:gcp:Batch", name, None, place.opts)
        place = place.under(self)
        settings = args.settings.model_copy(
            update={
                "cpu": batch.cpu or args.settings.cpu,
                "memory_mb": batch.memory_mb or args.settings.memory_mb,
                "env": {**args.settings.env, **batch.env},
            }
        )
        job = _job(name, batch, args.limited(settings), place, after)
        if batch.schedule:
            _set_times(name, batch.schedule, batch, job, place)
        self.register_outputs({})


def _job(
    name: str,
    batch: BatchSettings,
    args: TemplateArgs,
    place: Place,
    after: pulumi.Resource,
) -> cloudrunv2.Job:
    platform, labels = place.platform, args.labels(place)
    task: cloudrunv2.JobTemplateTemplateArgsDict = {
        "service_account": args.account,
        "execution_environment": "EXECUTION_ENVIRONMENT_GEN2",
        "max_retries": batch.retries,
        "timeout": f"{batch.deadline_s}s",
        "volumes": [{**one} for one in volumes(args)],
        "containers": [
            {
                **container(args, place),
                "args": arguments(batch),
                "resources": {"limits": limits(args.settings)},
            }
        ],
    }
    if platform.kms_key:
        task["encryption_key"] = platform.kms_key
    if platform.vpc:
        task["vpc_access"] = {**vpc(platform)}
    return cloudrunv2.Job(
        name,
        name=place.called(batch.name),
        project=platform.project,
        location=platform.region,
        deletion_protection=False,
        template={
            "task_count": batch.shards,
            "parallelism": min(batch.parallel or batch.shards, batch.shards),
            "labels": {**labelled(labels), "slipway-batch": batch.name},
            "annotations": dict(labels),
            "template": task,
        },
        binary_authorization=(
            {"use_default": True} if platform.binary_authorization else None
        ),
        labels={**place.labels, "slipway-batch": batch.name},
        opts=pulumi.ResourceOptions(parent=place.opts.parent, depends_on=[after]),
    )


def arguments(batch: BatchSettings) -> list[str]:
    """
    What a task is told: its share of the files is that of its number.

    The execution's own name, another one at each set time, is the run's.
    """
    shard = ["--shard", f"{_INDEX}/{batch.shards}"] if batch.shards > 1 else []
    words = ["batch", batch.input, batch.output, *shard, *batch.options]
    return [word.replace(_RUN, _EXECUTION) for word in words]


def _set_times(
    name: str,
    schedule: str,
    batch: BatchSettings,
    job: cloudrunv2.Job,
    place: Place,
) -> None:
    """The scheduler may run this job, by an account of its own, and nothing else."""
    platform = place.platform
    account = identity(f"{name}-begin", place, f"{batch.name}-begin")
    allowed = cloudrunv2.JobIamMember(
        name,
        project=platform.project,
        location=platform.region,
        name=job.name,
        role="roles/run.invoker",
        member=account.member,
        opts=pulumi.ResourceOptions(
            parent=place.opts.parent, depends_on=[*account.first]
        ),
    )
    cloudscheduler.Job(
        name,
        name=place.called(batch.name),
        project=platform.project,
        region=platform.region,
        description=f"{batch.name} of {place.name}",
        schedule=five_fields(schedule),
        time_zone=batch.zone,
        attempt_deadline="180s",
        retry_config={"retry_count": 3},
        http_target={
            "http_method": "POST",
            "uri": pulumi.Output.format(
                "https://run.googleapis.com/v2/projects/{0}/locations/{1}/jobs/{2}:run",
                platform.project,
                platform.region,
                job.name,
            ),
            "oauth_token": {
                "service_account_email": account.email,
                "scope": _SCOPE,
            },
        },
        opts=pulumi.ResourceOptions(parent=place.opts.parent, depends_on=[allowed]),
    )

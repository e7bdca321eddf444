"""Whole files scored by the image of a service, shard by shard over the cluster."""

from dataclasses import replace
from typing import Any

import pulumi
import pulumi_kubernetes as k8s

from stacks.settings.batch import BatchSettings

from .place import Place
from .pod import CONTAINER, PodArgs, container_of, pod_of

_USAGE, _REJECTED = 2, 3
_RUN = "metadata.labels['batch.kubernetes.io/job-name']"


def scheduled(
    name: str,
    batch: BatchSettings,
    pod: PodArgs,
    place: Place,
    *,
    after: pulumi.Resource,
) -> None:
    """
    The job at its set times; one that is late or still at work is not doubled.

    It comes `after` what proves the image, so that no job runs one that is not.
    """
    own = {"slipway.batch": batch.name}
    metadata = place.metadata(f"{place.name}-{batch.name}", labels=own)
    k8s.batch.v1.CronJob(
        name,
        metadata=metadata,
        spec={
            "schedule": batch.schedule or "@yearly",
            "suspend": batch.schedule is None,
            "time_zone": batch.zone,
            "concurrency_policy": "Forbid",
            "starting_deadline_seconds": 3600,
            "successful_jobs_history_limit": 3,
            "failed_jobs_history_limit": 3,
            "job_template": {
                "metadata": {"labels": metadata["labels"]},
                "spec": job(batch, pod, place),
            },
        },
        opts=pulumi.ResourceOptions.merge(
            place.opts, pulumi.ResourceOptions(depends_on=[after])
        ),
    )


def job(batch: BatchSettings, pod: PodArgs, place: Place) -> Any:
    """
    The spec of a Job: a pod for each shard, by its index.

    A shard that is cut off is begun again, and goes on from the parts that are there.
    A node that is drained counts as no failure; a job that makes no sense ends at once.
    """
    settings = pod.settings.model_copy(
        update={
            "cpu": batch.cpu or pod.settings.cpu,
            "memory_mb": batch.memory_mb or pod.settings.memory_mb,
            "env": {**pod.settings.env, **batch.env},
        }
    )
    args = replace(pod, settings=settings)
    container = container_of(args, pod.platform.gpu)
    container["args"] = [
        "batch",
        batch.input,
        batch.output,
        *_shard(batch.shards),
        *batch.options,
    ]
    run = {"name": "RUN", "valueFrom": {"fieldRef": {"fieldPath": _RUN}}}
    container["env"] = [run, *container["env"]]
    spec = pod_of(args, container)
    if batch.claim:
        volume = {"persistentVolumeClaim": {"claimName": batch.claim.name}}
        spec["volumes"].append({"name": "files", **volume})
        mount = {"name": "files", "mountPath": batch.claim.path}
        container["volumeMounts"].append(mount)
    labels = place.labels.pods("batch", args.release)
    return {
        "completionMode": "Indexed",
        "completions": batch.shards,
        "parallelism": min(batch.parallel or batch.shards, batch.shards),
        "backoffLimitPerIndex": batch.retries,
        "activeDeadlineSeconds": batch.deadline_s,
        "ttlSecondsAfterFinished": 7 * 86_400,
        "podFailurePolicy": {"rules": _rules()},
        "template": {
            "metadata": {"labels": labels},
            "spec": {**spec, "restartPolicy": "Never"},
        },
    }


def _shard(shards: int) -> list[str]:
    return ["--shard", f"$(JOB_COMPLETION_INDEX)/{shards}"] if shards > 1 else []


def _rules() -> list[dict[str, Any]]:
    def exits(code: int) -> dict[str, Any]:
        return {"containerName": CONTAINER, "operator": "In", "values": [code]}

    drained = {"type": "DisruptionTarget", "status": "True"}
    return [
        {"action": "FailJob", "onExitCodes": exits(_USAGE)},
        {"action": "FailIndex", "onExitCodes": exits(_REJECTED)},
        {"action": "Ignore", "onPodConditions": [drained]},
    ]

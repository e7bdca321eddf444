"""Jobs of a stack, as the program declares them."""

from typing import Any

import pytest

from stacks.offline import Declaration
from stacks.offline.registration import Registration
from tests.components.kubernetes.conftest import DEPLOYMENT, container

CRON = "kubernetes:batch/v1:CronJob"


@pytest.fixture
def cron(full: Declaration) -> Registration:
    return full.only(CRON)


@pytest.fixture
def job(cron: Registration) -> dict[str, Any]:
    return cron.inputs["spec"]["jobTemplate"]["spec"]


def test_a_job_comes_at_its_time_and_never_twice_at_once(cron: Registration) -> None:
    spec = cron.inputs["spec"]
    assert (spec["schedule"], spec["timeZone"]) == ("0 3 * * *", "Europe/Berlin")
    assert spec["concurrencyPolicy"] == "Forbid"


def test_each_shard_is_a_pod_with_its_index(job: dict[str, Any]) -> None:
    (one,) = job["template"]["spec"]["containers"]
    assert job["completionMode"] == "Indexed"
    assert (job["completions"], job["parallelism"]) == (8, 4)
    assert one["args"] == [
        "batch",
        "s3://lake/in.parquet",
        "s3://lake/scores/$(RUN)/",
        "--shard",
        "$(JOB_COMPLETION_INDEX)/8",
    ]
    assert one["env"][0]["name"] == "RUN"


def test_it_is_the_image_that_serves_and_as_locked_down(
    full: Declaration, job: dict[str, Any]
) -> None:
    (one,) = job["template"]["spec"]["containers"]
    serving = container(full.only(DEPLOYMENT, "model"))
    assert one["image"] == serving["image"]
    assert one["securityContext"] == serving["securityContext"]
    assert one["resources"]["limits"]["memory"] == "4Gi"


def test_only_what_may_go_better_is_tried_again(job: dict[str, Any]) -> None:
    usage, rejected, drained = job["podFailurePolicy"]["rules"]
    assert (usage["action"], usage["onExitCodes"]["values"]) == ("FailJob", [2])
    assert (rejected["action"], rejected["onExitCodes"]["values"]) == ("FailIndex", [3])
    assert drained["action"] == "Ignore"
    assert job["template"]["spec"]["restartPolicy"] == "Never"


def test_files_of_a_volume_are_mounted(job: dict[str, Any]) -> None:
    spec = job["template"]["spec"]
    assert {
        "name": "files",
        "persistentVolumeClaim": {"claimName": "lake"},
    } in spec["volumes"]
    mounts = spec["containers"][0]["volumeMounts"]
    assert {"name": "files", "mountPath": "/data"} in mounts
    assert spec["securityContext"]["fsGroup"] == 10001

"""Jobs of a stack, as the program declares them."""

from typing import Any

import pytest

from stacks.offline import Declaration
from stacks.offline.registration import Registration

JOB = "gcp:cloudrunv2/job:Job"
TIMES = "gcp:cloudscheduler/job:Job"


@pytest.fixture
def job(without_canary: Declaration) -> Registration:
    return without_canary.only(JOB, "model-nightly")


@pytest.fixture
def task(job: Registration) -> dict[str, Any]:
    return job.inputs["template"]["template"]


def test_each_shard_is_a_task_by_its_number(
    job: Registration, task: dict[str, Any]
) -> None:
    assert job.inputs["template"]["taskCount"] == 8
    assert job.inputs["template"]["parallelism"] == 4
    (one,) = task["containers"]
    assert one["args"] == [
        "batch",
        "gs://lake/in.parquet",
        "gs://lake/scores/$(CLOUD_RUN_EXECUTION)/",
        "--shard",
        "$(CLOUD_RUN_TASK_INDEX)/8",
    ]


def test_a_job_of_one_shard_takes_it_all(without_canary: Declaration) -> None:
    once = without_canary.only(JOB, "model-once").inputs["template"]["template"]
    (one,) = once["containers"]
    assert one["args"] == ["batch", "gs://lake/a.csv", "gs://lake/b.csv"]


def test_it_is_the_image_that_serves_as_the_account_that_serves(
    without_canary: Declaration, task: dict[str, Any]
) -> None:
    service = without_canary.only("gcp:cloudrunv2/service:Service").inputs["template"]
    (one,), (serving,) = task["containers"], service["containers"]
    assert one["image"] == serving["image"]
    assert task["serviceAccount"] == service["serviceAccount"]
    assert task["vpcAccess"] == service["vpcAccess"]
    assert one["resources"] == {"limits": {"cpu": "2", "memory": "4Gi"}}
    names = {each["name"] for each in one["envs"]}
    assert {"COLOUR", "TOKEN", "KEPT"} <= names
    assert "SLIPWAY_LOG_EXAMPLE" not in names


def test_no_job_runs_an_image_that_is_not_proven(
    without_canary: Declaration, job: Registration
) -> None:
    service = without_canary.only("gcp:cloudrunv2/service:Service")
    assert service.urn in job.dependencies


def test_it_comes_at_its_time_by_an_account_that_may_run_it_alone(
    without_canary: Declaration,
) -> None:
    times = without_canary.only(TIMES).inputs
    assert (times["schedule"], times["timeZone"]) == ("0 0 * * *", "Europe/Berlin")
    target = times["httpTarget"]
    who = target["oauthToken"]["serviceAccountEmail"]
    assert who == "slipway-prod-nightly-begin@shop-prod.iam.gserviceaccount.com"
    may = without_canary.only("gcp:cloudrunv2/jobIamMember:JobIamMember").inputs
    assert (may["member"], may["role"]) == (
        f"serviceAccount:{who}",
        "roles/run.invoker",
    )


def test_without_a_set_time_it_waits_to_be_asked_for(
    without_canary: Declaration,
) -> None:
    assert [one.name for one in without_canary.all(TIMES)] == ["model-nightly"]
    assert len(without_canary.all(JOB)) == 2

"""Whole files scored at set times, a task for each shard."""

import json
from typing import Any

from stacks.offline import Declaration

SCHEDULE = "aws:scheduler/schedule:Schedule"


def commands(declaration: Declaration) -> list[list[str]]:
    found: list[list[str]] = []
    for one in sorted(declaration.all(SCHEDULE), key=lambda one: one.name):
        told: dict[str, Any] = json.loads(one.inputs["target"]["input"])
        (override,) = told["containerOverrides"]
        found.append(override["command"])
    return found


def test_each_shard_is_a_task_of_the_same_moment(full: Declaration) -> None:
    shards = [command[command.index("--shard") + 1] for command in commands(full)]
    assert shards == ["0/3", "1/3", "2/3"]
    times = {one.inputs["scheduleExpression"] for one in full.all(SCHEDULE)}
    assert times == {"cron(0 3 ? * MON-FRI *)"}


def test_all_shards_of_a_run_write_into_one_folder(full: Declaration) -> None:
    outputs = {command[2] for command in commands(full)}
    assert outputs == {"s3://lake/scores/<aws.scheduler.scheduled-time>/"}


def test_no_job_runs_an_image_that_is_not_proven(full: Declaration) -> None:
    service = full.only("aws:ecs/service:Service", "model").urn
    assert all(service in one.dependencies for one in full.all(SCHEDULE))


def test_a_job_has_its_own_memory(full: Declaration) -> None:
    task = full.only("aws:ecs/taskDefinition:TaskDefinition", "model-nightly").inputs
    assert (task["cpu"], task["memory"]) == ("1024", "4096")

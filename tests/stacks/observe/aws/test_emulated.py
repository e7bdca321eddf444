"""What moto keeps of an account is found in it; what it does not is for the stubber."""

import json
import time
from collections.abc import Iterator
from typing import Any

import boto3
import pytest

from stacks.observe.aws.log import TaskLog
from stacks.observe.aws.observer import AwsObserver
from stacks.offline import Declaration
from tests.components.aws.conftest import plain
from tests.s3 import entered, served

__all__ = ["plain"]
_PLACE = {"region_name": "eu-central-1"}
_GROUP, _STREAM = "/slipway/slipway-prod", "model/model/0a1b"
_CLUSTER = "slipway-prod"
_OF_FARGATE = ("cpu", "memory", "networkMode", "requiresCompatibilities")


@pytest.fixture(scope="module")
def server() -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture
def clients(server: str, monkeypatch: pytest.MonkeyPatch) -> Any:
    """Of an empty account; the environment names it to Slipway too."""
    entered(server, monkeypatch)
    return lambda service: boto3.client(service, **_PLACE)


@pytest.fixture
def log(clients: Any, observer: AwsObserver) -> TaskLog:
    """A task's, with more lines than one answer has, and another task's beside it."""
    logs = clients("logs")
    logs.create_log_group(logGroupName=_GROUP)
    now = int(time.time() * 1000)
    for stream, event in ((_STREAM, "request"), ("model/model/other", "minute")):
        logs.create_log_stream(logGroupName=_GROUP, logStreamName=stream)
        for start in (0, 6000):
            told = [
                {"timestamp": now + n, "message": json.dumps({"event": event, "n": n})}
                for n in range(start, start + 6000)
            ]
            logs.put_log_events(
                logGroupName=_GROUP, logStreamName=stream, logEvents=told
            )
    return TaskLog(clients("logs"), _GROUP, _STREAM)


def test_a_log_of_many_pages_is_read_to_its_end_in_order(log: TaskLog) -> None:
    numbers = [json.loads(line)["n"] for line in log.lines(follow=False)]

    assert numbers == list(range(12_000))


def test_the_whole_of_a_log_has_no_line_of_another_task(log: TaskLog) -> None:
    events = [json.loads(line) for line in log.whole()]

    assert len(events) == 12_000
    assert {one["event"] for one in events} == {"request"}


def test_the_last_lines_of_a_log_come_oldest_first(log: TaskLog) -> None:
    assert [json.loads(line)["n"] for line in log.last(3)] == [11_997, 11_998, 11_999]


def test_a_task_that_has_said_nothing_has_no_lines(clients: Any) -> None:
    silent = TaskLog(clients("logs"), _GROUP, _STREAM)

    assert [*silent.lines(follow=False), *silent.whole(), *silent.last(3)] == []


def test_credentials_of_another_account_are_named(
    clients: Any, observer: AwsObserver
) -> None:
    assert clients("sts").get_caller_identity()["Account"] in (
        observer.obstacle() or ""
    )


def test_raised_alarms_are_found_among_those_of_stacks_with_longer_names(
    clients: Any, observer: AwsObserver
) -> None:
    cloudwatch = clients("cloudwatch")
    for name, state in (
        ("slipway-prod-errors", "ALARM"),
        ("slipway-prod-latency", "OK"),
        ("slipway-prod-eu-errors", "ALARM"),
        ("slipway-dev-drift", "ALARM"),
    ):
        cloudwatch.put_metric_alarm(
            AlarmName=name,
            Namespace="Slipway",
            MetricName="errors",
            ComparisonOperator="GreaterThanThreshold",
            EvaluationPeriods=1,
            Period=60,
            Statistic="Sum",
            Threshold=1,
        )
        cloudwatch.set_alarm_state(AlarmName=name, StateValue=state, StateReason="-")

    assert observer.firing() == {"errors"}


def test_a_service_is_known_by_its_tags_and_one_that_is_not_there_is_not(
    clients: Any, observer: AwsObserver, plain: Declaration
) -> None:
    ecs = clients("ecs")
    assert observer.engines() == set()
    ecs.create_cluster(clusterName=_CLUSTER)
    assert observer.engines() == set()

    _serve(ecs, "slipway-prod-model", {"slipway.engine": "pulumi"}, plain)

    assert observer.engines() == {"pulumi"}
    assert observer.rollout("slipway-prod-canary", canary=True).failure == (
        "the service slipway-prod-canary is gone"
    )


def _serve(ecs: Any, name: str, tags: dict[str, str], declared: Declaration) -> None:
    """A service of the task that is declared, as Pulumi's provider makes it."""
    task = declared.only("aws:ecs/taskDefinition:TaskDefinition").inputs
    ecs.register_task_definition(
        family=name,
        containerDefinitions=json.loads(task["containerDefinitions"]),
        **{key: task[key] for key in _OF_FARGATE},
    )
    ecs.create_service(
        cluster=_CLUSTER,
        serviceName=name,
        taskDefinition=name,
        desiredCount=1,
        tags=[{"key": key, "value": value} for key, value in tags.items()],
    )

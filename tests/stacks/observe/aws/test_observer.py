"""What runs in AWS, as verification, status and canaries see it."""

import json
from typing import Any

import pytest

from stacks.observe.aws.observer import AwsObserver
from stacks.releases.traffic import Traffic
from tests.components.conftest import IMAGE
from tests.stacks.observe.aws.conftest import (
    GROUP,
    TASK,
    Account,
    deployment,
    service,
    task,
)


def running(
    account: Account, *tasks: dict[str, Any], healthy: str = "10.0.0.7"
) -> None:
    account.answers("ecs", "describe_services", service())
    target = {"Target": {"Id": healthy}, "TargetHealth": {"State": "healthy"}}
    answer = {"TargetHealthDescriptions": [target]}
    account.answers(
        "elbv2", "describe_target_health", answer, {"TargetGroupArn": GROUP}
    )
    listed = {
        "cluster": "slipway-prod",
        "serviceName": "slipway-prod-model",
        "desiredStatus": "RUNNING",
    }
    account.answers(
        "ecs", "list_tasks", {"taskArns": [one["taskArn"] for one in tasks]}, listed
    )
    account.answers("ecs", "describe_tasks", {"tasks": list(tasks)})


def test_a_task_is_a_copy_with_the_digest_that_ecs_resolved(
    account: Account, observer: AwsObserver
) -> None:
    running(account, task())

    (found,) = observer.replicas()

    assert (found.digest, found.version) == (IMAGE["digest"], "1.4.2")
    assert (found.health, found.in_rotation) == ("healthy", True)
    assert found.name == "0a1b"


def test_a_task_that_the_balancer_does_not_find_healthy_takes_no_requests(
    account: Account, observer: AwsObserver
) -> None:
    running(account, task(), healthy="10.0.0.8")

    (found,) = observer.replicas()

    assert not found.in_rotation


@pytest.mark.parametrize(
    ("status", "health", "told"),
    [
        ("PROVISIONING", "UNKNOWN", "waiting"),
        ("PENDING", "UNKNOWN", "waiting"),
        ("RUNNING", "UNKNOWN", "starting"),
        ("RUNNING", "UNHEALTHY", "unhealthy"),
        ("STOPPED", "HEALTHY", "stopped"),
    ],
)
def test_the_state_of_a_task_in_one_word(
    account: Account, observer: AwsObserver, status: str, health: str, told: str
) -> None:
    found = task(lastStatus=status, healthStatus=health)
    account.answers("ecs", "describe_tasks", {"tasks": [found]})

    assert observer.replica(TASK).health == told


def test_a_stack_that_was_never_up_has_no_copies(
    account: Account, observer: AwsObserver
) -> None:
    account.refuses("ecs", "describe_services", "ClusterNotFoundException")

    assert observer.replicas() == []


def test_a_rollout_is_complete_when_one_deployment_has_all_its_tasks(
    account: Account, observer: AwsObserver
) -> None:
    old, new = (
        deployment("ACTIVE", "COMPLETED", 1),
        deployment("PRIMARY", "COMPLETED", 2),
    )
    account.answers("ecs", "describe_services", service(new, old))
    account.answers("ecs", "describe_services", service(new))

    first = observer.rollout("slipway-prod-model", canary=False)
    second = observer.rollout("slipway-prod-model", canary=False)

    assert (first.complete, second.complete) == (False, True)


def test_a_rollout_that_ecs_took_back_by_itself_has_failed(
    account: Account, observer: AwsObserver
) -> None:
    """To whoever only waits for a steady state it looks like a success."""
    back, failed = (
        deployment("PRIMARY", "COMPLETED", 2),
        deployment("ACTIVE", "FAILED", 0),
    )
    failed["rolloutStateReason"] = (
        "ECS deployment circuit breaker: tasks failed to start."
    )
    account.answers("ecs", "describe_services", service(back, failed))
    account.answers("ecs", "list_tasks", {"taskArns": [TASK]})
    ended = task(
        lastStatus="STOPPED",
        stopCode="EssentialContainerExited",
        stoppedReason="Essential container in task exited",
        containers=[{"name": "model", "exitCode": 137}],
    )
    for _ in range(3):  # listed, then looked at for its log and for its end
        account.answers("ecs", "describe_tasks", {"tasks": [ended]})
    said = {"events": [{"message": '{"level": "error", "error": "too large"}'}]}
    account.answers("logs", "get_log_events", said)

    found = observer.rollout("slipway-prod-model", canary=False)

    assert not found.complete
    assert found.failure == (
        "ECS deployment circuit breaker: tasks failed to start: Essential container in "
        "task exited, exit code 137 (killed: it had no more memory): too large"
    )


def test_the_answer_to_the_example_is_what_the_task_logged(
    account: Account, observer: AwsObserver
) -> None:
    told = {"status": 200, "expected": [1], "got": [1], "tolerance": 0.1}
    line = json.dumps({"event": "example", "level": "info", **told})
    for events in ([], [{"message": line}]):
        account.answers("ecs", "describe_tasks", {"tasks": [task()]})
        asked = {
            "logGroupName": "/slipway/slipway-prod",
            "logStreamNames": ["model/model/0a1b"],
        }
        account.answers("logs", "filter_log_events", {"events": events}, asked)

    assert observer.replay(TASK) == told


def test_what_a_task_counted_is_in_its_lines(
    account: Account, observer: AwsObserver
) -> None:
    minute = {"event": "minute", "requests": 10, "errors": 1, "overloads": 2}
    lines = [json.dumps({**minute, "rejects": 1, "took": {"10": 9, "12": 1}})] * 2
    account.answers("ecs", "describe_tasks", {"tasks": [task()]})
    found = {"events": [{"message": one} for one in lines]}
    account.answers("logs", "filter_log_events", found)

    traffic = Traffic.read([observer.metrics(TASK)])

    assert (traffic.requests, traffic.errors) == (20, 2)
    slow, fast = traffic.quantile_s(0.99), traffic.quantile_s(0.5)
    assert slow
    assert fast
    assert slow > fast


def test_the_credentials_of_another_account_are_an_obstacle(
    account: Account, observer: AwsObserver
) -> None:
    found = {"Account": "333333333333", "Arn": "arn:aws:iam::333333333333:user/me"}
    account.answers("sts", "get_caller_identity", found)

    told = observer.obstacle() or ""

    assert "333333333333" in told
    assert "222222222222" in told


def test_expired_credentials_are_one_sentence(
    account: Account, observer: AwsObserver
) -> None:
    account.refuses(
        "sts", "get_caller_identity", "ExpiredToken", "the token is expired"
    )

    assert observer.obstacle() == "no credentials of AWS: the token is expired"


def test_the_engine_of_a_stack_is_known_by_its_tag(
    account: Account, observer: AwsObserver
) -> None:
    account.answers("ecs", "describe_services", service())
    account.answers("ecs", "describe_services", {"services": []})

    assert observer.engines() == {"pulumi"}


def test_a_service_that_sleeps_is_said_to(
    account: Account, observer: AwsObserver
) -> None:
    new = deployment("PRIMARY", "COMPLETED", 0, wanted=0)
    account.answers("ecs", "describe_services", service(new, desiredCount=0))

    found = observer.rollout("slipway-prod-model", canary=False)

    assert (found.complete, found.asleep) == (True, True)


def test_a_failure_of_before_is_none_of_the_next(
    account: Account, observer: AwsObserver
) -> None:
    new, old = (
        deployment("PRIMARY", "IN_PROGRESS", 1),
        deployment("ACTIVE", "FAILED", 0),
    )
    account.answers("ecs", "describe_services", service(new, old))

    found = observer.rollout("slipway-prod-model", canary=False)

    assert (found.complete, found.failure) == (False, None)


def test_a_task_that_has_said_nothing_yet_has_an_empty_log(
    account: Account, observer: AwsObserver
) -> None:
    account.answers("ecs", "describe_tasks", {"tasks": [task()]})
    account.refuses("logs", "filter_log_events", "ResourceNotFoundException")

    assert Traffic.read([observer.metrics(TASK)]).requests == 0

"""A release of ECS takes requests only when a task of it was proven."""

from collections.abc import Callable
from typing import Any

import pytest

from components.aws.proof import ServiceProof
from components.platform import Rollout
from stacks.settings.aws import AwsPlatform
from stacks.settings.cloud_error import CloudError
from tests.components.aws.conftest import ACCOUNT
from tests.stacks.observe.aws.conftest import REVISION, TASK, Account, account

__all__ = ["account"]

OLD = REVISION.replace(":7", ":6")
NETWORK = {"subnets": ["subnet-0a1b2c3d"], "securityGroups": ["sg-0a1b2c3d"]}


class Told:
    """Checks that keep what they were asked."""

    def __init__(self, wrong: str | None = None) -> None:
        self.labels: dict[str, str] = {}
        self.wrong = wrong
        self.tried: list[str] = []
        self.rollouts: list[Rollout] = []

    def verify(self, replica: str, rotation: Any) -> None:
        raise AssertionError("ECS puts tasks into rotation itself")

    def try_out(self, start: Callable[[], str]) -> None:
        self.tried.append(start())
        if self.wrong:
            raise RuntimeError(self.wrong)

    def confirm(self, rollout: Rollout) -> None:
        self.rollouts.append(rollout)


def inputs(revision: str, **more: Any) -> dict[str, Any]:
    told = {"cluster": "slipway-prod", "taskDefinition": revision}
    return {**told, "networkConfiguration": NETWORK, **more}


def proof(checks: Told) -> ServiceProof:
    platform = AwsPlatform.model_validate(ACCOUNT)
    return ServiceProof(called="slipway-prod-model", platform=platform, checks=checks)


def serving(account: Account, revision: str) -> None:
    """What ECS says the service runs, whatever the engine remembers."""
    found = {"services": [{"status": "ACTIVE", "taskDefinition": revision}]}
    asked = {"cluster": "slipway-prod", "services": ["slipway-prod-model"]}
    account.answers("ecs", "describe_services", found, asked)


def a_trial(account: Account) -> None:
    account.answers("ecs", "run_task", {"tasks": [{"taskArn": TASK}]})
    stopped = {"cluster": "slipway-prod", "task": TASK, "reason": "Slipway: tried out"}
    account.answers("ecs", "stop_task", {}, stopped)


def test_a_task_of_a_new_revision_is_tried_out_and_stopped(account: Account) -> None:
    serving(account, OLD)
    a_trial(account)
    checks = Told()

    proof(checks).before(inputs(OLD), inputs(REVISION))

    assert checks.tried == [TASK]


def test_a_task_that_is_not_proven_is_stopped_too(account: Account) -> None:
    serving(account, OLD)
    a_trial(account)

    with pytest.raises(RuntimeError, match="it answers wrongly"):
        proof(Told("it answers wrongly")).before(inputs(OLD), inputs(REVISION))


def test_more_tasks_of_the_same_are_no_trial(account: Account) -> None:
    serving(account, OLD)
    checks = Told()

    proof(checks).before(inputs(OLD, desiredCount=2), inputs(OLD, desiredCount=3))

    assert checks.tried == []


def test_another_value_of_a_secret_is_tried_out(account: Account) -> None:
    serving(account, OLD)
    a_trial(account)
    checks = Told()
    old, new = ({"TOKEN": one} for one in "12")

    proof(checks).before(inputs(OLD, triggers=old), inputs(OLD, triggers=new))

    assert checks.tried == [TASK]


def test_a_role_that_is_not_known_everywhere_yet_is_waited_for(
    account: Account,
) -> None:
    said = "ECS was unable to assume the role"
    account.refuses("ecs", "run_task", "ClientException", said)
    a_trial(account)
    checks = Told()

    proof(checks).before(None, inputs(REVISION))

    assert checks.tried == [TASK]


def test_no_room_for_a_trial_is_one_sentence(account: Account) -> None:
    failures = [{"reason": "Capacity is unavailable at this time"}]
    account.answers("ecs", "run_task", {"tasks": [], "failures": failures})

    with pytest.raises(CloudError, match="Capacity is unavailable"):
        proof(Told()).before(None, inputs(REVISION))


def test_a_rollout_that_is_undone_asks_for_the_revision_that_served(
    account: Account,
) -> None:
    failed = OLD.replace(":6", ":5")  # what the engine remembers after a failure
    serving(account, OLD)
    a_trial(account)
    asked = {
        "cluster": "slipway-prod",
        "service": "slipway-prod-model",
        "taskDefinition": OLD,
    }
    account.answers("ecs", "update_service", {}, asked)
    checks = Told()
    one = proof(checks)
    one.before(inputs(failed), inputs(REVISION))
    one.after()

    checks.rollouts[0].undo()

    assert checks.rollouts[0].changed


def test_a_new_service_that_fails_stays_for_inspection(account: Account) -> None:
    a_trial(account)
    checks = Told()
    one = proof(checks)
    one.before(None, inputs(REVISION))
    one.after()

    checks.rollouts[0].undo()

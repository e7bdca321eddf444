"""What a change of an ECS service must show, before it and after it."""

import time
from collections.abc import Callable, Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from components.platform import Checks
from components.proof import Inputs
from stacks.settings.aws import AwsPlatform
from stacks.settings.aws_account import AwsAccount, told
from stacks.settings.cloud_error import CloudError

_OF_TASKS = ("taskDefinition", "triggers")
"""The inputs with which other tasks run."""
_NEW_ROLE_S = 45
"""How long a role that was just made may not be known everywhere yet."""


class ServiceProof:
    """
    One task of a new revision runs beside the service and is proven; then ECS replaces
    the others, and what it does is seen to its end.
    """

    def __init__(
        self,
        *,
        called: str,
        platform: AwsPlatform,
        checks: Checks,
        canary: bool = False,
    ) -> None:
        self._called = called
        self._account = AwsAccount(platform)
        self._checks = checks
        self._canary = canary
        self._old: Inputs | None = None
        self._new: Inputs = {}

    def before(self, old: Inputs | None, new: Inputs) -> None:
        """Prove a task of the revision, where it is another; else nothing is done."""
        self._old, self._new = self._serving(old), new
        if self._changed:
            with _trial(self._account, new) as start:
                self._checks.try_out(start)

    def after(self) -> None:
        """
        See the rollout to its end.

        A rollout that ECS took back by itself ends well for the engine: it is found
        out here, by what runs, and fails the update.
        """
        self._checks.confirm(
            ServiceRollout(
                account=self._account,
                name=self._called,
                canary=self._canary,
                before=self._old,
                changed=self._changed,
            )
        )

    def _serving(self, old: Inputs | None) -> Inputs | None:
        """
        What the engine remembers, with the revision that ECS runs in truth: after a
        failure the engine remembers what failed.
        """
        if old is None:
            return None
        with told(f"the service {self._called} cannot be seen"):
            found = self._account.client("ecs").describe_services(
                cluster=old["cluster"], services=[self._called]
            )["services"]
        active = [one for one in found if one["status"] == "ACTIVE"]
        return {**old, "taskDefinition": active[0]["taskDefinition"]} if active else old

    @property
    def _changed(self) -> bool:
        return self._old is None or any(
            self._old.get(key) != self._new.get(key) for key in _OF_TASKS
        )


@dataclass(frozen=True, kw_only=True)
class ServiceRollout:
    """One service of ECS, as the checks that follow its rollout need it."""

    account: AwsAccount
    name: str
    canary: bool
    before: Inputs | None
    """What was asked of it before; None where it is new."""
    changed: bool

    def undo(self) -> None:
        """Ask for the revision of before; a new service runs on, for inspection."""
        if self.before is None or not self.changed:
            return
        with told(f"service {self.name} cannot be taken back"):
            self.account.client("ecs").update_service(
                cluster=self.before["cluster"],
                service=self.name,
                taskDefinition=self.before["taskDefinition"],
            )


@contextmanager
def _trial(account: AwsAccount, service: Inputs) -> Generator[Callable[[], str]]:
    """What starts a task that no balancer knows; it is stopped whatever comes of it."""
    started: list[str] = []
    client = account.client("ecs")

    def start() -> str:
        started.append(_run(client, service))
        return started[0]

    try:
        yield start
    finally:
        for task in started:
            with suppress(CloudError), told("the trial cannot be stopped"):
                client.stop_task(
                    cluster=service["cluster"], task=task, reason="Slipway: tried out"
                )


def _run(client: Any, service: Inputs) -> str:
    until = time.monotonic() + _NEW_ROLE_S
    network = service["networkConfiguration"]
    while True:
        try:
            with told("a task to try out cannot be started"):
                answer = client.run_task(
                    cluster=service["cluster"],
                    taskDefinition=service["taskDefinition"],
                    count=1,
                    launchType="FARGATE",
                    networkConfiguration={
                        "awsvpcConfiguration": {
                            "subnets": list(network["subnets"]),
                            "securityGroups": list(network["securityGroups"]),
                            "assignPublicIp": "DISABLED",
                        }
                    },
                    propagateTags="TASK_DEFINITION",
                    startedBy="slipway-trial",
                )
        except CloudError as error:
            if "assume" not in str(error) or time.monotonic() > until:
                raise
            time.sleep(5)
            continue
        if answer["tasks"]:
            return answer["tasks"][0]["taskArn"]
        reasons = {one.get("reason", "?") for one in answer["failures"]}
        raise CloudError(f"no task to try out is placed: {', '.join(sorted(reasons))}")

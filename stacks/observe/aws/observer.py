"""Looks at the tasks of one stack."""

import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from stacks.settings.aws_account import AwsAccount, told
from stacks.settings.cloud import fitting
from stacks.settings.cloud_error import CloudError
from stacks.settings.stack import StackSettings

from .. import lines
from ..replica import Changes, Progress, Replica, Resource
from . import changes, tasks
from .log import TaskLog
from .rotation import addresses

_TOLD_S = 90
"""How long a line may take from a task to the log."""
_POLL_S = 3.0


class AwsObserver:
    """Finds tasks by the names that follow from the settings."""

    def __init__(self, stack: str, settings: StackSettings) -> None:
        platform = settings.platform
        if platform.kind != "aws":
            raise ValueError(f"{stack} does not run in AWS")
        self._stack = stack
        self._settings = settings
        self._platform = platform
        self._account = AwsAccount(platform)
        self.start_s = float(platform.start_s)

    def obstacle(self) -> str | None:
        """The credentials are missing, or another account's."""
        try:
            self._account.identity()
        except CloudError as error:
            return str(error)
        return None

    def engines(self) -> set[str]:
        """By the tag that every service carries."""
        found = filter(None, map(self._service, ("model", "canary")))
        tags = (one.get("tags", []) for one in found)
        return {tag["value"] for some in tags for tag in some if tag["key"] == _ENGINE}

    def replicas(self) -> list[Replica]:
        """Every task of the stack's release, newest first."""
        return self._copies("model")

    def canaries(self) -> list[Replica]:
        """Every task of a canary, with its share of the requests."""
        canary = self._settings.canary
        return self._copies("canary", canary.weight if canary else None)

    def replica(self, id: str) -> Replica:
        """One task, in traffic or not."""
        return tasks.replica(self._task(id), in_rotation=False)

    def rollout(self, name: str, *, canary: bool) -> Progress:
        """Of a service; one that ECS has taken back is told as failed."""
        time.sleep(_POLL_S)
        service = self._service("canary" if canary else "model")
        if service is None:
            return Progress(complete=False, failure=f"the service {name} is gone")
        deployments = service["deployments"]
        counts = tuple(one["runningCount"] for one in deployments)
        first = next(one for one in deployments if one["status"] == "PRIMARY")
        done = first.get("rolloutState") == "COMPLETED"
        failed = [one for one in deployments if one.get("rolloutState") == "FAILED"]
        # One that failed before may still be there while another comes.
        if failed and (done or first in failed):
            reason = failed[0].get("rolloutStateReason", "its rollout failed")
            failure = f"{reason.rstrip('.')}: {self.stalled(canary)}"
            return Progress(complete=False, failure=failure, counts=counts)
        whole = first["runningCount"] == first["desiredCount"]
        return Progress(
            complete=done and whole and len(deployments) == 1,
            counts=counts,
            asleep=service["desiredCount"] == 0,
        )

    def stalled(self, canary: bool) -> str:
        """What the last task that ended by itself died of, or what ECS says."""
        what = "canary" if canary else "model"
        for one in self._tasks(what, "STOPPED"):
            if one.get("stopCode") in ("EssentialContainerExited", "TaskFailedToStart"):
                return self.last_words(one["taskArn"])
        service = self._service(what) or {"events": []}
        said = [one["message"] for one in service.get("events", ())[:1]]
        return said[0] if said else "its tasks are not ready in time"

    def firing(self) -> set[str]:
        """The alarms of CloudWatch whose names begin with the service's."""
        start = f"{self._name}-"
        with told("CloudWatch does not say which alarms are raised"):
            pages = self._account.client("cloudwatch").get_paginator("describe_alarms")
            asked = pages.paginate(AlarmNamePrefix=start)
            found = [one for page in asked for one in page["MetricAlarms"]]
        raised = [one["AlarmName"] for one in found if one["StateValue"] == "ALARM"]
        names = {one.removeprefix(start) for one in raised}
        # A stack whose name begins with this one's has alarms of its own.
        return {name for name in names if "-" not in name}

    def changed_by_hand(self, declared: Sequence[Resource]) -> Changes:
        """Services, and the revision of a task that each of them has."""
        ecs = self._account.client("ecs")
        return changes.changed_by_hand(ecs, self._name, self._service, declared)

    def replay(self, id: str) -> dict[str, Any]:
        """What the task itself logged of its example, once it was ready."""
        return lines.awaited(lambda: self._log(id).whole(), _TOLD_S)

    def metrics(self, id: str) -> str:
        """From the lines a minute of its log."""
        return lines.metrics(self._log(id).whole("minute"))

    def manifest(self, id: str) -> bytes:
        """Nothing outside the network can ask a task for a file."""
        raise CloudError(
            "a task of ECS shows no file; its image in the registry has it"
        )

    def last_words(self, id: str) -> str:
        """Why the task is not what it should be."""
        ended = tasks.why(self._task(id))
        return lines.last_words(lambda: self._log(id).last(50), ended)

    def logs(self, id: str, *, follow: bool = False) -> Iterator[str]:
        """The task's log."""
        for line in self._log(id).lines(follow=follow):
            yield f"{line}\n"

    def forwarded(self, id: str, port: int) -> AbstractAsyncContextManager[int]:
        """Tasks are in a private network, and have no shell to be entered by."""
        raise CloudError(
            "a task of ECS is in a private network; its page is reached from there, on "
            f"port {port}, and CloudWatch has a dashboard"
        )

    def _copies(self, what: str, weight: int | None = None) -> list[Replica]:
        service = self._service(what)
        if service is None:
            return []
        with told("the balancer does not say which tasks take requests"):
            elb = self._account.client("elbv2")
            taking = addresses(elb, service["loadBalancers"])
        return [
            tasks.replica(one, in_rotation=tasks.address(one) in taking, weight=weight)
            for one in self._tasks(what, "RUNNING")
        ]

    def _tasks(self, what: str, status: str) -> list[Mapping[str, Any]]:
        """Newest first; of those that ended, what ECS still knows."""
        with told(f"the tasks of {self._stack} cannot be seen"):
            ecs = self._account.client("ecs")
            known = ecs.list_tasks(
                cluster=self._name,
                serviceName=self._called(what),
                desiredStatus=status,
            )["taskArns"]
            if not known:
                return []
            found = ecs.describe_tasks(
                cluster=self._name, tasks=known, include=["TAGS"]
            )["tasks"]
        return sorted(found, key=lambda one: one["createdAt"], reverse=True)

    def _task(self, id: str) -> Mapping[str, Any]:
        with told(f"task {id} cannot be seen"):
            found = self._account.client("ecs").describe_tasks(
                cluster=self._name, tasks=[id], include=["TAGS"]
            )["tasks"]
        if not found:
            raise LookupError(f"task {id} is gone")
        return found[0]

    def _service(self, what: str) -> Mapping[str, Any] | None:
        ecs = self._account.client("ecs")
        try:
            found = ecs.describe_services(
                cluster=self._name, services=[self._called(what)], include=["TAGS"]
            )["services"]
        except ecs.exceptions.ClusterNotFoundException:
            return None
        active = [one for one in found if one["status"] == "ACTIVE"]
        return active[0] if active else None

    def _log(self, id: str) -> TaskLog:
        task = self._task(id)
        stream = f"{tasks.role(task)}/model/{tasks.name(task)}"
        logs = self._account.client("logs")
        return TaskLog(logs, f"/slipway/{self._name}", stream)

    @property
    def _name(self) -> str:
        """Of the cluster, and the start of every other name."""
        return self._platform.called(self._stack)

    def _called(self, what: str) -> str:
        return fitting(f"{self._name}-{what}", 255)


_ENGINE = "slipway.engine"

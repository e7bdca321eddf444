"""A batch job of a stack, begun now and followed to its end."""

import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from stacks.settings.cluster import Cluster
from stacks.settings.cluster_error import ClusterError
from stacks.settings.kubernetes import CONTAINER
from stacks.settings.stack import StackSettings

from .reasons import why

_PAUSE_S = 1.0


class JobFailed(ClusterError):
    """A job that did not come to a good end; what its shards did is kept."""


class Job:
    """One run of a job that the stack's file names, as if its time had come."""

    def __init__(self, stack: str, settings: StackSettings, batch: str) -> None:
        if settings.platform.kind != "kubernetes":
            raise ValueError(f"{stack} does not run in a cluster")
        self._cluster = Cluster(settings.platform)
        self._stack = stack
        self._batch = batch
        self.name = ""

    def begin(self) -> None:
        """Make the Job as the CronJob in the cluster says; raises JobFailed."""
        cron = self._cron()
        template = cron["spec"]["jobTemplate"]
        self.name = f"{cron['metadata']['name']}-{datetime.now(UTC):%Y%m%d%H%M%S}"
        owner = {
            "apiVersion": "batch/v1",
            "kind": "CronJob",
            "name": cron["metadata"]["name"],
            "uid": cron["metadata"]["uid"],
        }
        metadata = {
            "name": self.name,
            "labels": template["metadata"].get("labels", {}),
            "annotations": {"cronjob.kubernetes.io/instantiate": "manual"},
            "ownerReferences": [owner],
        }
        job = {"apiVersion": "batch/v1", "kind": "Job", "metadata": metadata}
        self._cluster.create(
            self._cluster.path("jobs"), job | {"spec": template["spec"]}
        )

    def follow(self, tell: Callable[[int, int], None]) -> None:
        """Tell how many shards of how many are done, to the end; raises JobFailed."""
        told = -1
        while True:
            job = self._cluster.get(self._cluster.path("jobs", self.name))
            if job is None:
                raise JobFailed(f"{self.name} was removed while it was at work")
            done = job.get("status", {}).get("succeeded", 0)
            if done != told:
                tell(told := done, job["spec"]["completions"])
            for kind, message in _conditions(job):
                if kind == "Complete":
                    return
                if kind == "Failed":
                    raise JobFailed(f"{self.name} failed: {self._reason() or message}")
            time.sleep(_PAUSE_S)

    def _cron(self) -> Mapping[str, Any]:
        labels = {"slipway.stack": self._stack}
        found = self._cluster.list(self._cluster.path("cronjobs"), labels)
        named = {one["metadata"]["labels"]["slipway.batch"]: one for one in found}
        if self._batch not in named:
            known = ", ".join(sorted(named)) or "none"
            raise JobFailed(
                f"{self._stack} has no job {self._batch} in the cluster, but {known}; "
                "name it in slipway:batch, then bring the stack up"
            )
        return named[self._batch]

    def _reason(self) -> str | None:
        """What the newest pod of a shard that failed has to say."""
        mine = {"batch.kubernetes.io/job-name": self.name}
        found = self._cluster.list(self._cluster.path("pods"), mine)
        failed = [one for one in found if one["status"]["phase"] == "Failed"]
        failed.sort(key=lambda one: one["metadata"]["creationTimestamp"])
        if not failed:
            return None
        name = failed[-1]["metadata"]["name"]
        return why(failed[-1], [], list(self._cluster.log(name, CONTAINER, tail=50)))


def _conditions(job: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    for one in job.get("status", {}).get("conditions") or []:
        if one["status"] == "True":
            yield one["type"], one.get("message", "")

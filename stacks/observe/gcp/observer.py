"""Looks at the revisions of one stack's service."""

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any

from stacks.settings.cloud_error import CloudError
from stacks.settings.gcp_project import GcpProject, found
from stacks.settings.stack import StackSettings

from .. import lines
from ..replica import Changes, Progress, Replica, Resource
from . import alerts, changes, revisions, traffic
from .log import RevisionLog
from .minutes import Minutes
from .revisions import Revision
from .traffic import Service

_TOLD_S = 90
"""How long a line may take from an instance to the log."""
_POLL_S = 3.0
_FAILED = "CONDITION_FAILED"


class GcpObserver:
    """Finds revisions by the name that follows from the settings."""

    def __init__(
        self, stack: str, settings: StackSettings, project: GcpProject | None = None
    ) -> None:
        platform = settings.platform
        if platform.kind != "gcp":
            raise ValueError(f"{stack} does not run in Google Cloud")
        self._called = platform.called(stack)
        self._project = project or GcpProject(platform)
        self.start_s = float(platform.start_s)
        self._minutes: dict[str, Minutes] = {}

    def obstacle(self) -> str | None:
        """The credentials are missing, or may not see the project."""
        try:
            self._project.identity()
        except CloudError as error:
            return str(error)
        return None

    def engines(self) -> set[str]:
        """By the label that the service carries."""
        service = self._service() or {}
        return {*filter(None, [service.get("labels", {}).get("slipway-engine")])}

    def replicas(self) -> list[Replica]:
        """Every revision of the stack's release that takes requests, or is to."""
        return self._copies(canary=False)

    def canaries(self) -> list[Replica]:
        """The revision of a canary, with its share of the requests."""
        return self._copies(canary=True)

    def replica(self, id: str) -> Replica:
        """One revision, in traffic or not."""
        return revisions.replica(self._revision(id), in_rotation=False)

    def rollout(self, name: str, *, canary: bool) -> Progress:
        """Over when the requests are where they are to be."""
        time.sleep(_POLL_S)
        service = self._service()
        if service is None:
            return Progress(complete=False, failure=f"the service {name} is gone")
        now = traffic.shares(service)
        counts = (int(service.get("observedGeneration", 0)), *sorted(now.values()))
        if not traffic.settled(service):
            return Progress(complete=False, counts=counts)
        if service.get("terminalCondition", {}).get("state") == _FAILED:
            failure = self.stalled(canary)
            return Progress(complete=False, failure=failure, counts=counts)
        return Progress(complete=now == traffic.asked(service), counts=counts)

    def stalled(self, canary: bool) -> str:
        """Why the newest revision is not ready, or what Cloud Run says."""
        service = self._service() or {}
        newest = service.get("latestCreatedRevision", "")
        if newest and newest != service.get("latestReadyRevision"):
            return self.last_words(self._of_service(newest))
        said = service.get("terminalCondition", {}).get("message")
        return said or "its revision is not ready in time"

    def firing(self) -> set[str]:
        """Those of Cloud Monitoring that are open, of this service's policies."""
        return alerts.firing(self._project, self._called)

    def changed_by_hand(self, declared: Sequence[Resource]) -> Changes:
        """The service, the newest revision's template and who takes requests."""
        return changes.changed_by_hand(self._service, declared)

    def replay(self, id: str) -> dict[str, Any]:
        """What an instance itself logged of its example, once it was ready."""
        log = self._log(self._revision(id))
        return lines.awaited(lambda: log.new("example"), _TOLD_S)

    def metrics(self, id: str) -> str:
        """From the lines a minute of all its instances, since it is looked at."""
        revision = self._revision(id)
        if id not in self._minutes:
            self._minutes[id] = Minutes(self._log(revision))
        return lines.metrics(self._minutes[id].lines())

    def manifest(self, id: str) -> bytes:
        """Nothing can ask an instance for a file."""
        raise CloudError(
            "a revision of Cloud Run shows no file; its image in the registry has it"
        )

    def last_words(self, id: str) -> str:
        """Why the revision is not what it should be."""
        revision = self._revision(id)
        ended = revisions.why(revision)
        return lines.last_words(lambda: self._log(revision).last(50), ended)

    def logs(self, id: str, *, follow: bool = False) -> Iterator[str]:
        """The log of all its instances."""
        for line in self._log(self._revision(id)).lines(follow=follow):
            yield f"{line}\n"

    def forwarded(self, id: str, port: int) -> AbstractAsyncContextManager[int]:
        """Cloud Run leads to the port that callers use, and to no other."""
        raise CloudError(
            f"an instance of Cloud Run has no other port than its own, so not {port}; "
            "Cloud Monitoring has a dashboard of it"
        )

    def _copies(self, *, canary: bool) -> list[Replica]:
        """Newest first; those that took requests once are Cloud Run's memory alone."""
        service = self._service()
        if service is None:
            return []
        taking, tried = traffic.shares(service), traffic.canary(service)
        names = {*taking, *filter(None, [traffic.newest(service)])}
        seen = [
            revisions.replica(
                one,
                in_rotation=name in taking,
                weight=taking.get(name, 0) if canary else None,
            )
            for name in sorted(names)
            if (name == tried) is canary
            and (one := self._found(self._of_service(name)))
        ]
        return sorted(seen, key=lambda one: one.created, reverse=True)

    def _service(self) -> Service | None:
        asked = self._project.services().get(name=self._of_service())
        return found(asked, f"the service {self._called} cannot be seen")

    def _revision(self, id: str) -> Revision:
        if (revision := self._found(id)) is None:
            raise LookupError(f"revision {id.rpartition('/')[2]} is gone")
        return revision

    def _found(self, id: str) -> Revision | None:
        asked = self._project.services().revisions().get(name=id)
        return found(asked, f"revision {id.rpartition('/')[2]} cannot be seen")

    def _log(self, revision: Revision) -> RevisionLog:
        return RevisionLog(
            self._project,
            revisions.service(revision["name"]),
            revisions.name(revision),
            revision.get("createTime", ""),
        )

    def _of_service(self, revision: str = "") -> str:
        """The whole name of the service, or of a revision of it."""
        service = f"{self._project.location}/services/{self._called}"
        name = revision.rpartition("/")[2]
        return f"{service}/revisions/{name}" if name else service

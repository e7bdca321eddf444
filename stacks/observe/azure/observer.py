"""Looks at the copies of one stack."""

import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractAsyncContextManager
from typing import TYPE_CHECKING, Any

from stacks.settings.azure_subscription import AzureSubscription
from stacks.settings.cloud_error import CloudError
from stacks.settings.stack import StackSettings

from .. import lines
from ..replica import Changes, Progress, Replica, Resource
from . import alerts, changes, copies, revisions
from .apps import Apps
from .log import QUERIES, CopyLog, Kept

if TYPE_CHECKING:
    from azure.mgmt.appcontainers.models import Revision

_TOLD_S = 60
"""How long a line may take from a copy to its stream."""
_POLL_S = 3.0
_ENGINE = "slipway.engine"


class AzureObserver:
    """Finds revisions and their copies by the names that follow from the settings."""

    def __init__(
        self,
        stack: str,
        settings: StackSettings,
        subscription: AzureSubscription | None = None,
        transport: Any = None,
    ) -> None:
        platform = settings.platform
        if platform.kind != "azure":
            raise ValueError(f"{stack} does not run in Azure")
        self._stack = stack
        self._settings = settings
        self._platform = platform
        self._subscription = subscription or AzureSubscription(platform)
        self._apps = Apps(self._subscription)
        self._transport = transport
        self.start_s = float(platform.start_s)

    def obstacle(self) -> str | None:
        """The credentials are missing, or do not reach the subscription."""
        try:
            self._subscription.identity()
        except CloudError as error:
            return str(error)
        return None

    def engines(self) -> set[str]:
        """By the tag that every app carries."""
        app = self._apps.app(self._name)
        found = (app.tags or {}).get(_ENGINE) if app else None
        return {found} if found else set()

    def replicas(self) -> list[Replica]:
        """Every copy of the stack's release, newest first."""
        return self._copies("model")

    def canaries(self) -> list[Replica]:
        """Every copy of a canary, with its share of the requests."""
        return self._copies("canary")

    def replica(self, id: str) -> Replica:
        """One copy, of the service or of what is tried out beside it."""
        revision, copy = self._apps.copy(id)
        return copies.replica(revision, copy, startup_s=self._startup_s)

    def rollout(self, name: str, *, canary: bool) -> Progress:
        """
        Of the newest revision; one that Azure could not bring up is told.

        Where there may be no copy it is asleep without one: requests alone wake it.
        """
        time.sleep(_POLL_S)
        role = "canary" if canary else "model"
        if not (active := self._active(role)):
            return Progress(complete=False, failure=f"the app {name} runs no {role}")
        newest = revisions.properties(active[0])
        found = self._copies(role)
        ready = [one for one in found if one.in_rotation]
        counts = (len(ready), len(found), len(active))
        if "Failed" in (newest.provisioning_state, newest.running_state):
            reason = newest.provisioning_error or self.stalled(canary)
            return Progress(complete=False, failure=reason, counts=counts)
        asked = self._platform.replicas(self._settings.service.replicas)[0]
        asleep = not (canary or asked or found)
        enough = asleep or len(ready) >= max(1, 1 if canary else asked)
        settled = newest.provisioning_state == "Provisioned"
        # Earlier canaries have no share; they are put to sleep when this one is seen.
        alone = canary or len(active) == 1
        done = settled and alone and enough
        return Progress(complete=done, counts=counts, asleep=asleep)

    def stalled(self, canary: bool) -> str:
        """What the newest copy says, or Azure of its revision."""
        for revision in self._active("canary" if canary else "model")[:1]:
            found = revisions.properties(revision)
            for copy in self._apps.copies(revision)[:1]:
                return self.last_words(f"{revision.name}/{copy.name}")
            if found.provisioning_error:
                return found.provisioning_error
        return "its copies are not ready in time"

    def firing(self) -> set[str]:
        """Those of Azure Monitor that are fired, of this service's rules."""
        return alerts.firing(self._subscription, self._name)

    def changed_by_hand(self, declared: Sequence[Resource]) -> Changes:
        """The app, the newest revision's template and who takes requests."""
        return changes.changed_by_hand(self._apps.app, declared)

    def replay(self, id: str) -> dict[str, Any]:
        """What the copy itself logged of its example, once it was ready."""
        return lines.awaited(lambda: self._log(id).lines(), _TOLD_S)

    def metrics(self, id: str) -> str:
        """From its lines a minute: the workspace has them all, some minutes late."""
        token = self._subscription.token(f"{QUERIES}/.default")
        kept = Kept(self._workspace, token, self._transport)
        return lines.metrics(kept.of(id.partition("/")[2], "minute"))

    def manifest(self, id: str) -> bytes:
        """Container Apps hands out no file of a copy."""
        raise CloudError("a container app shows no file; its image has it")

    def last_words(self, id: str) -> str:
        """Why the copy is not what it should be."""
        _, copy = self._apps.copy(id)
        ended = copies.why(copy)
        return lines.last_words(lambda: self._log(id).lines(last=50), ended)

    def logs(self, id: str, *, follow: bool = False) -> Iterator[str]:
        """The copy's log: its last lines, and then those that come."""
        for line in self._log(id).lines(follow=follow):
            yield f"{line}\n"

    def forwarded(self, id: str, port: int) -> AbstractAsyncContextManager[int]:
        """An ingress leads to one port, and to no copy in particular."""
        raise CloudError(
            "a container app forwards no port of a copy; its page is reached from its "
            f"environment, on port {port}, and Azure has a workbook"
        )

    def _copies(self, role: str) -> list[Replica]:
        canary = role == "canary"
        return [
            copies.replica(
                revision,
                copy,
                startup_s=self._startup_s,
                weight=revisions.properties(revision).traffic_weight
                if canary
                else None,
            )
            for revision in self._active(role)
            for copy in self._apps.copies(revision)
        ]

    def _log(self, id: str) -> CopyLog:
        revision, copy = self._apps.copy(id)
        container = copies.of_model(copy)
        address = container.log_stream_endpoint if container else None
        if address is None:
            raise CloudError(f"copy {copy.name} has no log yet")
        return CopyLog(address, self._apps.token(revision), self._transport)

    def _active(self, role: str) -> list["Revision"]:
        """Those that run, of this role, newest first."""
        found = [
            one
            for one in self._apps.revisions(self._name)
            if revisions.properties(one).active
            and revisions.labels(one).get("slipway.role") == role
        ]
        return sorted(found, key=revisions.created, reverse=True)

    @property
    def _startup_s(self) -> float:
        return self._settings.service.health.startup_s

    @property
    def _group(self) -> str:
        return self._platform.resource_group

    @property
    def _workspace(self) -> str:
        """Where the environment's log is kept."""
        environment = self._platform.environment
        if environment.kind == "given":
            return environment.workspace
        kind = "Microsoft.OperationalInsights/workspaces"
        group = f"/subscriptions/{self._platform.subscription}/resourceGroups/"
        return f"{group}{self._group}/providers/{kind}/{self._name}"

    @property
    def _name(self) -> str:
        """Of the app, and the start of every other name."""
        return self._platform.called(self._stack)

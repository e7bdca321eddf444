"""How a change of a container app goes on, and back."""

from dataclasses import dataclass
from typing import Any

from components.proof import Inputs
from stacks.observe.azure.revisions import main_revision
from stacks.settings.azure_subscription import AzureSubscription, told

from .body import body

_ALL = 100


@dataclass(frozen=True, kw_only=True)
class AppRollout:
    """One app, as the checks that follow its rollout need it."""

    subscription: AzureSubscription
    group: str
    name: str
    canary: bool
    before: Inputs | None
    """What callers were served by before; None where it is new."""
    changed: bool

    def undo(self) -> None:
        """
        Give callers back to the revision of before; a new app runs on, for inspection.

        A canary loses its share and ends, and nothing else moves. A release gives way
        to a revision made from what the one before was made from.
        """
        if self.before is None or not self.changed:
            return
        apps = self.subscription.client.container_apps
        with told(f"{self.name} cannot be taken back"):
            if self.canary:
                main = main_revision(apps.get(self.group, self.name))
                change = _traffic([{"revisionName": main, "weight": _ALL}])
                apps.begin_update(self.group, self.name, change).result()
                # Ready and newest, it would be the next to get requests.
                self._end_all_but(main)
                return
            self._wake()
            apps.begin_create_or_update(
                self.group, self.name, _as_body(self.before)
            ).result()

    def end_earlier_canaries(self) -> None:
        """Their revisions would run on for nobody."""
        with told(f"an earlier revision of {self.name} cannot be stopped"):
            app = self.subscription.client.container_apps.get(self.group, self.name)
            self._end_all_but(main_revision(app), _latest(app))

    def _end_all_but(self, *kept: str) -> None:
        revisions = self.subscription.client.container_apps_revisions
        for one in revisions.list_revisions(self.group, self.name):
            active = one.properties is not None and one.properties.active
            if active and one.name not in kept:
                revisions.deactivate_revision(self.group, self.name, one.name or "")

    def _wake(self) -> None:
        """Those that had a share of the requests may be asleep by now."""
        assert self.before is not None
        configuration = self.before["configuration"]
        if configuration.get("activeRevisionsMode") != "Multiple":
            return
        revisions = self.subscription.client.container_apps_revisions
        for one in configuration["ingress"]["traffic"]:
            if revision := one.get("revisionName"):
                revisions.activate_revision(self.group, self.name, revision)


def _traffic(shares: list[dict[str, Any]]) -> Any:
    return {"properties": {"configuration": {"ingress": {"traffic": shares}}}}


def _as_body(app: Inputs) -> Any:
    return body(app)


def _latest(app: Any) -> str:
    return app.properties.latest_revision_name or ""

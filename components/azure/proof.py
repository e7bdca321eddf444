"""What a change of a container app must show, before it and after it."""

from dataclasses import dataclass
from typing import Any

from components.platform import Checks
from components.proof import Inputs
from stacks.observe.azure.revisions import labels, main_revision
from stacks.settings.azure import AzurePlatform
from stacks.settings.azure_subscription import AzureSubscription, told
from stacks.settings.cloud_error import CloudError

from .body import body, copies
from .trial import trial

_ALL = 100


class AppProof:
    """
    A copy of a new revision runs in an app beside the service and is proven; then Azure
    replaces the others, and what it does is seen to its end.
    """

    def __init__(
        self, *, platform: AzurePlatform, main: Checks, canary: Checks | None = None
    ) -> None:
        self._subscription = AzureSubscription(platform)
        self._main, self._canary = main, canary
        self._old: Inputs | None = None
        self._new: Inputs = {}

    def before(self, old: Inputs | None, new: Inputs) -> None:
        """Prove a copy of the revision, where it is another; else nothing is done."""
        self._old, self._new = old, new
        if self._canary:
            self._require_main()
        if self._changed:
            group = new["resourceGroupName"]
            with trial(self._subscription, group, new) as start:
                (self._canary or self._main).try_out(start)

    def after(self) -> None:
        """See the rollout to its end, and what is no longer asked for put to sleep."""
        if self._canary:
            self._canary.confirm(self._rollout(canary=True, changed=self._changed))
            self._main.confirm(self._rollout(canary=False, changed=False))
            self._put_to_sleep()
        else:
            self._main.confirm(self._rollout(canary=False, changed=self._changed))

    @property
    def _changed(self) -> bool:
        return self._old is None or copies(self._old) != copies(self._new)

    def _rollout(self, *, canary: bool, changed: bool) -> "AppRollout":
        return AppRollout(
            subscription=self._subscription,
            group=self._new["resourceGroupName"],
            name=self._new["containerAppName"],
            canary=canary,
            before=self._old,
            changed=changed,
        )

    def _require_main(self) -> None:
        """A canary runs beside what serves, which this update does not change."""
        group, name = self._new["resourceGroupName"], self._new["containerAppName"]
        client = self._subscription.client
        with told(f"{name} cannot be seen"):
            app = client.container_apps.get(group, name)
            revision = client.container_apps_revisions.get_revision(
                group, name, main_revision(app)
            )
        serves = labels(revision).get("slipway.deployment")
        if serves != self._main.labels["slipway.deployment"]:
            raise CloudError(
                f"the release beside which the canary is to run is not what {name} "
                "serves; bring the stack up without its canary first"
            )

    def _put_to_sleep(self) -> None:
        """Revisions of earlier canaries, which would run on for nobody."""
        group, name = self._new["resourceGroupName"], self._new["containerAppName"]
        client = self._subscription.client
        with told(f"an earlier revision of {name} cannot be stopped"):
            app = client.container_apps.get(group, name)
            kept = {main_revision(app), _latest(app)}
            for one in client.container_apps_revisions.list_revisions(group, name):
                active = one.properties is not None and one.properties.active
                if active and one.name not in kept:
                    client.container_apps_revisions.deactivate_revision(
                        group, name, one.name or ""
                    )


@dataclass(frozen=True, kw_only=True)
class AppRollout:
    """One app, as the checks that follow its rollout need it."""

    subscription: AzureSubscription
    group: str
    name: str
    canary: bool
    before: Inputs | None
    """What was asked of it before; None where it is new."""
    changed: bool

    def undo(self) -> None:
        """
        Give callers back to the revision of before; a new app runs on, for inspection.

        A canary loses its share and nothing else moves. A release gives way to a
        revision made from what the one before was made from.
        """
        if self.before is None or not self.changed:
            return
        apps = self.subscription.client.container_apps
        with told(f"{self.name} cannot be taken back"):
            if self.canary:
                app = apps.get(self.group, self.name)
                all_to = {"revisionName": main_revision(app), "weight": _ALL}
                change = _traffic([all_to])
                apps.begin_update(self.group, self.name, change).result()
                return
            self._wake()
            apps.begin_create_or_update(
                self.group, self.name, _as_body(self.before)
            ).result()

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

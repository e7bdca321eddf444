"""What a change of a container app must show, before it and after it."""

from components.platform import Checks
from components.proof import Inputs
from stacks.observe.azure.revisions import labels, main_revision
from stacks.settings.azure import AzurePlatform
from stacks.settings.azure_subscription import AzureSubscription, told
from stacks.settings.cloud_error import CloudError

from .body import copies
from .rollout import AppRollout
from .serving import serving
from .trial import trial


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
        self._changed = True

    def before(self, old: Inputs | None, new: Inputs) -> None:
        """Prove a copy of the revision, where it is another; else nothing is done."""
        self._old, self._new = old, new
        self._changed = old is None or copies(old) != copies(new)
        if self._canary:
            self._require_main()
        if not self._changed:
            return
        with trial(self._subscription, new["resourceGroupName"], new) as start:
            (self._canary or self._main).try_out(start)
        if old is not None:
            self._old = serving(self._subscription, old)

    def after(self) -> None:
        """See the rollout to its end, and what is no longer asked for put to sleep."""
        if self._canary:
            rollout = self._rollout(canary=True, changed=self._changed)
            self._canary.confirm(rollout)
            self._main.confirm(self._rollout(canary=False, changed=False))
            rollout.end_earlier_canaries()
        else:
            self._main.confirm(self._rollout(canary=False, changed=self._changed))

    def _rollout(self, *, canary: bool, changed: bool) -> AppRollout:
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
